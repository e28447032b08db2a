//! Records of the journal as a person reads them on an item's page.
//!
//! Knows: what each event says in a line. Must not know: how records are kept.

use super::look::Look;
use super::named::{date, school, time};
use crate::ids::SchoolId;
use crate::ledger::{Component, Condition, Entry, Event, Ledger, Parts, Seq};
use crate::words::Lang;

/// One record of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub seq: Seq,
    pub date: String,
    pub time: String,
    pub drawing: &'static str,
    pub event: String,
    pub detail: String,
    /// The item left with this record.
    pub took: bool,
    /// It was out of the centre before this record.
    pub was_out: bool,
}

/// Records in the order given (newest first), of all entries the newest `most`.
pub fn records(ledger: &Ledger, look: &Look, entries: &[Entry], most: usize) -> Vec<Record> {
    let mut out = false;
    let mut records: Vec<Record> = Vec::with_capacity(entries.len());
    for entry in entries.iter().rev() {
        let was_out = out;
        match entry.event {
            Event::CheckedOut { .. } => out = true,
            Event::Returned { .. } => out = false,
            _ => {}
        }
        records.push(record(ledger, look, entry, was_out));
    }
    records.reverse();
    records.truncate(most);
    records
}

fn record(ledger: &Ledger, look: &Look, entry: &Entry, was_out: bool) -> Record {
    let said = Said::of(ledger, look, &entry.event);
    let voided = ledger.voided.contains(&entry.seq);
    let mut details = said.details;
    if voided {
        details.insert(0, look.t("отменено", "undone").to_owned());
    }
    if let Some(badge) = &entry.by.badge {
        details.push(badge.to_string());
    }
    Record {
        seq: entry.seq,
        date: date(look, entry.at.date()),
        time: time(entry.at),
        drawing: said.drawing,
        event: said.event,
        detail: details.join(" · "),
        took: matches!(entry.event, Event::CheckedOut { .. }) && !voided,
        was_out,
    }
}

struct Said {
    drawing: &'static str,
    event: String,
    details: Vec<String>,
}

impl Said {
    fn new(drawing: &'static str, event: impl Into<String>) -> Self {
        Self {
            drawing,
            event: event.into(),
            details: Vec::new(),
        }
    }

    fn with(mut self, detail: impl AsRef<str>) -> Self {
        if !detail.as_ref().is_empty() {
            self.details.push(detail.as_ref().to_owned());
        }
        self
    }

    fn of(ledger: &Ledger, look: &Look, event: &Event) -> Self {
        let t = |ru: &'static str, en: &'static str| look.t(ru, en);
        let at = |ru, en, who: &SchoolId| format!("{}: {}", t(ru, en), school(ledger, who));
        let until = |day| format!("{} {}", t("до", "until"), date(look, day));
        match event {
            Event::CheckedOut {
                loan,
                school,
                due,
                purpose,
                group,
                ..
            } => Self::new("lent", at("Выдано", "Lent", school))
                .with(loan.as_str())
                .with(purpose.as_deref().unwrap_or_default())
                .with(group.as_deref().unwrap_or_default())
                .with(until(*due)),
            Event::Returned {
                loan,
                school,
                condition,
                missing,
                unchecked,
                headcount,
                by_label,
                ..
            } => Self::new("returned", at("Возвращено", "Returned", school))
                .with(loan.as_str())
                .with(condition_word(look, *condition))
                .with(missing_words(ledger, look, missing))
                .with(if *unchecked {
                    t("ждёт проверки", "to be counted")
                } else {
                    ""
                })
                .with(headcount.map_or_else(String::new, |n| {
                    format!("{} {n}", t("участников", "participants:"))
                }))
                .with(if *by_label {
                    t("по наклейке", "by its label")
                } else {
                    ""
                }),
            Event::Renewed { loan, due, .. } => Self::new("clock", t("Продлено", "Renewed"))
                .with(loan.as_str())
                .with(until(*due)),
            Event::LoanNoted { loan, .. } => Self::new("done", t("Дополнено", "Noted")).with(loan.as_str()),
            Event::Held { school, from, .. } => Self::new("reserved", at("Бронь", "Hold", school))
                .with(format!("{} {}", t("с", "from"), date(look, *from))),
            Event::HoldCancelled { school, .. } => {
                Self::new("reserved", at("Бронь снята", "Hold cancelled", school))
            }
            Event::KitChecked {
                complete, missing, ..
            } => match complete {
                true => Self::new("check", t("Комплект полный", "Kit complete")),
                false => Self::new("check", t("Комплект неполный", "Kit incomplete"))
                    .with(missing_words(ledger, look, missing)),
            },
            Event::Replenished { parts, .. } => {
                Self::new("plus", t("Комплект восполнен", "Kit replenished")).with(parts_words(ledger, parts))
            }
            Event::ConditionNoted { condition, note, .. } => Self::new("check", t("Осмотр", "Looked at"))
                .with(condition_word(look, *condition))
                .with(note),
            Event::RepairStarted { note, .. } => {
                Self::new("repair", t("Передано в\u{a0}ремонт", "Into repair")).with(note)
            }
            Event::RepairEnded { note, .. } => {
                Self::new("repair", t("Возвращено из ремонта", "Back from repair")).with(note)
            }
            _ => Self::of_rest(ledger, look, event),
        }
    }

