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
    let printable = text
        .chars()
        .all(|c| c.is_ascii_graphic() || c == ' ' || c == FNC3);
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

#[cfg(test)]
pub mod read_back {
    //! Bars read back: what was drawn is what a scanner would see.

    use super::QUIET_MODULES;

    /// The symbols of the bars: Code 128 B, checked by its own check character.
    pub fn values(svg: &str) -> Vec<usize> {
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut widths = Vec::new();
        let mut end = QUIET_MODULES;
        for bar in path.split('M').filter(|bar| !bar.is_empty()) {
            let (at, rest) = bar.split_once(" 0h").unwrap();
            let run: usize = rest.split('v').next().unwrap().parse().unwrap();
            let at: usize = at.parse().unwrap();
            if !widths.is_empty() {
                widths.push(at - end);
            }
            widths.push(run);
            end = at + run;
        }
        // Three bars and three spaces each; the stop has one bar more.
        let symbols: Vec<String> = widths[..widths.len() - 7]
            .chunks(6)
            .map(|six| {
                six.iter()
                    .map(|w| char::from_digit(*w as u32, 10).unwrap())
                    .collect()
            })
            .collect();
        let value = |symbol: &String| PATTERNS.iter().position(|known| known == symbol).unwrap();
        let values: Vec<usize> = symbols.iter().map(value).collect();
        assert_eq!(values[0], 104, "starts in set B");
        let (check, data) = values[1..].split_last().unwrap();
        let sum: usize = data.iter().enumerate().map(|(n, value)| (n + 1) * value).sum();
        assert_eq!((104 + sum) % 103, *check);
        data.to_vec()
    }

    #[rustfmt::skip]
    const PATTERNS: [&str; 106] = [
        "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
        "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
        "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
        "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
        "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
        "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
        "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
        "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
        "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
        "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
        "114131", "311141", "411131", "211412", "211214", "211232",
    ];
}
