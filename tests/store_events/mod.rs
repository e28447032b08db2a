//! Events for the tests of the store: one of every kind, and journals of any length.
#![allow(dead_code, reason = "each test file uses its part")]

use formular::clock::{Moment, Trust};
use formular::ids::{ComponentCode, ItemId};
use formular::ledger::*;
use formular::store::Draft;
use formular::tag::TagId;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

pub fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

pub fn nine() -> Moment {
    moment("2026-09-01T09:00:00+03:00")
}

fn tag(text: &str) -> TagId {
    text.parse().unwrap()
}

fn parts(list: &[(&str, u32)]) -> BTreeMap<ComponentCode, u32> {
    list.iter().map(|&(code, n)| (code.into(), n)).collect()
}

/// A loan and its return, over and over; `n` counts from 0.
pub fn draft(n: u64) -> Draft {
    let item: ItemId = format!("ТР-{:04}", n / 2 % 162 + 1).as_str().into();
    let loan = format!("В-26-{:05}", n / 2 + 1).as_str().into();
    let at = nine().plus_ms(i64::try_from(n).unwrap() * 61_250);
    let by = By {
        badge: Some("B-0301".into()),
        duty: Some("B-0002".into()),
        reader: Some("desk-hf".into()),
        how: How::Scanned,
        ..By::default()
    };
    let event = if n.is_multiple_of(2) {
        Event::CheckedOut {
            loan,
            item,
            school: "S03".into(),
            due: at.date(),
            purpose: Some("урок «Физика», 8 класс".into()),
            group: None,
            order: None,
            second_badge: None,
            hold: None,
            shortage: BTreeMap::new(),
            session: Some(n / 10 + 1),
            override_reason: None,
        }
    } else {
        Event::Returned {
            loan,
            item,
            school: "S03".into(),
            condition: Condition::Ok,
            missing: BTreeMap::new(),
            unchecked: n % 6 == 1,
            headcount: Some(24),
            by_label: false,
            session: Some(n / 10 + 1),
        }
    };
    Draft::now(at, by, event)
}

pub fn drafts(range: std::ops::Range<u64>) -> Vec<Draft> {
    range.map(draft).collect()
}

/// The tag of the kind, and a promise that no kind is forgotten: a new one does not compile until it stands here.
pub fn kind(event: &Event) -> &'static str {
    match event {
        Event::SchoolRegistered(_) => "school_registered",
        Event::AgreementSigned { .. } => "agreement_signed",
        Event::RoomRegistered(_) => "room_registered",
        Event::DonorRegistered(_) => "donor_registered",
        Event::KitDefined(_) => "kit_defined",
        Event::ItemEnrolled(_) => "item_enrolled",
        Event::TagBound { .. } => "tag_bound",
        Event::TagUnbound { .. } => "tag_unbound",
        Event::BadgeIssued(_) => "badge_issued",
        Event::BadgeRevoked { .. } => "badge_revoked",
        Event::BadgeCardGiven { .. } => "badge_card_given",
        Event::CalendarSet(_) => "calendar_set",
        Event::ConsentRecorded { .. } => "consent_recorded",
        Event::CheckedOut { .. } => "checked_out",
        Event::Returned { .. } => "returned",
        Event::Renewed { .. } => "renewed",
        Event::LoanNoted { .. } => "loan_noted",
        Event::Held { .. } => "held",
        Event::HoldCancelled { .. } => "hold_cancelled",
        Event::KitChecked { .. } => "kit_checked",
        Event::Replenished { .. } => "replenished",
        Event::ConditionNoted { .. } => "condition_noted",
        Event::RepairStarted { .. } => "repair_started",
        Event::RepairEnded { .. } => "repair_ended",
        Event::VerificationStarted { .. } => "verification_started",
        Event::VerificationEnded { .. } => "verification_ended",
        Event::Lost { .. } => "lost",
        Event::Found { .. } => "found",
        Event::Withdrawn { .. } => "withdrawn",
        Event::StocktakeOpened { .. } => "stocktake_opened",
        Event::StocktakeSeen { .. } => "stocktake_seen",
        Event::StocktakeAccounted { .. } => "stocktake_accounted",
        Event::StocktakeMissing { .. } => "stocktake_missing",
        Event::StocktakeClosed { .. } => "stocktake_closed",
        Event::NoticeSent { .. } => "notice_sent",
        Event::UnknownTag { .. } => "unknown_tag",
        Event::Refused { .. } => "refused",
        Event::ReaderLost { .. } => "reader_lost",
        Event::ReaderBack { .. } => "reader_back",
        Event::Voided { .. } => "voided",
        Event::BadgeCardStopped { .. } => "badge_card_stopped",
        Event::ClockConfirmed { .. } => "clock_confirmed",
    }
}

