//! `badges.csv`: roles with a card. The card's number goes to the roster, into an event only its digest.
//!
//! Knows: the columns of this file, which role makes which kind of badge. Must not know: other files.

use super::cells::{Cells, fold};
use super::reason::{Reason, What};
use super::spelling;
use super::unit::{Card, Context, Kind, Unit};
use crate::ledger::{Badge, BadgeKind, Event};
use crate::tag::TagId;

pub const KIND: Kind = Kind {
    name: "badges",
    columns: &[
        "badge_code",
        "school_id",
        "role",
        "badge_uid",
        "active_from",
        "active_to",
    ],
    group: "",
    read,
};

/// Roles that keep the desk instead of borrowing from it.
const DUTY: [&str; 5] = [
    "руководитель центра",
    "педагог-организатор (выдача)",
    "мол",
    "член инвентаризационной комиссии",
    "председатель инвентаризационной комиссии",
];

fn kind_of(centre: bool, role: &str) -> BadgeKind {
    let role = fold(role);
    let duty = DUTY
        .iter()
        .any(|name| role == *name || role.starts_with(&format!("{name} (")));
    match (centre, duty) {
        (false, _) => BadgeKind::School,
        (true, true) => BadgeKind::Duty,
        (true, false) => BadgeKind::Centre,
    }
}

fn read(rows: &mut [Cells<'_>], context: &Context<'_>) -> Option<Unit> {
    let row = rows.first_mut()?;
    let text = row.required("badge_code");
    let id = spelling::known_badge(context.ledger, text).unwrap_or_else(|| spelling::badge(text));
    let named = row.required("school_id");
    let school = spelling::known_school(context.ledger, named);
    if school.is_none() && !named.is_empty() {
        let id = named.to_owned();
        row.fault(
            "school_id",
            Reason::Unknown {
                what: What::School,
                id,
            },
        );
    }
    let role = row.required("role");
    let from = row.date("active_from");
    let to = row.date_if_any("active_to");
    if let Some(to) = to {
        row.in_order("active_to", from, to);
    }
    let card = if row.raw("badge_uid").is_empty() {
        None
    } else {
        row.uid("badge_uid")
    };
    if let Some(uid) = &card {
        let other = context
            .cards
            .iter()
            .find(|(badge, known)| *known == uid && **badge != id);
        let item = context.ledger.tags.get(uid);
        if let Some(by) = other
            .map(|(badge, _)| badge.to_string())
            .or_else(|| item.map(|item| item.to_string()))
        {
            row.fault("badge_uid", Reason::CardTaken { by });
        }
    }
    let school = school?;
    let centre = context
        .ledger
        .schools
        .get(&school)
        .is_some_and(|school| school.school.centre);

    let known = context.ledger.badges.get(&id);
    let badge = Badge {
        badge: id.clone(),
        kind: kind_of(centre, role),
        school,
        role: role.into(),
        active_from: from,
        // An old file must not give a revoked badge back; that takes a person.
        active_to: to.or_else(|| known.and_then(|known| known.active_to)),
    };
    let mut events = Vec::new();
    if known != Some(&badge) {
        events.push(Event::BadgeIssued(badge));
    }
    let mut card = card.filter(|uid| context.cards.get(&id) != Some(uid));
    // An old file must not give a lost card back; that takes a person.
    let stopped = |uid: &TagId| context.ledger.stopped_cards.get(&(context.digest)(uid));
    if let Some(badge) = card.as_ref().and_then(stopped) {
        let by = badge.to_string();
        row.warn("badge_uid", Reason::CardStopped { by });
        card = None;
    }
    if let Some(uid) = &card {
        let digest = (context.digest)(uid);
        let replaces = context.cards.get(&id).map(context.digest).into_iter().collect();
        events.push(Event::BadgeCardGiven {
            badge: id.clone(),
            digest,
            replaces,
        });
    }
    let mut unit = Unit::master(What::Badge, id.as_str(), known.is_some(), events);
    unit.card = card.map(|uid| Card { badge: id, uid });
    Some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_keeps_the_desk() {
        for role in [
            "руководитель центра",
            "педагог-организатор (выдача)",
            "МОЛ (завхоз)",
            "член инвентаризационной комиссии",
        ] {
            assert_eq!(kind_of(true, role), BadgeKind::Duty, "{role}");
            assert_eq!(kind_of(false, role), BadgeKind::School, "{role} of a partner");
        }
        assert_eq!(kind_of(true, "учитель информатики"), BadgeKind::Centre);
        assert_eq!(kind_of(true, "молодой специалист"), BadgeKind::Centre);
    }
}
