//! `schools.csv`: the centre, its partners, their agreements and limits.
//!
//! Knows: the columns of this file. Must not know: other files.

use super::cells::Cells;
use super::reason::{Reason, What};
use super::spelling;
use super::unit::{Context, Kind, Unit};
use crate::ledger::{Agreement, Event, School};

pub const KIND: Kind = Kind {
    name: "schools",
    columns: &[
        "school_id",
        "role",
        "short_name",
        "full_name",
        "legal_form",
        "ownership",
        "locality",
        "distance_km",
        "learners",
        "network_profile_classes",
        "cooperation_directions",
        "agreement_no",
        "agreement_date",
        "valid_from",
        "valid_to",
        "loan_agreement_no",
        "renewal_agreement_no",
        "renewal_valid_from",
        "renewal_valid_to",
        "max_items",
        "max_days",
        "contact_role",
        "contact_badge",
    ],
    group: "",
    read,
};

fn read(rows: &mut [Cells<'_>], context: &Context<'_>) -> Option<Unit> {
    let row = rows.first_mut()?;
    let text = row.required("school_id");
    let id = spelling::known_school(context.ledger, text).unwrap_or_else(|| spelling::school(text));
    let centre = row.one_of("role", &[("центр", true), ("партнёр", false)], "центр, партнёр");
    let school = School {
        school: id.clone(),
        centre: centre.unwrap_or(false),
        short_name: row.required("short_name").into(),
        full_name: row.required("full_name").into(),
        legal_form: row.text("legal_form"),
        ownership: row.text("ownership"),
        locality: row.text("locality"),
        distance_km: row.number("distance_km"),
        learners: row.number("learners"),
        profile_classes: row.list("network_profile_classes"),
        directions: row.list("cooperation_directions"),
        max_items: row.number("max_items"),
        max_days: row.number("max_days"),
        contact_role: row.text("contact_role"),
        contact_badge: row
            .text_if_any("contact_badge")
            .map(|code| spelling::badge(&code)),
    };
    let loan_agreement = row.text("loan_agreement_no");
    let first = agreement(row, ["agreement_no", "valid_from", "valid_to"]).map(|agreement| Agreement {
        signed: row.date_if_any("agreement_date"),
        loan_agreement: loan_agreement.clone(),
        ..agreement
    });
    let renewal = agreement(
        row,
        ["renewal_agreement_no", "renewal_valid_from", "renewal_valid_to"],
    );
    if let (None, Some(_)) = (&first, &renewal) {
        let other = "renewal_agreement_no";
        row.fault("agreement_no", Reason::WithColumn { other, wanted: true });
    }

    let known = context.ledger.schools.get(&id);
    let mut events = Vec::new();
    if known.is_none_or(|known| known.school != school) {
        events.push(Event::SchoolRegistered(school));
    }
    for agreement in [first, renewal].into_iter().flatten() {
        if known.is_none_or(|known| !known.agreements.contains(&agreement)) {
            let school = id.clone();
            events.push(Event::AgreementSigned { school, agreement });
        }
    }
    Some(Unit::master(What::School, id.as_str(), known.is_some(), events))
}

/// An agreement out of its three columns; none if all are empty, a fault if only some are.
fn agreement(row: &mut Cells<'_>, [number, from, to]: [&'static str; 3]) -> Option<Agreement> {
    if [number, from, to].iter().all(|column| row.raw(column).is_empty()) {
        return None;
    }
    let agreement = Agreement {
        number: row.required(number).into(),
        signed: None,
        valid_from: row.date(from),
        valid_to: row.date(to),
        loan_agreement: Default::default(),
    };
    row.in_order(to, agreement.valid_from, agreement.valid_to);
    Some(agreement)
}
