//! Code 128 as a drawing: printable ASCII, and FNC3 where a scanner's own commands need it.
//!
//! Knows: bars. Must not know: what a code says.

use barcoders::sym::code128::Code128;
use std::fmt::Write;

/// White modules at either end; Code 128 wants at least ten.
pub const QUIET_MODULES: usize = 12;
/// Height of the bars in modules: tall enough for a shaky hand.
const HEIGHT_MODULES: usize = 40;
/// Character set B: letters, digits and signs of ASCII.
const SET_B: char = '\u{0181}';
/// The third function character, as the crate writes it.
pub const FNC3: char = '\u{017B}';
/// Longer codes grow wider than a card.
const MAX_CHARS: usize = 42;

/// Bars as black rectangles in a box of one unit per module; none for text outside ASCII or too long to be scanned.
pub fn svg(text: &str) -> Option<String> {
    let printable = text.chars().all(|c| c.is_ascii_graphic() || c == ' ' || c == FNC3);
    if !printable || text.is_empty() || text.chars().count() > MAX_CHARS {
        return None;
    }
    let modules = Code128::new(format!("{SET_B}{text}")).ok()?.encode();
    let width = modules.len() + 2 * QUIET_MODULES;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT_MODULES}" role="img" aria-label="{}" shape-rendering="crispEdges"><rect width="{width}" height="{HEIGHT_MODULES}" fill="white"/><path fill="black" d=""#,
        escaped(&text.replace(FNC3, ""))
    );
    let mut at = 0;
    while at < modules.len() {
        let run = modules.iter().skip(at).take_while(|bar| **bar == 1).count();
        if run > 0 {
            // Writing into a String cannot fail.
            let _ = write!(svg, "M{} 0h{run}v{HEIGHT_MODULES}h-{run}z", at + QUIET_MODULES);
        }
        at += run.max(1);
    }
    svg.push_str(r#""/></svg>"#);
    Some(svg)
}

/// A text as it stands in a page.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
