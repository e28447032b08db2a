//! A look at generated rules that needs no udev: every line is taken apart by the language's own grammar.
//!
//! It is no replacement for `udevadm verify`, which Debian 12 does not have; it also keeps promises that udev knows
//! nothing of: no rule gives anything but a reader, and only to our group.
//!
//! Knows: the language of rules. Must not know: how they were made.

use super::GROUP;
use std::collections::BTreeSet;

/// Keys that are compared, with whether they take a name in braces.
const COMPARED: [(&str, bool); 11] = [
    ("ACTION", false),
    ("SUBSYSTEM", false),
    ("SUBSYSTEMS", false),
    ("KERNEL", false),
    ("DRIVER", false),
    ("ATTR", true),
    ("ATTRS", true),
    ("ENV", true),
    ("TEST", false),
    ("TAG", false),
    ("IMPORT", true),
];
/// Keys that are assigned.
const ASSIGNED: [&str; 11] = [
    "GROUP", "MODE", "SYMLINK", "ENV", "ATTR", "TAG", "RUN", "IMPORT", "GOTO", "LABEL", "OPTIONS",
];

struct Token<'a> {
    key: &'a str,
    /// What stands in braces behind the key.
    name: Option<&'a str>,
    operator: &'a str,
    value: &'a str,
}

/// What is wrong with the rules, line by line; nothing if they are good.
pub fn lint(rules: &str) -> Vec<String> {
    let (mut faults, mut labels, mut gotos) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (n, line) in rules.lines().enumerate() {
        let n = n + 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let tokens = match tokens(line) {
            Ok(tokens) => tokens,
            Err(why) => {
                faults.push(format!("line {n}: {why}"));
                continue;
            }
        };
        faults.extend(
            tokens
                .iter()
                .filter_map(wrong)
                .map(|why| format!("line {n}: {why}")),
        );
        faults.extend(gives_away(&tokens).map(|why| format!("line {n}: {why}")));
        for token in &tokens {
            match token.key {
                "LABEL" if !labels.insert(token.value) => {
                    faults.push(format!("line {n}: the label {} stands twice", token.value));
                }
                "GOTO" => gotos.push((n, token.value)),
                _ => {}
            }
            if token.key == "LABEL" {
                gotos.retain(|(_, label)| *label != token.value);
            }
        }
    }
    // A jump leads forward only.
    faults.extend(
        gotos
            .iter()
            .map(|(n, label)| format!("line {n}: no label {label} below")),
    );
    if !rules.ends_with('\n') {
        faults.push("the last line has no end".into());
    }
    faults
}

fn tokens(line: &str) -> Result<Vec<Token<'_>>, String> {
    let (mut tokens, mut rest) = (Vec::new(), line);
    while !rest.is_empty() {
        let end = rest
            .find(['=', '!', '+', '-', ':'])
            .ok_or("a key without an operator")?;
        let (key, after) = rest.split_at(end);
        let operator = ["==", "!=", "+=", "-=", ":=", "="]
            .into_iter()
            .find(|operator| after.starts_with(operator))
            .ok_or_else(|| format!("no operator after «{key}»"))?;
        let quoted = after
            .get(operator.len()..)
            .and_then(|text| text.strip_prefix('"'));
        let (value, after) = quoted
            .and_then(|text| text.split_once('"'))
            .ok_or_else(|| format!("no text in quotes after «{key}»"))?;
        let (key, name) = match key.split_once('{') {
            Some((key, name)) => (key, Some(name.strip_suffix('}').ok_or("a brace stays open")?)),
            None => (key, None),
        };
        tokens.push(Token {
            key,
            name,
            operator,
            value,
        });
        rest = match after.strip_prefix(", ") {
            Some(rest) if !rest.is_empty() => rest,
            None if after.is_empty() => after,
            _ => return Err(format!("«{after}» after a token; tokens are parted by «, »")),
        };
    }
    Ok(tokens)
}

fn wrong(token: &Token<'_>) -> Option<String> {
    let Token {
        key,
        name,
        operator,
        value,
    } = token;
    let compares = matches!(*operator, "==" | "!=");
    let known = match compares {
        true => COMPARED
            .iter()
            .any(|(k, named)| k == key && *named == name.is_some()),
        false => {
            let named = matches!(*key, "ENV" | "ATTR" | "IMPORT");
            ASSIGNED.contains(key) && (*key == "RUN" || named == name.is_some())
        }
    };
    if !known {
        return Some(format!("{key} does not go with {operator}"));
    }
    let bad = match (*key, compares) {
        ("GROUP", false) => *value != GROUP,
        ("MODE", false) => *value != "0660",
        ("SYMLINK", false) => *operator != "+=" || !value.starts_with("formular/"),
        ("RUN", false) => *operator != "+=",
        ("GOTO" | "LABEL", false) => value.is_empty() || *operator != "=",
        _ => false,
    };
    bad.then(|| format!("{key}{operator}\"{value}\" is not ours to say"))
}

/// A rule that changes a device names it by both its numbers.
fn gives_away(tokens: &[Token<'_>]) -> Option<String> {
    let compares = |name: &str| {
        tokens.iter().any(|t| {
            t.operator == "=="
                && matches!(t.key, "ATTR" | "ATTRS")
                && t.name == Some(name)
                && t.value.len() == 4
        })
    };
    let open = |t: &&Token<'_>| {
        let changes = !matches!(t.operator, "==" | "!=");
        changes && !matches!(t.key, "GOTO" | "LABEL" | "IMPORT")
    };
    let open = tokens.iter().find(open)?;
    let named = compares("idVendor") && compares("idProduct");
    (!named).then(|| format!("{} for a device that no number names", open.key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_found() {
        let who = "ATTRS{idVendor}==\"0403\", ATTRS{idProduct}==\"1234\"";
        let table = [
            (format!("{who}, GROUP=\"formular\""), ""),
            (format!("{who}, GROUP=\"users\""), "not ours to say"),
            (format!("{who}, MODE=\"0666\""), "not ours to say"),
            (format!("{who}, SYMLINK=\"formular/x\""), "not ours to say"),
            (format!("{who}, OWNER=\"me\""), "OWNER does not go with ="),
            (format!("{who}, GROUP==\"formular\""), "GROUP does not go with =="),
            (format!("{who},GROUP=\"formular\""), "parted by"),
            (format!("{who}, GROUP=formular"), "no text in quotes"),
            (format!("{who}, ENV=\"1\""), "ENV does not go with ="),
            (
                "ATTRS{idVendor}==\"0403\", GROUP=\"formular\"".into(),
                "no number names",
            ),
            ("GROUP=\"formular\"".into(), "no number names"),
            ("SUBSYSTEM==\"tty\", GOTO=\"end\"".into(), "no label end below"),
            ("LABEL=\"end\"\nGOTO=\"end\"".into(), "no label end below"),
            ("GOTO=\"end\"\nLABEL=\"end\"".into(), ""),
            ("LABEL=\"end\"\nLABEL=\"end\"".into(), "stands twice"),
        ];
        for (rule, wanted) in table {
            let faults = lint(&format!("{rule}\n")).join("; ");
            assert!(faults.contains(wanted), "{rule}: {faults}");
            assert_eq!(faults.is_empty(), wanted.is_empty(), "{rule}: {faults}");
        }
    }
}
