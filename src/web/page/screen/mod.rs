//! From the desk's screen as data to the same screen in words and drawings.
//!
//! Knows: which word stands where. Must not know: why the desk said it.

mod answer;
mod kit;
mod sheet;

use super::kiosk::{Clock, Desk, Page, Reader, Screen, Verdict};
use super::look::Look;
use super::named::{lower_first, time};
use super::readers::drawing;
use crate::clock::Moment;
use crate::desk::{self, Ground};
use crate::view::{Centre, ReaderState, ReaderView};
use crate::words::{self, Message};
use askama::Template;

/// What a browser asks for first.
pub fn page(
    look: &Look,
    centre: &Centre,
    screen: &desk::Screen,
    readers: &[ReaderView],
) -> askama::Result<String> {
    let screen = said(look, centre, screen, readers);
    Page {
        look,
        screen: &screen,
    }
    .render()
}

/// The desk alone, as it goes down the stream.
pub fn fragment(
    look: &Look,
    centre: &Centre,
    screen: &desk::Screen,
    readers: &[ReaderView],
) -> askama::Result<String> {
    let screen = said(look, centre, screen, readers);
    Desk {
        look,
        screen: &screen,
    }
    .render()
}

fn said(look: &Look, centre: &Centre, screen: &desk::Screen, readers: &[ReaderView]) -> Screen {
    let today = screen.at.date();
    let duty = screen.duty.as_ref().map(|(badge, role)| {
        look.say(
            &Message::new("duty")
                .text("role", role)
                .text("badge", badge.as_str()),
        )
    });
    Screen {
        verdict: match (&screen.panel, screen.face.ground) {
            // The panel says itself what came back.
            (Some(_), Ground::Returned | Ground::Lent) => Verdict::Neutral,
            (_, ground) => verdict(ground),
        },
        seq: screen.number,
        cue: screen.cue.map(|cue| cue.as_str()),
        stay_s: screen.face.for_ms.map(|ms| ms.div_ceil(1000)),
        demo: centre.demo,
        duty,
        clock: clock(look, screen.at),
        answer: answer::answer(look, screen, today),
        rest: answer::rest(look, screen, today),
        sheet: sheet::sheet(look, screen),
        kit: screen
            .panel
            .as_ref()
            .filter(|_| screen.face.ground != Ground::Stopped)
            .map(|panel| kit::kit(look, screen, panel)),
        readers: readers.iter().map(|view| reader(look, view, screen.at)).collect(),
    }
}

fn verdict(ground: Ground) -> Verdict {
    match ground {
        Ground::Neutral => Verdict::Neutral,
        Ground::Lent => Verdict::Lent,
        Ground::Returned => Verdict::Returned,
        Ground::Attention => Verdict::Attention,
        Ground::Refused => Verdict::Refused,
        Ground::Unknown => Verdict::Unknown,
        Ground::Stopped => Verdict::Stopped,
    }
}

fn clock(look: &Look, at: Moment) -> Clock {
    let (weekday, day) = (
        words::weekday(look.lang, at.date()),
        words::day_and_month(look.lang, at.date()),
    );
    Clock {
        iso: at.to_string(),
        local: at.local().strftime("%H:%M:%S").to_string(),
        time: time(at),
        date: format!("{weekday}, {day}"),
    }
}

fn reader(look: &Look, view: &ReaderView, now: Moment) -> Reader {
    let gone = !matches!(view.state, ReaderState::Works | ReaderState::Waiting);
    let state = match view.state {
        ReaderState::Works => look.t("работает", "works").to_owned(),
        ReaderState::Lost => look.say(&Message::new("reader-lost-since").text("time", time(view.since))),
        other => lower_first(&look.say(&Message::new(super::readers::state_messages(other).0))),
    };
    let age = |at: Moment| u64::try_from(now.since_ms(at) / 1000).unwrap_or(0);
    Reader {
        drawing: drawing(&view.kind),
        name: view.name.to_string(),
        state,
        age_s: view
            .last_scan
            .filter(|_| view.state == ReaderState::Works)
            .map(age),
        gone,
    }
}
