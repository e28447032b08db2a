//! The 22 kinds of rows of `events.csv` and the event that each records.
//!
//! Knows: their names and which columns each needs. Must not know: when it happened, what was taken earlier.

use super::cells::{Cells, fold};
use super::reason::{Reason, What};
use super::spelling;
use super::unit::Context;
use crate::ids::{ItemId, LoanId, SchoolId, StocktakeId};
use crate::ledger::{Condition, Event, Parts};
use smol_str::{SmolStr, format_smolstr};

/// A kind of row.
pub struct Happening {
    pub name: &'static str,
    /// What may stand under `result`.
    pub results: &'static [&'static str],
    pub read: fn(&mut Cells<'_>, &Context<'_>) -> Option<Event>,
}

/// Their names, for messages.
pub const NAMES: &str = "выдача, возврат, продление, бронь, бронь отменена, проверка комплектности, \
восполнение комплекта, передан в ремонт, возвращён из ремонта, передан на поверку, утрата заявлена, списание, \
инвентаризация начата, инвентаризация: отсканирован, инвентаризация: по документам, инвентаризация: не найден, \
инвентаризация завершена, уведомление о просрочке, неизвестная метка, отказ, считыватель отключён, \
считыватель подключён";

const fn kind(
    name: &'static str,
    results: &'static [&'static str],
    read: fn(&mut Cells<'_>, &Context<'_>) -> Option<Event>,
) -> Happening {
    Happening { name, results, read }
}

pub const TYPES: [Happening; 22] = [
    kind("выдача", &["успех"], checked_out),
    kind("возврат", &["успех"], returned),
    kind("продление", &["успех"], renewed),
    kind("бронь", &["успех"], held),
    kind("бронь отменена", &["успех"], hold_cancelled),
    kind("проверка комплектности", &["успех"], kit_checked),
    kind("восполнение комплекта", &["успех"], replenished),
    kind("передан в ремонт", &["успех"], repair_started),
    kind("возвращён из ремонта", &["успех"], repair_ended),
    kind("передан на поверку", &["успех"], verification_started),
    kind("утрата заявлена", &["расхождение"], lost),
    kind("списание", &["успех"], withdrawn),
    kind("инвентаризация начата", &["успех"], stocktake_opened),
    kind("инвентаризация: отсканирован", &["в наличии"], stocktake_seen),
    kind(
        "инвентаризация: по документам",
        &["у партнёра", "в ремонте"],
        stocktake_accounted,
    ),
    kind("инвентаризация: не найден", &["расхождение"], stocktake_missing),
    kind("инвентаризация завершена", &["успех"], stocktake_closed),
    kind("уведомление о просрочке", &["отправлено"], notice_sent),
    kind("неизвестная метка", &["отказ"], unknown_tag),
    kind("отказ", &["отказ"], refused),
    kind("считыватель отключён", &["сбой"], reader_lost),
    kind("считыватель подключён", &["успех"], reader_back),
];

fn item(row: &mut Cells<'_>, context: &Context<'_>) -> Option<ItemId> {
    let text = row.required("item_id");
    let item = spelling::known_item(context.ledger, text);
    if item.is_none() && !text.is_empty() {
        let id = text.to_owned();
        row.fault("item_id", Reason::Unknown { what: What::Item, id });
    }
    item
}

fn school(row: &mut Cells<'_>, context: &Context<'_>) -> Option<SchoolId> {
    let text = row.required("school_id");
    let school = spelling::known_school(context.ledger, text);
    if school.is_none() && !text.is_empty() {
        let id = text.to_owned();
        row.fault(
            "school_id",
            Reason::Unknown {
                what: What::School,
                id,
            },
        );
    }
    school
}

/// A loan that was made in an earlier row; may be empty.
fn loan_if_any(row: &mut Cells<'_>, context: &Context<'_>) -> Option<LoanId> {
    let loan = row.text_if_any("loan_id").map(|text| spelling::loan(&text))?;
    if !context.ledger.loans.contains_key(&loan) {
        let id = loan.to_string();
        row.fault("loan_id", Reason::Unknown { what: What::Loan, id });
    }
    Some(loan)
}

fn loan(row: &mut Cells<'_>, context: &Context<'_>) -> Option<LoanId> {
    row.required("loan_id");
    loan_if_any(row, context)
}

/// Parts must belong to the kit and not be more than it has.
fn check_parts(row: &mut Cells<'_>, context: &Context<'_>, column: &str, item: &ItemId, parts: &Parts) {
    if context.imported.get(row.raw("event_id")).is_some() {
        // Taken long ago; the kit's definition may have changed since.
        return;
    }
    let kit = context
        .ledger
        .items
        .get(item)
        .and_then(|state| state.item.kit.as_ref());
    let kit = kit.and_then(|kit| context.ledger.kits.get(kit));
    for (code, found) in parts {
        let known = kit.and_then(|kit| kit.components.iter().find(|known| known.component == *code));
        let part = code.to_string();
        match known {
            None => row.fault(column, Reason::OtherKit { part }),
            Some(known) if *found > known.quantity => {
                let (found, most) = (*found, known.quantity);
                row.fault(column, Reason::TooMany { part, found, most });
            }
            Some(_) => {}
        }
    }
}

