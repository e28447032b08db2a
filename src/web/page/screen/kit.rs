//! The panel of a kit that came back.
//!
//! Knows: tiles. Must not know: the sheet.

use super::answer::word;
use crate::desk::{self, Face, Ground, Panel};
use crate::web::page::kiosk::{Kit, Tile, TileState, Told};
use crate::web::page::look::Look;
use crate::web::page::named::lower_first;
use crate::words::Message;

pub(super) fn kit(look: &Look, screen: &desk::Screen, panel: &Panel) -> Kit {
    let session = screen.sheet.session.as_ref();
    let from = panel.from_school.as_ref().map(|school| {
        format!(
            " · {}",
            look.say(&Message::new("panel-from").text("school", school))
        )
    });
    let (key, rest): (Vec<_>, Vec<_>) = panel.tiles.iter().partition(|tile| tile.critical);
    let missing = panel.tiles.iter().filter_map(|tile| match tile.state {
        desk::TileState::Missing(count) => Some(format!("{}\u{a0}– {count}", lower_first(&tile.name))),
        _ => None,
    });
    let missing: Vec<String> = missing.collect();
    let short = match missing.len() {
        0 => None,
        1 | 2 => Some(look.say(&Message::new("panel-short-parts").text("parts", missing.join(", ")))),
        n => Some(format!("{} {n}", look.t("Не хватает частей:", "Parts missing:"))),
    };
    let tiles = |tiles: Vec<&desk::Tile>| tiles.into_iter().map(|given| tile(look, given)).collect();
    Kit {
        school: session.map(|session| session.name.to_string()),
        word: from.is_some().then(|| look.say(&Message::new("word-returned"))),
        name: format!(
            "{}, {}{}",
            panel.item.name,
            panel.item.item,
            from.unwrap_or_default()
        ),
        left_s: panel.seconds_left,
        waiting: usize::try_from(panel.waiting).unwrap_or(0),
        key: tiles(key),
        rest: tiles(rest),
        short,
        told: match (&screen.quiet, told(look, &screen.face, panel)) {
            // What a pile came to is said after what was refused of it.
            (Some(quiet), Some(told)) if quiet.id == "quiet-pile" => Some(Told {
                text: format!("{}. {}", told.text, look.say(quiet)),
                ..told
            }),
            (Some(quiet), _) => Some(hint(look, quiet)),
            (None, told) => told,
        },
    }
}

/// The answer in a line, unless the panel says it already or there is none.
fn told(look: &Look, face: &Face, panel: &Panel) -> Option<Told> {
    let item = face.item.as_ref().filter(|item| item.item != panel.item.item);
    let is_quiet = matches!(face.ground, Ground::Neutral | Ground::Returned) && item.is_none();
    if is_quiet || face.word.is_none() && item.is_none() {
        return None;
    }
    let (word, drawing) = word(look, face);
    let said = face
        .headline
        .as_ref()
        .or(face.text.as_ref())
        .map(|said| look.say(said))
        .filter(|said| *said != word);
    let named = item.map(|item| format!("{}, {}", item.name, item.item));
    let next = face.next.as_ref().map(|(next, _)| look.say(next));
    Some(Told {
        drawing,
        word: format!("{word}."),
        text: [named, said, next]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(". "),
        code: face.code.map(str::to_owned),
    })
}

/// What the desk says without a verdict.
fn hint(look: &Look, quiet: &Message) -> Told {
    Told {
        drawing: "next",
        word: String::new(),
        text: look.say(quiet),
        code: None,
    }
}

fn tile(look: &Look, tile: &desk::Tile) -> Tile {
    let state = match tile.state {
        desk::TileState::Unchecked => TileState::Unchecked,
        desk::TileState::Here => TileState::Here,
        desk::TileState::Missing(count) => TileState::Short(count),
    };
    let all = tile.quantity.saturating_sub(tile.short_before);
    Tile {
        component: tile.component.to_string(),
        name: tile.name.to_string(),
        amount: match state {
            TileState::Short(missing) => {
                let here = tile.quantity.saturating_sub(missing);
                format!("{here} {} {}", look.t("из", "of"), tile.quantity)
            }
            _ => format!("{all}\u{a0}{}", tile.unit),
        },
        of: tile.quantity,
        key: tile.critical,
        by_scales: tile.weighed,
        state,
    }
}
