//! The page that sets a scanner: what to scan, in order, Russian first and English under it.
//!
//! A page of its own, with nothing to fetch: it is printed where there may be no network.
//!
//! Knows: how a set-up page looks. Must not know: which scanner is plugged in, files.

use super::code128::{FNC3, escaped, svg};
use crate::profile::{Fnc3, Scanner, SetupStep};
use std::fmt::Write;

const STYLE: &str = "body{font:16px/1.4 sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#000;background:#fff}\
h1{font-size:1.5em;margin:0}.en{color:#444;font-size:.9em}.mark{border:2px solid #000;padding:.5em 1em;margin:1em 0;font-weight:bold}\
li{margin:0 0 2.5em;break-inside:avoid}svg{display:block;width:11cm;max-width:100%;margin:.7em 0}\
code{font-family:monospace}@media print{body{margin:0}}";

/// The whole page.
pub fn setup_sheet(scanner: &Scanner) -> String {
    let title = format!("{} {}", scanner.vendor, scanner.model);
    let title = escaped(title.trim());
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"ru\"><head><meta charset=\"utf-8\"><title>Настройка сканера · {title}</title><style>{STYLE}</style></head><body>\n\
         <h1>Настройка сканера {title}</h1>\n<p class=\"en\" lang=\"en\">Setting up the scanner {title}</p>\n"
    );
    // Writing into a String cannot fail.
    let _ = match scanner.tried.as_str() {
        "" => writeln!(
            page,
            "<p class=\"mark\">Не проверено на устройстве<br><span class=\"en\" lang=\"en\">Not tried on the device</span></p>"
        ),
        tried => writeln!(page, "<p>Проверено: {}</p>", escaped(tried)),
    };
    let _ = writeln!(
        page,
        "<p>Считайте коды по порядку. Закройте соседние коды рукой, чтобы не считать лишний.<br>\
         <span class=\"en\" lang=\"en\">Scan the codes in order. Cover the others with your hand.</span></p>\n<ol>"
    );
    for step in &scanner.step {
        page.push_str(&item(step));
    }
    let _ = writeln!(
        page,
        "</ol>\n<p>Потом подключите: <code>formular serve --reader {profile}=ПУТЬ</code><br>\
         <span class=\"en\" lang=\"en\">Then attach it as the profile <code>{profile}</code>.</span></p>",
        profile = escaped(&scanner.profile)
    );
    let _ = writeln!(
        page,
        "<p class=\"en\">Источники · Sources: {}</p>\n</body></html>",
        escaped(&scanner.source.join("; "))
    );
    page
}

fn item(step: &SetupStep) -> String {
    let words = format!(
        "{}<br><span class=\"en\" lang=\"en\">{}</span>",
        escaped(&step.ru),
        escaped(&step.en)
    );
    match bars(step) {
        Some(svg) => format!("<li>{words}{svg}<code>{}</code></li>\n", escaped(&step.code)),
        None => format!(
            "<li>{words}<p>Кода в открытых источниках не нашлось: возьмите его из инструкции к сканеру.<br>\
             <span class=\"en\" lang=\"en\">No code was found in a public source: take it from the scanner’s manual.</span></p></li>\n"
        ),
    }
}

fn bars(step: &SetupStep) -> Option<String> {
    let code = step.code.as_str();
    match step.fnc3 {
        _ if code.is_empty() => None,
        Fnc3::First => svg(&format!("{FNC3}{code}")),
        Fnc3::Last => svg(&format!("{code}{FNC3}")),
        Fnc3::None => svg(code),
    }
}

#[cfg(test)]
mod tests {
    use super::super::code128::read_back::values;
    use super::*;
    use crate::profile::scanners;

    #[test]
    fn every_sheet_says_what_was_not_tried_and_its_bars_are_the_commands() {
        let mut drawn = 0;
        for scanner in scanners() {
            let scanner = scanner.as_ref().unwrap();
            let page = setup_sheet(scanner);
            assert_eq!(
                page.contains("Не проверено на устройстве"),
                scanner.tried.is_empty()
            );
            assert!(!page.contains("http://www.w3.org/1999"), "nothing is fetched");
            for step in &scanner.step {
                assert!(page.contains(&escaped(&step.ru)) && page.contains(&escaped(&step.en)));
                let Some(svg) = bars(step) else { continue };
                drawn += 1;
                let mut wanted: Vec<usize> = step.code.bytes().map(|byte| usize::from(byte) - 32).collect();
                match step.fnc3 {
                    // FNC3 is symbol 96 of sets A and B.
                    Fnc3::First => wanted.insert(0, 96),
                    Fnc3::Last => wanted.push(96),
                    Fnc3::None => {}
                }
                assert_eq!(values(&svg), wanted, "{} {}", scanner.name, step.code);
            }
        }
        assert!(drawn >= 5, "{drawn} codes");
    }
}