fn checked_out(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    row.one_of("condition", &[("исправен", ())], "исправен");
    row.required("badge");
    let note = row.raw("note");
    let due = row.date("due_date");
    if let Some(at) = row.moment("ts") {
        row.in_order("due_date", at.date(), due);
    }
    let school = school(row, context);
    // A loan is made by the borrower's own badge; another school's would make the wrong one liable.
    let badge = spelling::known_badge(context.ledger, row.raw("badge"));
    if let (Some(school), Some(badge)) = (&school, badge.and_then(|id| context.ledger.badges.get(&id)))
        && badge.school != *school
    {
        let (badge, school) = (badge.badge.to_string(), badge.school.to_string());
        row.fault("badge", Reason::SchoolOfBadge { badge, school });
    }
    Some(Event::CheckedOut {
        loan: Some(row.required("loan_id"))
            .filter(|id| !id.is_empty())
            .map(spelling::loan)?,
        item: item(row, context)?,
        school: school?,
        due,
        purpose: row.text_if_any("purpose"),
        group: row.text_if_any("group_code"),
        order: note.contains("приказ").then(|| note.into()),
        second_badge: None,
        // Which one is settled by the ledger of that moment.
        hold: note.contains("по брони").then_some(0),
        shortage: Parts::new(),
        session: None,
        override_reason: None,
    })
}

fn returned(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    #[derive(Clone, Copy, PartialEq)]
    enum Found {
        As(Condition),
        Short,
    }
    let words = [
        ("исправен", Found::As(Condition::Ok)),
        ("некомплект", Found::Short),
        ("загрязнён", Found::As(Condition::Dirty)),
        ("повреждён", Found::As(Condition::Damaged)),
        ("неисправен", Found::As(Condition::Faulty)),
    ];
    let known = "исправен, некомплект, загрязнён, повреждён, неисправен";
    let found = row.one_of("condition", &words, known);
    let (item, loan, school) = (item(row, context), loan(row, context), school(row, context));
    let missing = row.parts("missing");
    let other = "condition";
    match found {
        Some(Found::Short) if row.raw("missing").is_empty() => {
            row.fault("missing", Reason::WithColumn { other, wanted: true });
        }
        Some(Found::As(Condition::Ok)) if !row.raw("missing").is_empty() => {
            row.fault("missing", Reason::WithColumn { other, wanted: false });
        }
        _ => {}
    }
    let headcount = row.number_if_any("participants");
    let (item, loan, school) = (item?, loan?, school?);
    check_parts(row, context, "missing", &item, &missing);
    if let Some(known) = context.ledger.loans.get(&loan)
        && known.item == item
        && known.school != school
    {
        let id = known.school.to_string();
        row.fault(
            "school_id",
            Reason::OtherLoan {
                loan: loan.to_string(),
                of: id,
            },
        );
    }
    Some(Event::Returned {
        loan,
        item,
        school,
        condition: match found? {
            Found::As(condition) => condition,
            Found::Short => Condition::Ok,
        },
        missing,
        unchecked: false,
        headcount,
        by_label: false,
        session: None,
    })
}

fn renewed(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    let due = row.date("due_date");
    Some(Event::Renewed {
        loan: loan(row, context)?,
        item: item(row, context)?,
        due,
        previous_due: due,
    })
}

fn held(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    // The pick-up day stands in the column of due dates.
    let from = row.date("due_date");
    if let Some(at) = row.moment("ts") {
        row.in_order("due_date", at.date(), from);
    }
    Some(Event::Held {
        item: item(row, context)?,
        school: school(row, context)?,
        from,
    })
}

fn hold_cancelled(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::HoldCancelled {
        hold: 0,
        item: item(row, context)?,
        school: school(row, context)?,
    })
}

fn kit_checked(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    let words = [("комплектен", true), ("некомплект", false)];
    let complete = row.one_of("condition", &words, "комплектен, некомплект");
    let missing = row.parts("missing");
    if let Some(complete) = complete
        && complete != row.raw("missing").is_empty()
    {
        let (other, wanted) = ("condition", !complete);
        row.fault("missing", Reason::WithColumn { other, wanted });
    }
    let item = item(row, context)?;
    check_parts(row, context, "missing", &item, &missing);
    Some(Event::KitChecked {
        item,
        loan: loan_if_any(row, context),
        complete: complete?,
        missing,
        // It repeats what the return said and adds nothing to it.
        confirms: complete == Some(false),
    })
}

