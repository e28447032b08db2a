//! A tiny centre: four schools and a shelf of things, one for each rule that the desk meets.

use formular::clock::{Moment, Trust};
use formular::ids::ItemId;
use formular::ledger::{
    Agreement, Away, Badge, BadgeKind, By, CalendarSpan, Component, DayKind, Entry, Event, How, Item,
    KitType, Ledger, Lending, Room, School,
};
use jiff::civil::{Date, date};

pub fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// Everything that stood in the journal before the desk was opened.
pub struct Centre {
    pub ledger: Ledger,
    pub journal: Vec<Entry>,
}

impl Centre {
    pub fn write(&mut self, at: Moment, by: By, event: Event) -> u64 {
        let seq = self.ledger.seq + 1;
        let entry = Entry {
            seq,
            batch: seq,
            at,
            clock: Trust::Ok,
            recorded: None,
            by,
            src: None,
            event,
        };
        self.ledger.apply(&entry);
        self.journal.push(entry);
        seq
    }
}

fn school(id: &str, name: &str, centre: bool, max_items: u32, max_days: u32) -> Event {
    Event::SchoolRegistered(School {
        school: id.into(),
        centre,
        short_name: name.into(),
        full_name: name.into(),
        legal_form: "МБОУ".into(),
        ownership: "муниципальная".into(),
        locality: String::new().into(),
        distance_km: 0,
        learners: 0,
        profile_classes: Vec::new(),
        directions: Vec::new(),
        max_items,
        max_days,
        contact_role: String::new().into(),
        contact_badge: None,
    })
}

fn agreement(id: &str, from: Date, to: Date) -> Event {
    Event::AgreementSigned {
        school: id.into(),
        agreement: Agreement {
            number: format!("СД-{id}").into(),
            signed: Some(from),
            valid_from: from,
            valid_to: to,
            loan_agreement: String::new().into(),
        },
    }
}

fn badge(code: &str, school: &str, role: &str, kind: BadgeKind, to: Option<Date>) -> Event {
    Event::BadgeIssued(Badge {
        badge: code.into(),
        school: school.into(),
        role: role.into(),
        kind,
        active_from: date(2024, 8, 26),
        active_to: to,
    })
}

pub fn item(id: &str, name: &str) -> Item {
    Item {
        item: id.into(),
        inventory_number: None,
        account: String::new().into(),
        name: name.into(),
        category: "Инструмент".into(),
        subject: String::new().into(),
        room: Some("К-2".into()),
        cost: String::new().into(),
        funding: String::new().into(),
        donor: None,
        accepted: None,
        serial_number: String::new().into(),
        okof: String::new().into(),
        valuable: false,
        kit: None,
        lending: Lending::Free,
        policy: String::new().into(),
        max_days: None,
        verification_months: None,
        verification_due: None,
        uav_number: None,
        tags: Vec::new(),
    }
}

fn part(code: &str, name: &str, quantity: u32, critical: bool) -> Component {
    Component {
        component: code.into(),
        name: name.into(),
        quantity,
        unit: "шт.".into(),
        weighed: false,
        critical,
        consumable: false,
        replacement_cost: String::new().into(),
    }
}

