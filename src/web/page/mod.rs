//! Pages as text: templates and what they need to know, nothing of requests or sockets.
//!
//! Knows: words, drawings, where things stand. Must not know: the store, readers' ports, who asked and how.
//!
//! A page is made in two steps: `Facts::of` takes what it needs from the ledger, in no time; `page` makes the
//! text of it, with nobody waiting.

pub mod availability;
pub mod cards;
pub mod demo;
mod filters;
pub mod forms;
pub mod frame;
pub mod health;
pub mod item;
pub mod items;
mod journal;
pub mod kind;
pub mod kiosk;
mod life;
pub mod loans;
pub mod look;
mod named;
pub mod readers;
pub mod screen;
pub mod stamp;

#[cfg(test)]
mod tests {
    /// Sprite, stylesheet and scripts as they are served.
    const FILES: [(&str, &str); 11] = [
        ("drawings.svg", include_str!("../assets/drawings.svg")),
        ("mark.svg", include_str!("../assets/mark.svg")),
        ("kiosk.js", include_str!("../assets/kiosk.js")),
        ("page.js", include_str!("../assets/page.js")),
        ("tokens", include_str!("../assets/css/10-tokens.css")),
        ("parts", include_str!("../assets/css/20-parts.css")),
        ("desk", include_str!("../assets/css/30-desk.css")),
        ("kit", include_str!("../assets/css/40-kit.css")),
        ("pages", include_str!("../assets/css/50-pages.css")),
        ("records", include_str!("../assets/css/60-records.css")),
        ("print", include_str!("../assets/css/70-print.css")),
    ];

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for (name, body) in FILES {
            let body = body.replace("http://www.w3.org/2000/svg", "");
            assert!(
                !body.contains("http:") && !body.contains("https:") && !body.contains("url("),
                "{name}"
            );
        }
    }
}