    fn of_rest(ledger: &Ledger, look: &Look, event: &Event) -> Self {
        let t = |ru: &'static str, en: &'static str| look.t(ru, en);
        let at = |ru, en, who: &SchoolId| format!("{}: {}", t(ru, en), school(ledger, who));
        match event {
            Event::VerificationStarted { .. } => {
                Self::new("instruments", t("Передано на поверку", "Into verification"))
            }
            Event::VerificationEnded { next_due, .. } => Self::new("instruments", t("Поверено", "Verified"))
                .with(next_due.map_or_else(String::new, |day| {
                    format!("{} {}", t("следующая", "next"), date(look, day))
                })),
            Event::Lost { note, .. } => Self::new("refused", t("Утрачено", "Lost")).with(note),
            Event::Found { note, .. } => Self::new("available", t("Нашлось", "Found")).with(note),
            Event::Withdrawn { basis, .. } => Self::new("stopped", t("Списано", "Withdrawn")).with(basis),
            Event::StocktakeSeen { .. } => Self::new("lens", t("Инвентаризация: найдено", "Stocktake: seen")),
            Event::StocktakeAccounted { basis, .. } => Self::new(
                "lens",
                t(
                    "Инвентаризация: по документам",
                    "Stocktake: accounted for by papers",
                ),
            )
            .with(basis),
            Event::StocktakeMissing { .. } => {
                Self::new("refused", t("Инвентаризация: не найдено", "Stocktake: not found"))
            }
            Event::NoticeSent {
                loan, school, note, ..
            } => Self::new("clock", at("Напоминание", "Reminder", school))
                .with(loan.as_str())
                .with(note),
            Event::Refused {
                code, school, note, ..
            } => {
                let event = match school {
                    Some(school) => at("Отказ", "Refused", school),
                    None => t("Отказ", "Refused").to_owned(),
                };
                Self::new("refused", event).with(code).with(note)
            }
            Event::ItemEnrolled(_) => Self::new("mark", t("Внесено в\u{a0}фонд", "Enrolled")),
            Event::TagBound { tag, .. } => {
                Self::new("bind", t("Метка привязана", "Tag bound")).with(tag.to_string())
            }
            Event::TagUnbound { tag, .. } => {
                Self::new("bind", t("Метка отвязана", "Tag unbound")).with(tag.to_string())
            }
            Event::ConsentRecorded {
                number, date: day, ..
            } => Self::new("done", t("Согласие учредителя", "Founder’s consent"))
                .with(format!("№\u{a0}{number}"))
                .with(date(look, *day)),
            Event::Voided { seqs, reason } => {
                let numbers: Vec<_> = seqs.iter().map(|seq| format!("№\u{a0}{seq}")).collect();
                Self::new(
                    "undo",
                    format!("{}: {}", t("Отменено", "Undone"), numbers.join(", ")),
                )
                .with(reason)
            }
            // Events of other matters do not stand in an item's history.
            _ => Self::new("mark", t("Запись", "Record")),
        }
    }
}

fn condition_word(look: &Look, condition: Condition) -> &'static str {
    match (condition, look.lang) {
        (Condition::Ok, Lang::Ru) => "исправен",
        (Condition::Dirty, Lang::Ru) => "загрязнён",
        (Condition::Damaged, Lang::Ru) => "повреждён",
        (Condition::Faulty, Lang::Ru) => "неисправен",
        (Condition::Ok, Lang::En) => "in order",
        (Condition::Dirty, Lang::En) => "dirty",
        (Condition::Damaged, Lang::En) => "damaged",
        (Condition::Faulty, Lang::En) => "faulty",
    }
}

fn missing_words(ledger: &Ledger, look: &Look, parts: &Parts) -> String {
    match parts.is_empty() {
        true => String::new(),
        false => format!(
            "{}: {}",
            look.t("не хватает", "missing"),
            parts_words(ledger, parts)
        ),
    }
}

/// «кабель соединительный – 2, колесо с шиной – 1»
pub fn parts_words(ledger: &Ledger, parts: &Parts) -> String {
    let named = |code: &crate::ids::ComponentCode| -> Option<&Component> {
        let kits = ledger.kits.values();
        kits.flat_map(|kit| &kit.components)
            .find(|part| part.component == *code)
    };
    let words = parts.iter().map(|(code, count)| {
        let name = named(code).map_or_else(|| code.to_string(), |part| super::named::lower_first(&part.name));
        format!("{name}\u{a0}– {count}")
    });
    words.collect::<Vec<_>>().join(", ")
}

/// «Все 67 записей», where there are more than are shown.
pub fn all_records(look: &Look, shown: usize, all: usize) -> Option<String> {
    (all > shown).then(|| match look.lang {
        Lang::Ru => format!("Показать все записи: {all}"),
        Lang::En => format!("Show all records: {all}"),
    })
}
