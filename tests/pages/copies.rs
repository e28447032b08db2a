//! What the page of health says of copies, and the one step that it gives.

use super::{Shop, head, imported, shown, well};
use formular::view::{Copies, CopyFailed, Health, Role, Vitals};
use formular::web::page::frame::{Frame, Here};
use formular::web::page::health;

/// The row of the copies, without the spaces that do not break.
fn row(shop: &Shop, copies: Copies) -> String {
    let (centre, health) = (shown::centre(), Health { copies, ..well() });
    let facts = health::Facts {
        health: &health,
        vitals: &Vitals::default(),
        readers: &shown::readers(),
        head: &head(),
    };
    let frame = Frame {
        look: &shop.look,
        centre: &centre,
        role: &Role::Staff,
        now: imported::now(),
        here: Here::Elsewhere,
        signed_in: false,
    };
    let html = health::page(frame, &facts).unwrap().replace('\u{a0}', " ");
    let (_, row) = html.split_once("Копии журнала").unwrap();
    row.split_once("</li>").unwrap().0.to_owned()
}

#[test]
fn how_it_stands_with_the_copies() {
    let shop = Shop::open("");
    let good = well().copies.last_good;
    for (there, overdue, one_was_made, mood, state, step) in [
        // A stick that was never marked looks as one that is away.
        (
            false,
            false,
            false,
            "check",
            "Ждут флешку",
            "отметьте её один раз",
        ),
        (
            false,
            true,
            false,
            "lost",
            "Давно не было",
            "отметьте её один раз",
        ),
        (
            true,
            false,
            false,
            "check",
            "Ждут тихой минуты",
            "Оставьте флешку",
        ),
        (true, false, true, "available", "Делаются", ""),
        (false, false, true, "available", "Делаются", ""),
        (
            false,
            true,
            true,
            "lost",
            "Давно не было",
            "Вставьте флешку для копий.",
        ),
        (true, true, true, "lost", "Давно не было", "formular backup ПАПКА"),
    ] {
        let said = row(
            &shop,
            Copies {
                there,
                overdue,
                last_good: good.clone().filter(|_| one_was_made),
                ..well().copies
            },
        );
        let case = format!("there {there}, overdue {overdue}, made {one_was_made}: {said}");
        assert!(said.contains(&format!("state {mood}")), "{case}");
        assert!(said.contains(state) && said.contains(step), "{case}");
        assert_eq!(said.contains("to-do"), !step.is_empty(), "{case}");
    }
    assert!(row(&shop, Copies::default()).contains("Укажите второй диск"));
}

#[test]
fn each_way_to_fail_has_its_step() {
    let shop = Shop::open("");
    let failed = |code| {
        let failed = CopyFailed {
            at: shown::at("08:00:00"),
            code,
            why: "why".into(),
        };
        let copies = Copies {
            failed: Some(failed),
            ..well().copies
        };
        let said = row(&shop, copies);
        assert!(said.contains("В последний раз не удалась"), "{code}: {said}");
        let (_, step) = said.split_once("to-do").unwrap();
        step.to_owned()
    };
    let codes = [
        "full",
        "read_only",
        "gone",
        "not_marked",
        "damaged",
        "source",
        "other",
    ];
    let steps: std::collections::BTreeSet<String> = codes.map(failed).into();
    assert_eq!(
        steps.len(),
        codes.len(),
        "each is told in its own words: {steps:#?}"
    );
}
