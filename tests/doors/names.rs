//! Names that somebody chose with care: no page runs them, no table either.

use super::house::House;
use super::http::Ask;
use super::support::ok;
use formular::web::served;
use serde_json::{Value, json};
use std::process::Command;

const TAG: &str = "<img src=x onerror=alert(1)>";
const QUOTES: &str = "\"'><script>alert(2)</script>&amp;";
const FORMULA: &str = "=HYPERLINK(\"http://evil.example\";\"x\")";

/// A centre in which everything that has a name is called something evil.
fn centre() -> Vec<Value> {
    let evil = format!("{TAG}{QUOTES}");
    vec![
        json!({"type": "register_school", "school": "S00", "centre": true, "short_name": evil, "full_name": evil}),
        json!({"type": "register_school", "school": "S03", "short_name": format!("Ш {evil}"), "full_name": evil,
            "max_items": 9, "max_days": 21}),
        json!({"type": "sign_agreement", "school": "S03", "agreement":
            {"number": evil, "valid_from": "2020-09-01", "valid_to": "2098-08-31"}}),
        json!({"type": "issue_badge", "badge": "B-0301", "school": "S03", "role": evil, "kind": "school",
            "active_from": "2020-09-01"}),
        json!({"type": "register_room", "room": "К-1", "name": evil}),
        json!({"type": "define_kit", "kit": "KIT1", "title": evil, "components": [
            {"component": "KIT1-01", "name": evil, "quantity": 2, "unit": evil}]}),
        json!({"type": "enrol_item", "item": "ТР-0001", "name": evil, "category": evil, "subject": evil, "room": "К-1",
            "serial_number": evil, "inventory_number": "410134000001"}),
        json!({"type": "enrol_item", "item": "ТР-0002", "name": format!("Набор {evil}"), "category": evil, "room": "К-1",
            "kit": "KIT1"}),
        json!({"type": "enrol_item", "item": "ТР-0003", "name": FORMULA, "category": "+cmd|' /C calc'!A0", "room": "К-1"}),
        json!({"type": "check_out", "item": "ТР-0001", "badge": "B-0301", "purpose": evil, "group": evil}),
        json!({"type": "check_out", "item": "ТР-0003", "badge": "B-0301", "purpose": FORMULA}),
        json!({"type": "declare_lost", "item": "ТР-0002", "note": evil}),
        json!({"type": "send_notice", "loan": "В-26-00001", "note": evil}),
        json!({"type": "open_stocktake", "basis": evil}),
    ]
}

fn house() -> House {
    let house = House::start(false, "");
    for (n, order) in centre().iter().enumerate() {
        let reply = house.ask("staff", Ask::command(&n.to_string(), order));
        // A loan's number depends on the year; what is written of it is not the matter here.
        let asked_for = order["type"] != "send_notice";
        assert!(!asked_for || reply.status == 200, "{order}: {reply:?}");
    }
    house
}

#[test]
fn no_page_runs_a_name() {
    let house = house();
    // The desk shows an item that was typed, the kit's panel a kit that came back.
    for typed in ["ТР-0001", "ТР-0002", TAG] {
        let typed: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let press = Ask::new("POST", "/kiosk/act").form(&format!("typed={typed}"));
        assert!(house.ask("desk", press).status < 500);
        let screen = house.ask("desk", Ask::new("GET", "/kiosk").header("Accept", "text/html"));
        harmless(&screen.body, "/kiosk");
    }
    let mut shown = Vec::new();
    for served in served().filter(|served| served.method == "GET" && !served.documented) {
        if served.path.contains("/stream") || served.path.contains("{*path}") {
            continue;
        }
        for id in ["ТР-0001", "ТР-0002", TAG] {
            let id: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let path = served.path.replace("{id}", &id);
            for query in [
                "",
                "?q=%22%3E%3Cscript%3Ealert(2)%3C/script%3E&state=all&lang=en&from=%3Cimg%20src=x%3E",
            ] {
                for role in ["visitor", "school", "staff"] {
                    let ask = Ask::new("GET", &format!("{path}{query}")).header("Accept", "text/html");
                    let reply = house.ask(role, ask);
                    assert!(reply.status < 500, "{path}{query}: {reply:?}");
                    harmless(&reply.body, &format!("{path}{query} as {role}"));
                    if reply.body.contains("img src=x onerror") {
                        shown.push(served.path);
                    }
                }
            }
            if !served.path.contains("{id}") {
                break;
            }
        }
    }
    shown.dedup();
    for path in ["/", "/items", "/items/{id}", "/loans", "/kinds/{id}"] {
        assert!(shown.contains(&path), "{path} shows no name at all: {shown:?}");
    }
}

fn harmless(page: &str, what: &str) {
    for bad in ["<img src=x", "<script>alert", "\"'>", "onerror=\"", "<script>"] {
        assert!(!page.contains(bad), "{what} has «{bad}»:\n{page}");
    }
}

#[test]
fn no_table_runs_a_cell() {
    let house = house();
    let mut cells = 0;
    for report in ["holdings", "at-partners", "loans", "idle"] {
        let csv = ok(&["report", report, "--csv"], &house.data);
        assert!(
            csv.lines().all(|line| !line
                .split(',')
                .any(|cell| { cell.trim_start_matches('"').starts_with(['=', '+', '@', '\t']) })),
            "{report}: {csv}"
        );
        cells += csv.matches("'=HYPERLINK").count();
        let path = house.data.join("report.xlsx");
        ok(&["report", report, "--xlsx", path.to_str().unwrap()], &house.data);
        let look = "import sys, zipfile, re\n\
            book = zipfile.ZipFile(sys.argv[1])\n\
            text = ''.join(book.read(n).decode() for n in book.namelist() if n.endswith('.xml'))\n\
            assert not re.search(r'<f[ >]', text), 'a formula'\n\
            print(text.count('HYPERLINK('))";
        let seen = Command::new("python3")
            .arg("-c")
            .arg(look)
            .arg(&path)
            .output()
            .unwrap();
        assert!(seen.status.success(), "{report}: {seen:?}");
        cells += usize::from(String::from_utf8_lossy(&seen.stdout).trim() != "0");
    }
    assert!(cells >= 4, "the formula stands in some of them: {cells}");
}