/// How many kinds [`kind`] knows.
pub const KINDS: usize = 42;

/// Every kind of event with every field filled.
pub fn one_of_each() -> Vec<Event> {
    let item = || ItemId::from("ТР-0043");
    let loan = || "В-26-00729".into();
    let day = |d: i8| -> Date { date(2026, 9, d) };
    vec![
        Event::SchoolRegistered(School {
            school: "S03".into(),
            centre: true,
            short_name: "СОШ № 3".into(),
            full_name: "МБОУ «Средняя школа № 3»".into(),
            legal_form: "МБОУ".into(),
            ownership: "муниципальная".into(),
            locality: "г. Слободской".into(),
            distance_km: 4,
            learners: 612,
            profile_classes: vec!["инженерный".into()],
            directions: vec!["робототехника".into(), "химия".into()],
            max_items: 12,
            max_days: 10,
            contact_role: "заместитель директора".into(),
            contact_badge: Some("B-0301".into()),
        }),
        Event::AgreementSigned {
            school: "S03".into(),
            agreement: Agreement {
                number: "ДС-2026/03".into(),
                signed: Some(day(1)),
                valid_from: day(1),
                valid_to: date(2027, 8, 31),
                loan_agreement: "ДБП-03".into(),
            },
        },
        Event::RoomRegistered(Room {
            room: "К-1".into(),
            name: "Лаборатория".into(),
            area_m2: "64,5".into(),
            subjects: "физика".into(),
            zones: "2".into(),
            notes: "второй этаж".into(),
        }),
        Event::DonorRegistered(Donor {
            donor: "Д-04".into(),
            kind: "предприятие".into(),
            support: "оборудование".into(),
        }),
        Event::KitDefined(KitType {
            kit: "ROB1".into(),
            title: "Робототехника, базовый".into(),
            components: vec![Component {
                component: "ROB1-05".into(),
                name: "Мотор".into(),
                quantity: 2,
                unit: "шт.".into(),
                weighed: true,
                critical: true,
                consumable: true,
                replacement_cost: "2450.00".into(),
            }],
        }),
        Event::ItemEnrolled(Item {
            item: item(),
            inventory_number: Some("101340000043".into()),
            account: "101.34".into(),
            name: "Конструктор".into(),
            category: "робототехника".into(),
            subject: "информатика".into(),
            room: Some("К-1".into()),
            cost: "38500.00".into(),
            funding: "субсидия".into(),
            donor: Some("Д-04".into()),
            accepted: Some(date(2024, 9, 2)),
            serial_number: "SN-17".into(),
            okof: "330.28.99".into(),
            valuable: true,
            kit: Some("ROB1".into()),
            lending: Lending::ByOrder,
            policy: "не более 14 дней; поверка раз в 12 мес.".into(),
            max_days: Some(14),
            verification_months: Some(12),
            verification_due: Some(date(2027, 1, 15)),
            uav_number: Some("0б12345".into()),
            tags: vec![tag("uid:E004019720B056A2"), tag("code:2900000000431")],
        }),
        Event::TagBound {
            item: item(),
            tag: tag("epc:3474257BF40000000000162E"),
        },
        Event::TagUnbound {
            item: item(),
            tag: tag("em4100:62E3086CED"),
        },
        Event::BadgeIssued(Badge {
            badge: "B-0301".into(),
            school: "S03".into(),
            role: "учитель".into(),
            kind: BadgeKind::School,
            active_from: day(1),
            active_to: Some(date(2027, 6, 30)),
        }),
        Event::BadgeRevoked {
            badge: "B-0301".into(),
            last: day(30),
        },
        Event::BadgeCardGiven {
            badge: "B-0301".into(),
            digest: "0123456789abcdef".into(),
            replaces: Vec::new(),
        },
        Event::CalendarSet(CalendarSpan {
            from: date(2026, 10, 26),
            to: date(2026, 11, 1),
            kind: DayKind::Vacation,
            name: "Осенние каникулы".into(),
        }),
        Event::ConsentRecorded {
            item: item(),
            number: "С-7".into(),
            date: day(2),
        },
        Event::CheckedOut {
            loan: loan(),
            item: item(),
            school: "S03".into(),
            due: day(15),
            purpose: Some("кружок".into()),
            group: Some("7 Б".into()),
            order: Some("П-12".into()),
            second_badge: Some("B-0302".into()),
            hold: Some(12),
            shortage: parts(&[("ROB1-11", 1)]),
            session: Some(3),
            override_reason: Some("по просьбе директора".into()),
        },
        Event::Returned {
            loan: loan(),
            item: item(),
            school: "S03".into(),
            condition: Condition::Damaged,
            missing: parts(&[("ROB1-05", 1), ("ROB1-11", 2)]),
            unchecked: true,
            headcount: Some(24),
            by_label: true,
            session: Some(4),
        },
        Event::Renewed {
            loan: loan(),
            item: item(),
            due: day(25),
            previous_due: day(15),
        },
        Event::LoanNoted {
            loan: loan(),
            purpose: Some("урок".into()),
            group: Some("8 А".into()),
            order: Some("П-13".into()),
            headcount: Some(18),
        },
        Event::Held {
            item: item(),
            school: "S05".into(),
            from: day(20),
        },
        Event::HoldCancelled {
            hold: 18,
            item: item(),
            school: "S05".into(),
        },
        Event::KitChecked {
            item: item(),
            loan: Some(loan()),
            complete: false,
            missing: parts(&[("ROB1-05", 1)]),
            confirms: true,
        },
        Event::Replenished {
            item: item(),
            parts: parts(&[("ROB1-05", 1)]),
            loan: Some(loan()),
        },
        Event::ConditionNoted {
            item: item(),
            condition: Condition::Faulty,
            note: "не включается".into(),
        },
        Event::RepairStarted {
            item: item(),
            note: "мастерская".into(),
            loan: Some(loan()),
        },
        Event::RepairEnded {
            item: item(),
            note: "исправен".into(),
            loan: Some(loan()),
        },
        Event::VerificationStarted { item: item() },
        Event::VerificationEnded {
            item: item(),
            next_due: Some(date(2027, 9, 1)),
        },
        Event::Lost {
            item: item(),
            loan: Some(loan()),
            note: "акт № 1".into(),
        },
        Event::Found {
            item: item(),
            note: "в шкафу".into(),
        },
        Event::Withdrawn {
            item: item(),
            basis: "приказ № 9".into(),
        },
        Event::StocktakeOpened {
            stocktake: "И-2026-1".into(),
            basis: "приказ № 4".into(),
        },
        Event::StocktakeSeen {
            stocktake: "И-2026-1".into(),
            item: item(),
        },
        Event::StocktakeAccounted {
            stocktake: "И-2026-1".into(),
            item: item(),
            basis: "договор".into(),
        },
        Event::StocktakeMissing {
            stocktake: "И-2026-1".into(),
            item: item(),
        },
        Event::StocktakeClosed {
            stocktake: "И-2026-1".into(),
        },
        Event::NoticeSent {
            loan: loan(),
            item: item(),
            school: "S03".into(),
            note: "позвонили".into(),
        },
        Event::UnknownTag {
            scheme: "uid".into(),
            digest: "fedcba9876543210".into(),
        },
        Event::Refused {
            code: "К-10".into(),
            reason: "already_out".into(),
            item: Some(item()),
            school: Some("S05".into()),
            note: "до 15 сентября".into(),
        },
        Event::ReaderLost {
            reader: "desk-hf".into(),
        },
        Event::ReaderBack {
            reader: "desk-hf".into(),
        },
        Event::Voided {
            seqs: vec![14, 15],
            reason: "отмена на стойке".into(),
        },
    ]
}

