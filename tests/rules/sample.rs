//! Reads the sample centre straight into a ledger, by a reader of its own: the importer is not trusted here.

use formular::clock::{Moment, Trust};
use formular::ids::{BadgeCode, ComponentCode, ItemId, StocktakeId};
use formular::ledger::*;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

pub type Row = HashMap<String, String>;

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample")
}

pub fn rows(name: &str) -> Vec<Row> {
    let path = folder().join(name);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader.deserialize().map(|row| row.expect(name)).collect()
}

fn date(text: &str) -> Option<Date> {
    (!text.is_empty()).then(|| text.parse().expect(text))
}

fn parts(text: &str) -> Parts {
    let pair = |part: &str| {
        let (component, count) = part.split_once(':').expect(part);
        (ComponentCode::new(component), count.parse().expect(part))
    };
    text.split(';')
        .filter(|part| !part.is_empty())
        .map(pair)
        .collect()
}

/// The centre without its history.
pub fn master_data() -> Vec<Event> {
    let mut events = Vec::new();
    for row in rows("schools.csv") {
        let text = |name: &str| row[name].as_str();
        let school = School {
            school: text("school_id").into(),
            centre: text("role") == "центр",
            short_name: text("short_name").into(),
            full_name: text("full_name").into(),
            legal_form: "".into(),
            ownership: "".into(),
            locality: "".into(),
            distance_km: 0,
            learners: 0,
            profile_classes: vec![],
            directions: vec![],
            max_items: text("max_items").parse().unwrap(),
            max_days: text("max_days").parse().unwrap(),
            contact_role: "".into(),
            contact_badge: None,
        };
        let id = school.school.clone();
        events.push(Event::SchoolRegistered(school));
        for (number, from, to) in [
            ("agreement_no", "valid_from", "valid_to"),
            ("renewal_agreement_no", "renewal_valid_from", "renewal_valid_to"),
        ] {
            if let (Some(valid_from), Some(valid_to)) = (date(text(from)), date(text(to))) {
                let agreement = Agreement {
                    number: text(number).into(),
                    signed: None,
                    valid_from,
                    valid_to,
                    loan_agreement: "".into(),
                };
                events.push(Event::AgreementSigned {
                    school: id.clone(),
                    agreement,
                });
            }
        }
    }
    let mut kits: BTreeMap<String, KitType> = BTreeMap::new();
    for row in rows("kits.csv") {
        let kit = kits.entry(row["kit_type"].clone()).or_insert_with(|| KitType {
            kit: row["kit_type"].as_str().into(),
            title: row["kit_title"].as_str().into(),
            components: vec![],
        });
        kit.components.push(Component {
            component: row["component_code"].as_str().into(),
            name: row["component_name"].as_str().into(),
            quantity: row["qty"].parse().unwrap(),
            unit: row["unit"].as_str().into(),
            weighed: row["check_method"] == "взвешивание",
            critical: row["critical"] == "да",
            consumable: row["consumable"] == "да",
            replacement_cost: "".into(),
        });
    }
    events.extend(kits.into_values().map(Event::KitDefined));
    for row in rows("equipment.csv") {
        let text = |name: &str| row[name].as_str();
        let policy = text("loan_policy");
        let number_after = |words: &str| {
            let rest = policy.split_once(words)?.1;
            rest.split(' ').next()?.parse::<u32>().ok()
        };
        let tag = match (text("epc"), text("tag_uid")) {
            ("", "") => None,
            ("", uid) => Some(format!("uid:{uid}")),
            (epc, _) => Some(format!("epc:{epc}")),
        };
        let label = (!text("barcode").is_empty()).then(|| format!("code:{}", text("barcode")));
        events.push(Event::ItemEnrolled(Item {
            item: text("item_id").into(),
            inventory_number: (!text("inv_no").is_empty()).then(|| text("inv_no").into()),
            account: "".into(),
            name: text("name").into(),
            category: text("category").into(),
            subject: "".into(),
            room: None,
            cost: "".into(),
            funding: "".into(),
            donor: None,
            accepted: None,
            serial_number: "".into(),
            okof: "".into(),
            valuable: text("valuable_movable") == "да",
            kit: (!text("kit_type").is_empty()).then(|| text("kit_type").into()),
            lending: match text("lendable") {
                "да" => Lending::Free,
                "нет" => Lending::CentreOnly,
                _ => Lending::ByOrder,
            },
            policy: policy.into(),
            max_days: number_after("не более "),
            verification_months: number_after("поверка раз в "),
            verification_due: date(text("verification_due")),
            uav_number: (!text("uav_reg_no").is_empty()).then(|| text("uav_reg_no").into()),
            tags: tag
                .into_iter()
                .chain(label)
                .map(|tag| tag.parse().unwrap())
                .collect(),
        }));
    }
    for row in rows("badges.csv") {
        let role = row["role"].as_str();
        let duty = ["руководитель", "педагог-организатор", "МОЛ", "член инв"];
        let kind = match row["school_id"].as_str() {
            "S00" if duty.iter().any(|word| role.starts_with(word)) => BadgeKind::Duty,
            "S00" => BadgeKind::Centre,
            _ => BadgeKind::School,
        };
        events.push(Event::BadgeIssued(Badge {
            badge: row["badge_code"].as_str().into(),
            school: row["school_id"].as_str().into(),
            role: role.into(),
            kind,
            active_from: date(&row["active_from"]).unwrap(),
            active_to: date(&row["active_to"]),
        }));
    }
    for row in rows("calendar.csv") {
        events.push(Event::CalendarSet(CalendarSpan {
            from: date(&row["date_from"]).unwrap(),
            to: date(&row["date_to"]).unwrap(),
            kind: if row["kind"] == "каникулы" {
                DayKind::Vacation
            } else {
                DayKind::Holiday
            },
            name: row["name"].as_str().into(),
        }));
    }
    events
}

