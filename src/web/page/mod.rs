//! Pages as text: templates and what they need to know, nothing of requests or sockets.
//!
//! Knows: words, drawings, where things stand. Must not know: the store, readers, who asked.

mod filters;
pub mod kiosk;
pub mod look;
pub mod stamp;

#[cfg(test)]
mod tests {
    /// Sprite, stylesheet and scripts as they are served.
    const FILES: [(&str, &str); 8] = [
        ("drawings.svg", include_str!("../assets/drawings.svg")),
        ("mark.svg", include_str!("../assets/mark.svg")),
        ("kiosk.js", include_str!("../assets/kiosk.js")),
        ("page.js", include_str!("../assets/page.js")),
        ("tokens", include_str!("../assets/css/10-tokens.css")),
        ("parts", include_str!("../assets/css/20-parts.css")),
        ("desk", include_str!("../assets/css/30-desk.css")),
        ("kit", include_str!("../assets/css/40-kit.css")),
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