pub fn centre() -> Centre {
    let mut centre = Centre {
        ledger: Ledger::default(),
        journal: Vec::new(),
    };
    let day = moment("2026-08-31T10:00:00+03:00");
    let long = (date(2023, 9, 1), date(2028, 8, 31));
    let mut events = vec![
        Event::RoomRegistered(Room {
            room: "К-2".into(),
            name: "Кабинет".into(),
            area_m2: String::new().into(),
            subjects: String::new().into(),
            zones: String::new().into(),
            notes: String::new().into(),
        }),
        school("S00", "Лицей", true, 0, 1),
        school("S01", "СОШ с. Дальнеполье", false, 10, 21),
        school("S02", "СОШ № 2", false, 3, 21),
        school("S03", "ООШ д. Нижние Ключи-2", false, 10, 21),
        school("S04", "Гимназия", false, 10, 21),
        school("S05", "Школа-интернат для обучающихся с ОВЗ", false, 10, 21),
        agreement("S01", long.0, long.1),
        agreement("S02", long.0, long.1),
        agreement("S03", long.0, date(2026, 8, 31)),
        agreement("S04", long.0, date(2026, 9, 10)),
        badge("B-0001", "S00", "руководитель центра", BadgeKind::Duty, None),
        badge(
            "B-0002",
            "S00",
            "педагог-организатор (выдача)",
            BadgeKind::Duty,
            None,
        ),
        badge(
            "B-0003",
            "S00",
            "педагог ДО: робототехника",
            BadgeKind::Centre,
            None,
        ),
        badge("B-0101", "S01", "учитель информатики", BadgeKind::School, None),
        badge("B-0102", "S01", "учитель труда", BadgeKind::School, None),
        badge(
            "B-0109",
            "S01",
            "учитель ОБЗР",
            BadgeKind::School,
            Some(date(2026, 6, 30)),
        ),
        badge("B-0201", "S02", "учитель информатики", BadgeKind::School, None),
        badge(
            "B-0209",
            "S02",
            "учитель труда",
            BadgeKind::School,
            Some(date(2026, 6, 30)),
        ),
        badge("B-0301", "S03", "учитель информатики", BadgeKind::School, None),
        badge("B-0401", "S04", "учитель информатики", BadgeKind::School, None),
        badge("B-0501", "S05", "учитель информатики", BadgeKind::School, None),
        Event::KitDefined(KitType {
            kit: "ROB".into(),
            title: "Набор робототехнический".into(),
            components: vec![
                part("ROB-02", "Кабель", 7, false),
                part("ROB-01", "Микрокомпьютер", 1, true),
                part("ROB-03", "Колесо с шиной", 4, false),
            ],
        }),
        Event::CalendarSet(CalendarSpan {
            from: date(2026, 8, 1),
            to: date(2026, 8, 31),
            kind: DayKind::Vacation,
            name: "летние каникулы".into(),
        }),
        Event::CalendarSet(CalendarSpan {
            from: date(2026, 12, 31),
            to: date(2027, 1, 8),
            kind: DayKind::Vacation,
            name: "зимние каникулы".into(),
        }),
    ];
    for number in 1..=12 {
        let id = format!("ТР-{number:04}");
        events.push(Event::ItemEnrolled(item(&id, "Паяльник")));
    }
    for id in ["ТР-0046", "ТР-0047", "ТР-0048"] {
        let mut kit = item(id, "Набор робототехнический");
        kit.kit = Some("ROB".into());
        events.push(Event::ItemEnrolled(kit));
    }
    for id in ["ТР-0100", "ТР-0101"] {
        let mut mock_up = item(id, "Макет массогабаритный");
        mock_up.lending = Lending::ByOrder;
        events.push(Event::ItemEnrolled(mock_up));
    }
    let mut inside = item("ТР-0110", "Станок токарный");
    inside.lending = Lending::CentreOnly;
    let mut valuable = item("ТР-0111", "Тренажёр");
    valuable.valuable = true;
    let mut overdue = item("ТР-0112", "Дозиметр бытовой");
    overdue.verification_due = Some(date(2026, 8, 20));
    let mut copter = item("ТР-0113", "Квадрокоптер");
    copter.uav_number = Some("01a2b3".into());
    let mut short = item("ТР-0115", "Шлем VR");
    short.max_days = Some(5);
    events.push(Event::ItemEnrolled(short));
    events.extend([inside, valuable, overdue, copter].map(Event::ItemEnrolled));
    events.push(Event::ItemEnrolled(item("ТР-0114", "Шуруповёрт")));
    events.push(Event::RepairStarted {
        item: "ТР-0114".into(),
        note: String::new().into(),
        loan: None,
    });
    for event in events {
        centre.write(day, By::default(), event);
    }
    let broken = centre.ledger.items.get("ТР-0114").map(|item| item.status.away);
    assert_eq!(broken, Some(Some(Away::Repair)));
    // On loan since last year: to S01, to S02 (overdue), and a kit to S02.
    for (number, id, school, badge, due) in [
        (1, "ТР-0010", "S01", "B-0101", date(2026, 9, 9)),
        (2, "ТР-0011", "S02", "B-0201", date(2026, 8, 29)),
        (3, "ТР-0048", "S02", "B-0201", date(2026, 9, 9)),
        (4, "ТР-0012", "S04", "B-0401", date(2026, 9, 1)),
        (5, "ТР-0009", "S05", "B-0501", date(2026, 9, 9)),
    ] {
        let by = By {
            badge: Some(badge.into()),
            how: How::Scanned,
            ..By::default()
        };
        let event = Event::CheckedOut {
            loan: formular::ids::LoanId::new(format!("В-26-{number:05}")),
            item: ItemId::new(id),
            school: school.into(),
            due,
            purpose: None,
            group: None,
            order: None,
            second_badge: None,
            hold: None,
            shortage: Default::default(),
            session: Some(number),
            override_reason: None,
        };
        centre.write(day, by, event);
    }
    centre
}
