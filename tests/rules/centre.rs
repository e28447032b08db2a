//! A centre small enough to keep in mind; every table of rules begins with it.

use formular::clock::{Moment, Trust};
use formular::ids::SchoolId;
use formular::ledger::*;
use jiff::civil::Date;

fn day(text: &str) -> Date {
    text.parse().expect(text)
}

fn school(id: &str, max_items: u32, max_days: u32, agreement: Option<(&str, &str)>) -> Vec<Event> {
    let school = School {
        school: id.into(),
        centre: id == "S00",
        short_name: id.into(),
        full_name: id.into(),
        legal_form: "".into(),
        ownership: "".into(),
        locality: "".into(),
        distance_km: 0,
        learners: 0,
        profile_classes: vec![],
        directions: vec![],
        max_items,
        max_days,
        contact_role: "".into(),
        contact_badge: None,
    };
    let mut events = vec![Event::SchoolRegistered(school)];
    if let Some((from, to)) = agreement {
        events.push(Event::AgreementSigned {
            school: SchoolId::new(id),
            agreement: Agreement {
                number: format!("Д-{id}").into(),
                signed: None,
                valid_from: day(from),
                valid_to: day(to),
                loan_agreement: "".into(),
            },
        });
    }
    events
}

fn badge(id: &str, school: &str, kind: BadgeKind, from: &str, to: Option<&str>) -> Event {
    Event::BadgeIssued(Badge {
        badge: id.into(),
        school: school.into(),
        role: "учитель".into(),
        kind,
        active_from: day(from),
        active_to: to.map(day),
    })
}

fn item(id: &str, name: &str, category: &str) -> Item {
    Item {
        item: id.into(),
        inventory_number: None,
        account: "".into(),
        name: name.into(),
        category: category.into(),
        subject: "".into(),
        room: None,
        cost: "".into(),
        funding: "".into(),
        donor: None,
        accepted: None,
        serial_number: "".into(),
        okof: "".into(),
        valuable: false,
        kit: None,
        lending: Lending::Free,
        policy: "".into(),
        max_days: None,
        verification_months: None,
        verification_due: None,
        uav_number: None,
        tags: vec![],
    }
}

fn component(id: &str, name: &str, quantity: u32, critical: bool) -> Component {
    Component {
        component: id.into(),
        name: name.into(),
        quantity,
        unit: "шт.".into(),
        weighed: false,
        critical,
        consumable: !critical,
        replacement_cost: "".into(),
    }
}

fn items() -> Vec<Item> {
    let laptop = |id| item(id, "Ноутбук", "Компьютеры");
    let kit = |id: &str| Item {
        kit: Some("ROB".into()),
        ..item(id, "Набор робототехнический", "Робототехника")
    };
    vec![
        Item {
            inventory_number: Some("410134000001".into()),
            tags: ["uid:04D3BDF8E8F9A5", "code:2900000000018"]
                .map(|t| t.parse().expect(t))
                .to_vec(),
            ..laptop("НБ-1")
        },
        laptop("НБ-2"),
        laptop("НБ-3"),
        laptop("НБ-4"),
        kit("РН-1"),
        kit("РН-2"),
        Item {
            lending: Lending::CentreOnly,
            ..item("СТ-1", "Стол", "Мебель")
        },
        Item {
            lending: Lending::ByOrder,
            ..item("ММГ-1", "Макет", "ОБЗР")
        },
        Item {
            valuable: true,
            ..item("ЦН-1", "Принтер 3D", "3D")
        },
        Item {
            uav_number: Some("0уч54733".into()),
            max_days: Some(5),
            ..item("БВС-1", "Квадрокоптер", "БВС")
        },
        Item {
            verification_months: Some(12),
            verification_due: Some(day("2026-09-20")),
            ..item("ИЗ-1", "Тонометр", "Медицинский профиль")
        },
        item("ШВ-1", "Шлем", "VR/AR"),
    ]
}

fn spans() -> Vec<CalendarSpan> {
    let span = |from: &str, to: &str, kind| CalendarSpan {
        from: day(from),
        to: day(to),
        kind,
        name: "".into(),
    };
    vec![
        span("2026-10-24", "2026-11-01", DayKind::Vacation),
        span("2026-09-22", "2026-09-22", DayKind::Closed),
        span("2026-09-27", "2026-09-27", DayKind::Working),
        span("2027-05-27", "2027-08-31", DayKind::Vacation),
    ]
}

pub fn master_data() -> Vec<Event> {
    let far = Some(("2023-09-01", "2028-08-31"));
    let mut events = Vec::new();
    events.extend(school("S00", 0, 1, None));
    events.extend(school("S01", 3, 21, far));
    events.extend(school("S02", 10, 7, far));
    events.extend(school("S03", 10, 30, Some(("2023-09-01", "2026-09-10"))));
    events.extend(school("S04", 10, 30, Some(("2023-09-01", "2026-08-31"))));
    events.extend(school("S05", 10, 30, Some(("2026-10-01", "2028-08-31"))));
    events.extend(school("S06", 10, 30, None));
    for (id, school) in [
        ("B-0101", "S01"),
        ("B-0102", "S01"),
        ("B-0201", "S02"),
        ("B-0301", "S03"),
        ("B-0401", "S04"),
        ("B-0501", "S05"),
        ("B-0601", "S06"),
    ] {
        events.push(badge(id, school, BadgeKind::School, "2024-08-26", None));
    }
    events.push(badge("B-0001", "S00", BadgeKind::Duty, "2024-08-26", None));
    events.push(badge(
        "B-0009",
        "S00",
        BadgeKind::Duty,
        "2024-08-26",
        Some("2026-06-30"),
    ));
    events.push(badge("B-0003", "S00", BadgeKind::Centre, "2024-08-26", None));
    events.push(badge("B-0005", "S00", BadgeKind::Centre, "2024-08-26", None));
    events.push(badge(
        "B-0103",
        "S01",
        BadgeKind::School,
        "2024-08-26",
        Some("2026-08-31"),
    ));
    events.push(badge("B-0104", "S01", BadgeKind::School, "2026-12-01", None));
    events.push(Event::KitDefined(KitType {
        kit: "ROB".into(),
        title: "Набор".into(),
        components: vec![
            component("R-01", "Блок", 1, true),
            component("R-02", "Кабель", 4, false),
            component("R-03", "Балка", 10, false),
        ],
    }));
    events.extend(items().into_iter().map(Event::ItemEnrolled));
    events.extend(spans().into_iter().map(Event::CalendarSet));
    events
}

pub fn entry(ledger: &Ledger, at: Moment, clock: Trust, by: By, event: Event) -> Entry {
    let seq = ledger.seq + 1;
    Entry {
        seq,
        batch: seq,
        at,
        clock,
        recorded: None,
        by,
        src: None,
        event,
    }
}

pub fn centre() -> Ledger {
    let mut ledger = Ledger::default();
    let at: Moment = "2026-08-31T20:00:00+03:00".parse().expect("a time");
    for event in master_data() {
        let entry = entry(&ledger, at, Trust::Imported, By::default(), event);
        possible(&ledger, &entry).expect("a possible centre");
        ledger.apply(&entry);
    }
    ledger
}
