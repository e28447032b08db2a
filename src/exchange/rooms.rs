//! `rooms.csv` and `donors.csv`: where things stand and who gave them.
//!
//! Knows: the columns of these files. Must not know: other files.

use super::cells::Cells;
use super::reason::What;
use super::spelling;
use super::unit::{Context, Kind, Unit};
use crate::ledger::{Donor, Event, Room};

pub const ROOMS: Kind = Kind {
    name: "rooms",
    columns: &["room_id", "name", "area_m2", "subjects", "zones", "notes"],
    group: "",
    read: room,
};

pub const DONORS: Kind = Kind {
    name: "donors",
    columns: &["donor_id", "kind", "support"],
    group: "",
    read: donor,
};

fn room(rows: &mut [Cells<'_>], context: &Context<'_>) -> Option<Unit> {
    let row = rows.first_mut()?;
    let text = row.required("room_id");
    let id = spelling::known_room(context.ledger, text).unwrap_or_else(|| spelling::room(text));
    let room = Room {
        room: id.clone(),
        name: row.required("name").into(),
        area_m2: row.decimal("area_m2", 2),
        subjects: row.text("subjects"),
        zones: row.text("zones"),
        notes: row.text("notes"),
    };
    let known = context.ledger.rooms.get(&id);
    let events = if known == Some(&room) {
        Vec::new()
    } else {
        vec![Event::RoomRegistered(room)]
    };
    Some(Unit::master(What::Room, id.as_str(), known.is_some(), events))
}

fn donor(rows: &mut [Cells<'_>], context: &Context<'_>) -> Option<Unit> {
    let row = rows.first_mut()?;
    let text = row.required("donor_id");
    let id = spelling::known_donor(context.ledger, text).unwrap_or_else(|| spelling::donor(text));
    let donor = Donor {
        donor: id.clone(),
        kind: row.required("kind").into(),
        support: row.text("support"),
    };
    let known = context.ledger.donors.get(&id);
    let events = if known == Some(&donor) {
        Vec::new()
    } else {
        vec![Event::DonorRegistered(donor)]
    };
    Some(Unit::master(What::Donor, id.as_str(), known.is_some(), events))
}
