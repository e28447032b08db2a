//! What the control socket says of the roster: who has cards, a card stopped, a card forgotten and where it still stands.
//!
//! Knows: sentences for the console. Must not know: how the roster is kept.

use super::control::Response;
use super::roster::{Carries, RosterJob};
use super::shown::Door;
use crate::ids::BadgeCode;
use crate::ledger::{By, Command, How};
use crate::store::backup::Shelf;
use crate::store::disk::RealDisk;
use crate::view::{No, Office, Wish};
use serde_json::json;

pub fn list(door: &Door) -> Response {
    let done = match door.roster(RosterJob::List) {
        Ok(done) => done,
        Err(why) => return Response::Refused(why),
    };
    let line = |one: &Carries| {
        format!(
            "{} {}: {}{}",
            one.badge,
            one.school.as_ref().map_or("?", |school| school.as_str()),
            cards(one.cards),
            if one.in_force { "" } else { ", badge not in force" }
        )
    };
    let document = |one: &Carries| json!({ "badge": one.badge, "school": one.school, "cards": one.cards, "in_force": one.in_force });
    Response::Roster {
        text: done.list.iter().map(line).collect(),
        json: json!({ "badges": done.list.iter().map(document).collect::<Vec<_>>() }),
    }
}

/// The same order as `card_stop` of the API.
pub fn stop(badge: &BadgeCode, door: &Door) -> Response {
    let by = By {
        how: How::Console,
        ..By::default()
    };
    let mut known = None;
    door.ledger(&mut |ledger| known = ledger.find_badge(badge.as_str()).cloned());
    let badge = known.unwrap_or_else(|| badge.clone());
    let wish = Wish::Command(Box::new(Command::CardStop { badge: badge.clone() }), by);
    match door.post(wish).blocking_recv() {
        Ok(Ok(done)) => Response::Roster {
            text: vec![format!(
                "{badge}: its cards are stopped; give the badge a new one when there is one"
            )],
            json: json!({ "badge": badge, "seq": done.seqs }),
        },
        Ok(Err(No::Refused(refusal))) if refusal.reason() == "already_so" => {
            Response::Refused(format!("{badge} has no card that could be stopped"))
        }
        Ok(Err(No::Refused(refusal))) => Response::Refused(format!("{badge}: {}", refusal.reason())),
        Ok(Err(no)) => Response::Refused(format!("{badge}: not done: {no:?}")),
        Err(_) => Response::Refused("the desk has stopped".into()),
    }
}

pub fn forget(badge: &BadgeCode, door: &Door) -> Response {
    let done = match door.roster(RosterJob::Forget(badge.clone())) {
        Ok(done) => done,
        Err(why) => return Response::Refused(why),
    };
    let mut text = vec![format!(
        "{badge}: {} and {} of unknown tags forgotten; the journal keeps the badge’s code and digests",
        cards(done.cards),
        done.tags
    )];
    text.push(still_there(door));
    Response::Roster {
        text,
        json: json!({ "badge": badge, "cards": done.cards, "tags": done.tags }),
    }
}

/// Copies made before hold the card until they are deleted: by the schedule, or by hand.
fn still_there(door: &Door) -> String {
    const DELETE: &str = "delete them by hand if it must be sooner";
    let Some(folder) = &door.backup.folder else {
        return format!("copies made before now still hold it until they are deleted; {DELETE}");
    };
    let backup = &door.backup;
    let until = format!(
        "the schedule deletes them after {} more copies (every {} h), the last of a month after {} months",
        backup.keep, backup.every_hours, backup.months
    );
    let Ok(shelf) = Shelf::read(&RealDisk, folder) else {
        return format!(
            "{} is away; copies on it still hold the card: {until}; {DELETE}",
            folder.display()
        );
    };
    let with_cards = |copy: &&crate::store::backup::Listed| {
        copy.manifest
            .as_ref()
            .is_ok_and(|manifest| manifest.roster.is_some())
    };
    match shelf.copies.iter().filter(with_cards).count() {
        0 => "no copy holds it".into(),
        count => format!(
            "{count} {} in {} may still hold it: {until}; {DELETE}",
            if count == 1 { "copy" } else { "copies" },
            folder.display()
        ),
    }
}

fn cards(count: usize) -> String {
    match count {
        1 => "1 card".into(),
        count => format!("{count} cards"),
    }
}