fn replenished(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    let note = row.required("note");
    let listed = note.strip_prefix("восполнено:").unwrap_or(note).trim();
    let parts = row.parts_in("note", listed);
    let item = item(row, context)?;
    check_parts(row, context, "note", &item, &parts);
    Some(Event::Replenished {
        item,
        parts,
        loan: loan_if_any(row, context),
    })
}

fn repair_started(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::RepairStarted {
        item: item(row, context)?,
        note: row.text("note"),
        loan: loan_if_any(row, context),
    })
}

fn repair_ended(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::RepairEnded {
        item: item(row, context)?,
        note: row.text("note"),
        loan: loan_if_any(row, context),
    })
}

fn verification_started(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::VerificationStarted {
        item: item(row, context)?,
    })
}

fn lost(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::Lost {
        item: item(row, context)?,
        loan: loan_if_any(row, context),
        note: row.text("note"),
    })
}

fn withdrawn(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::Withdrawn {
        item: item(row, context)?,
        basis: row.text("note"),
    })
}

/// The number of the stocktake stands in no row; the ledger of that moment knows which one runs.
fn running() -> StocktakeId {
    StocktakeId::new("")
}

fn stocktake_opened(row: &mut Cells<'_>, _: &Context<'_>) -> Option<Event> {
    Some(Event::StocktakeOpened {
        stocktake: running(),
        basis: row.text("note"),
    })
}

fn stocktake_seen(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::StocktakeSeen {
        stocktake: running(),
        item: item(row, context)?,
    })
}

fn stocktake_accounted(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    let (result, note) = (row.raw("result"), row.raw("note"));
    Some(Event::StocktakeAccounted {
        stocktake: running(),
        item: item(row, context)?,
        basis: match note {
            "" => result.into(),
            note => format_smolstr!("{result}; {note}"),
        },
    })
}

fn stocktake_missing(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::StocktakeMissing {
        stocktake: running(),
        item: item(row, context)?,
    })
}

fn stocktake_closed(_: &mut Cells<'_>, _: &Context<'_>) -> Option<Event> {
    Some(Event::StocktakeClosed { stocktake: running() })
}

fn notice_sent(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    Some(Event::NoticeSent {
        loan: loan(row, context)?,
        item: item(row, context)?,
        school: school(row, context)?,
        note: row.text("note"),
    })
}

fn unknown_tag(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    let tag = row.tag("tag")?;
    Some(Event::UnknownTag {
        scheme: SmolStr::new_static(tag.scheme().as_str()),
        digest: (context.digest)(&tag),
    })
}

/// How a refusal's note begins, its code and its stable name.
const REFUSALS: [(&str, &str, &str); 15] = [
    ("бейдж отозван", "К-03", "badge_revoked"),
    ("уже выдан", "К-10", "already_out"),
    ("забронирован", "К-12", "reserved"),
    ("договор ещё не", "К-16", "no_agreement"),
    ("договор", "К-14", "agreement_expired"),
    ("превышен лимит", "К-17", "items_limit"),
    ("есть просрочка", "К-18", "overdue_block"),
    ("не выдаётся", "К-19", "centre_only"),
    ("нужен приказ", "К-20", "order_needed"),
    ("нужно согласие", "К-21", "consent_needed"),
    ("комплект неполон", "К-23", "kit_short"),
    ("повреждён", "К-27", "damaged"),
    ("в ремонте", "К-28", "in_repair"),
    ("поверка", "К-29", "verification_due"),
    ("срок поверки", "К-29", "verification_due"),
];

const REFUSAL_NAMES: &str = "бейдж отозван, уже выдан, забронирован, договор ещё не заключён, договор не действует, \
превышен лимит, есть просрочка, не выдаётся, нужен приказ, нужно согласие, комплект неполон, повреждён, \
в ремонте, срок поверки";

fn refused(row: &mut Cells<'_>, context: &Context<'_>) -> Option<Event> {
    let note = row.required("note");
    let known = REFUSALS
        .iter()
        .find(|(start, ..)| fold(note).starts_with(&fold(start)));
    if known.is_none() && !note.is_empty() {
        let (found, known) = (note.to_owned(), REFUSAL_NAMES);
        row.fault("note", Reason::OneOf { found, known });
    }
    let item = if row.raw("item_id").is_empty() {
        None
    } else {
        item(row, context)
    };
    let school = if row.raw("school_id").is_empty() {
        None
    } else {
        school(row, context)
    };
    let (_, code, reason) = known?;
    Some(Event::Refused {
        code: SmolStr::new_static(code),
        reason: SmolStr::new_static(reason),
        item,
        school,
        note: note.into(),
    })
}

fn reader_lost(row: &mut Cells<'_>, _: &Context<'_>) -> Option<Event> {
    Some(Event::ReaderLost {
        reader: spelling::reader(row.required("reader_id")),
    })
}

fn reader_back(row: &mut Cells<'_>, _: &Context<'_>) -> Option<Event> {
    Some(Event::ReaderBack {
        reader: spelling::reader(row.required("reader_id")),
    })
}