/// One row of the history as the event it records, seen from the ledger just before it.
pub fn event(ledger: &Ledger, row: &Row) -> Event {
    let text = |name: &str| row[name].as_str();
    let item = || ItemId::new(text("item_id"));
    let note = || text("note").into();
    let some = |name: &str| (!row[name].is_empty()).then(|| row[name].as_str().into());
    let loan = || (!row["loan_id"].is_empty()).then(|| row["loan_id"].as_str().into());
    let stocktake = || {
        let last = ledger.stocktakes.keys().next_back().cloned();
        last.expect("a stocktake was opened")
    };
    let own_hold = || {
        let school = text("school_id");
        let open = ledger.open_holds.get(text("item_id"))?;
        open.iter()
            .copied()
            .find(|seq| ledger.holds[seq].school.as_str() == school)
    };
    let condition = match text("condition") {
        "повреждён" => Condition::Damaged,
        _ => Condition::Ok,
    };
    match text("type") {
        "выдача" => Event::CheckedOut {
            loan: text("loan_id").into(),
            item: item(),
            school: text("school_id").into(),
            due: date(text("due_date")).unwrap(),
            purpose: some("purpose"),
            group: some("group_code"),
            order: None,
            second_badge: None,
            hold: text("note").contains("по брони").then(own_hold).flatten(),
            shortage: Parts::new(),
            session: None,
            override_reason: None,
        },
        "возврат" => Event::Returned {
            loan: text("loan_id").into(),
            item: item(),
            school: text("school_id").into(),
            condition,
            missing: parts(text("missing")),
            unchecked: false,
            headcount: text("participants").parse().ok(),
            by_label: false,
            session: None,
        },
        "продление" => Event::Renewed {
            loan: text("loan_id").into(),
            item: item(),
            due: date(text("due_date")).unwrap(),
            previous_due: ledger.loans[text("loan_id")].due,
        },
        "бронь" => Event::Held {
            item: item(),
            school: text("school_id").into(),
            from: date(text("due_date")).unwrap(),
        },
        "бронь отменена" => Event::HoldCancelled {
            hold: own_hold().expect("a hold to cancel"),
            item: item(),
            school: text("school_id").into(),
        },
        "проверка комплектности" => Event::KitChecked {
            item: item(),
            loan: loan(),
            complete: text("condition") == "комплектен",
            missing: parts(text("missing")),
            confirms: text("condition") != "комплектен",
        },
        "восполнение комплекта" => Event::Replenished {
            item: item(),
            parts: parts(text("note").strip_prefix("восполнено: ").unwrap()),
            loan: loan(),
        },
        "передан в ремонт" => Event::RepairStarted {
            item: item(),
            note: note(),
            loan: loan(),
        },
        "передан на поверку" => Event::VerificationStarted { item: item() },
        "возвращён из ремонта" => match ledger.items[text("item_id")].status.away {
            Some(Away::Verification) => Event::VerificationEnded {
                item: item(),
                next_due: Some(next_verification(
                    &ledger.items[text("item_id")].item,
                    moment(row).date(),
                )),
            },
            _ => Event::RepairEnded {
                item: item(),
                note: note(),
                loan: loan(),
            },
        },
        "утрата заявлена" => Event::Lost {
            item: item(),
            loan: loan(),
            note: note(),
        },
        "списание" => Event::Withdrawn {
            item: item(),
            basis: note(),
        },
        "инвентаризация начата" => Event::StocktakeOpened {
            stocktake: StocktakeId::new(format!("И-{}-1", &text("ts")[..4])),
            basis: note(),
        },
        "инвентаризация: отсканирован" => Event::StocktakeSeen {
            stocktake: stocktake(),
            item: item(),
        },
        "инвентаризация: по документам" => Event::StocktakeAccounted {
            stocktake: stocktake(),
            item: item(),
            basis: note(),
        },
        "инвентаризация: не найден" => Event::StocktakeMissing {
            stocktake: stocktake(),
            item: item(),
        },
        "инвентаризация завершена" => Event::StocktakeClosed {
            stocktake: stocktake(),
        },
        "уведомление о просрочке" => Event::NoticeSent {
            loan: text("loan_id").into(),
            item: item(),
            school: text("school_id").into(),
            note: note(),
        },
        "неизвестная метка" => Event::UnknownTag {
            scheme: "uid".into(),
            digest: "0".into(),
        },
        "отказ" => Event::Refused {
            code: "К-00".into(),
            reason: "history".into(),
            item: some("item_id").map(|id: smol_str::SmolStr| ItemId::new(id)),
            school: Some(text("school_id").into()),
            note: note(),
        },
        "считыватель отключён" => Event::ReaderLost {
            reader: text("reader_id").into(),
        },
        "считыватель подключён" => Event::ReaderBack {
            reader: text("reader_id").into(),
        },
        other => panic!("unknown type {other}"),
    }
}