/// The drafts whose lines stand frozen in `tests/frozen/v1.jsonl`, in their batches.
pub fn frozen() -> Vec<Vec<Draft>> {
    let by = By {
        badge: Some("B-0301".into()),
        duty: Some("B-0002".into()),
        reader: Some("desk-hf".into()),
        how: How::Scanned,
        role: Some("staff".into()),
        key: Some("7d0c".into()),
    };
    let mut batches: Vec<Vec<Draft>> = one_of_each()
        .into_iter()
        .zip(0..)
        .map(|(event, n)| vec![Draft::now(nine().plus_ms(n * 1_125), by.clone(), event)])
        .collect();
    // A batch of three, each with something else said or left unsaid.
    batches.push(vec![
        Draft {
            at: moment("2024-09-02T11:42:58+03:00"),
            clock: Trust::Imported,
            recorded: Some(nine()),
            by: By {
                how: How::Imported,
                ..By::default()
            },
            src: Some(Source {
                file: "events.csv".into(),
                line: 17,
                id: "16".into(),
            }),
            event: Event::VerificationStarted {
                item: "ТР-0001".into(),
            },
        },
        Draft {
            clock: Trust::Unset,
            ..Draft::now(
                moment("1970-01-01T03:00:07+03:00"),
                By {
                    how: How::System,
                    ..By::default()
                },
                Event::ReaderLost {
                    reader: "desk-125".into(),
                },
            )
        },
        Draft {
            clock: Trust::Behind,
            src: Some(Source {
                file: "events.csv".into(),
                line: 18,
                id: "".into(),
            }),
            ..Draft::now(
                nine(),
                By::default(),
                Event::Returned {
                    loan: "В-26-00730".into(),
                    item: "ТР-0002".into(),
                    school: "S00".into(),
                    condition: Condition::Ok,
                    missing: BTreeMap::new(),
                    unchecked: false,
                    headcount: None,
                    by_label: false,
                    session: None,
                },
            )
        },
    ]);
    // Kinds and fields that came later stand behind what had been frozen before.
    batches.extend(
        later()
            .into_iter()
            .map(|event| vec![Draft::now(nine(), by.clone(), event)]),
    );
    // A clock that leapt, and was confirmed.
    batches.push(vec![
        Draft {
            clock: Trust::Ahead,
            ..Draft::now(
                moment("2031-09-01T09:01:00+03:00"),
                By::default(),
                Event::ReaderBack {
                    reader: "desk-125".into(),
                },
            )
        },
        Draft::now(
            moment("2026-09-01T09:02:00+03:00"),
            by,
            Event::ClockConfirmed {
                redated: vec![Redated {
                    loan: "В-26-00730".into(),
                    due: date(2026, 9, 15),
                    previous_due: date(2026, 6, 24),
                }],
            },
        ),
    ]);
    batches
}

fn later() -> Vec<Event> {
    vec![
        Event::BadgeCardGiven {
            badge: "B-0301".into(),
            digest: "fedcba9876543210".into(),
            replaces: vec!["0123456789abcdef".into()],
        },
        Event::BadgeCardStopped {
            badge: "B-0301".into(),
            digests: vec!["fedcba9876543210".into()],
        },
    ]
}
