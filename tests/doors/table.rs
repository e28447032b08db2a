//! Every address by every method as every role, and every command as every role.

use super::house::{House, ROLES};
use super::http::{Ask, Reply, STRANGER};
use formular::web::served;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND",
];

/// Signs of the five roles by address and method.
fn table() -> BTreeMap<&'static str, BTreeMap<&'static str, Vec<&'static str>>> {
    let mut table: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for line in include_str!("routes.txt").lines() {
        let mut words = line.split_whitespace();
        let Some(path) = words.next().filter(|path| !path.starts_with('#')) else {
            continue;
        };
        let method = words.next().unwrap();
        let signs: Vec<&str> = words.collect();
        assert_eq!(signs.len(), ROLES.len(), "{line}");
        let known = table.entry(path).or_default().insert(method, signs);
        assert!(known.is_none(), "twice: {line}");
    }
    table
}

/// An address of the table as it is asked for.
fn address(path: &str) -> String {
    path.replace("{id}", "%D0%A2%D0%A0-0001")
        .replace("{*path}", "formular.css")
}

fn sent(house: &House, method: &str, path: &str) -> Ask {
    let ask = Ask::new(method, &address(path));
    match (method, path) {
        // An empty form at the door is a wrong key; a token is what it wants.
        ("POST", "/sign-in") => ask.form(&format!("token={}", house.auditor)),
        ("POST", _) => ask.form("act=nothing"),
        _ => ask,
    }
}

fn refused(role: &str) -> u16 {
    if role == "visitor" { 401 } else { 403 }
}

#[test]
fn every_address_by_every_method_as_every_role() {
    let house = House::start(true, "");
    let table = table();
    let ours: BTreeSet<(&str, &str)> = table
        .iter()
        .flat_map(|(path, methods)| methods.keys().map(|method| (*path, *method)))
        .collect();
    let theirs: BTreeSet<(&str, &str)> = served().map(|served| (served.path, served.method)).collect();
    assert_eq!(
        ours, theirs,
        "what is served and what tests/doors/routes.txt names differ"
    );

    let mut asked = 0;
    for (path, methods) in &table {
        let mut allowed: BTreeSet<&str> = methods.keys().copied().collect();
        if allowed.contains("GET") {
            allowed.insert("HEAD");
        }
        for method in METHODS {
            let signs = methods.get(if method == "HEAD" { "GET" } else { method });
            for (at, role) in ROLES.into_iter().enumerate() {
                let reply = house.ask(role, sent(&house, method, path));
                let what = format!("{method} {path} as {role}: {reply:?}");
                asked += 1;
                match signs.map(|signs| signs[at]) {
                    None => {
                        assert_eq!(reply.status, 405, "{what}");
                        let said: BTreeSet<&str> = reply.header("allow").split(',').collect();
                        assert_eq!(said, allowed, "{what}");
                    }
                    Some("+") => {
                        assert!(
                            ![401, 403, 405, 421].contains(&reply.status) && reply.status < 500,
                            "{what}"
                        );
                    }
                    Some(sign) => {
                        assert_eq!((sign, reply.status), ("-", refused(role)), "{what}");
                    }
                }
                hardened(&reply, &what);
            }
        }
    }
    println!("{asked} requests");
}

/// Headers that no answer is without, whoever asked for what.
fn hardened(reply: &Reply, what: &str) {
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{what}");
    assert!(!policy.contains("unsafe"), "{what}");
    assert!(policy.contains("frame-ancestors 'none'"), "{what}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(reply.header(name), value, "{what}");
    }
    assert_eq!(reply.header("access-control-allow-origin"), "", "{what}");
}

#[test]
fn what_is_not_in_the_table_is_not_there() {
    let house = House::start(false, "");
    for path in [
        "/admin",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v2/items",
        "/api/v1/tokens",
        "/api/v1/roster",
        "/api/v1/import",
        "/api/v1/journal",
        "/api/v1/items/x/y",
        "/items/",
        "//items",
        "/kiosk/",
        "/KIOSK",
        "/kiosk/../items/x",
        "/assets/../../etc/passwd",
        "/assets/..%2F..%2Fetc%2Fpasswd",
        "/assets/%2e%2e/tokens.json",
        "/.git/config",
        "/tokens.json",
        "/roster.json",
        "/in/token",
        "/s/secret",
    ] {
        for method in METHODS {
            for role in ROLES {
                let reply = house.ask(role, Ask::new(method, path));
                // Only what falls to the files of style and scripts knows its methods.
                let expected: &[u16] = if path.starts_with("/assets/") {
                    &[404, 405]
                } else {
                    &[404]
                };
                assert!(
                    expected.contains(&reply.status),
                    "{method} {path} as {role}: {reply:?}"
                );
                assert!(!reply.body.contains("root:"), "{path}");
            }
        }
    }
}

/// A key that opens nothing opens less than none: it is told so everywhere.
#[test]
fn a_wrong_key_is_refused_everywhere() {
    let house = House::start(false, "");
    for served in served() {
        for key in ["fml_0000", "fms_0000", "uid:04D3BDF8E8F9A5", "B-0301"] {
            let ask = Ask::new(served.method, &address(served.path)).token(key);
            // Also from the desk's own place, which without a key is let in.
            for host in [STRANGER, house.address()] {
                let reply = ask.clone().host(host).send(house.address());
                assert_eq!(reply.status, 401, "{} {} by {key}", served.method, served.path);
                assert_eq!(reply.code(), "wrong_token");
            }
        }
    }
}

#[test]
fn every_command_as_every_role() {
    let house = House::start(true, "");
    let rows: Vec<(Vec<&str>, Value)> = include_str!("commands.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let at = line.find('{').unwrap();
            let signs = line[..at].split_whitespace().collect();
            (signs, serde_json::from_str(&line[at..]).unwrap())
        })
        .collect();
    let ours: BTreeSet<String> = rows
        .iter()
        .map(|(_, body)| body["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        ours,
        described(&house),
        "commands of the API and tests/doors/commands.txt differ"
    );

    for (signs, body) in &rows {
        assert_eq!(signs.len(), 4, "{body}");
        let roles = ROLES.into_iter().zip(["-"].iter().chain(signs));
        for (role, sign) in roles {
            let key = format!("{role}-{}", body["type"].as_str().unwrap());
            let reply = house.ask(role, Ask::command(&key, body));
            let what = format!("{body} as {role}: {reply:?}");
            match *sign {
                "+" => {
                    assert!([200, 409].contains(&reply.status), "{what}");
                    let code = if reply.status == 409 {
                        reply.code()
                    } else {
                        String::new()
                    };
                    assert!(code.is_empty() || code.starts_with('К'), "{what}");
                }
                _ => {
                    assert_eq!(reply.status, refused(role), "{what}");
                    let code = if role == "visitor" {
                        "sign_in_needed"
                    } else {
                        "forbidden"
                    };
                    assert_eq!(reply.code(), code, "{what}");
                }
            }
        }
    }
}

/// The names of commands in the server's own description.
fn described(house: &House) -> BTreeSet<String> {
    let document = house.daemon.get("/api/v1/openapi.json");
    let schemas = &document["components"]["schemas"];
    let all = schemas["Command"]["oneOf"].as_array().unwrap();
    all.iter()
        .map(|one| {
            let name = one["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
            schemas[name]["properties"]["type"]["enum"][0]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}