pub fn moment(row: &Row) -> Moment {
    row["ts"].parse().expect("a time")
}

pub fn entry(seq: Seq, at: Moment, badge: Option<BadgeCode>, event: Event) -> Entry {
    Entry {
        seq,
        batch: seq,
        at,
        clock: Trust::Imported,
        recorded: None,
        by: By {
            badge,
            how: How::Imported,
            ..By::default()
        },
        src: None,
        event,
    }
}

/// The centre on its first day.
pub fn centre() -> Ledger {
    let mut ledger = Ledger::default();
    let written: Moment = "2026-08-31T20:00:00+03:00".parse().unwrap();
    for event in master_data() {
        let entry = entry(ledger.seq + 1, written, None, event);
        possible(&ledger, &entry).unwrap();
        ledger.apply(&entry);
    }
    ledger
}

/// The centre with its history, row by row; `look` sees each row before it is folded in.
pub fn with_history(mut look: impl FnMut(&Ledger, &Row, &Entry)) -> Ledger {
    let mut ledger = centre();
    for row in rows("events.csv") {
        let badge = (!row["badge"].is_empty()).then(|| row["badge"].as_str().into());
        let entry = entry(ledger.seq + 1, moment(&row), badge, event(&ledger, &row));
        if let Err(impossible) = possible(&ledger, &entry) {
            panic!("row {}: {impossible}", row["event_id"]);
        }
        look(&ledger, &row, &entry);
        ledger.apply(&entry);
    }
    ledger
}
