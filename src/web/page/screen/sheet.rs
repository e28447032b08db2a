//! What is written down: the sheet with its lines and buttons.
//!
//! Knows: lines and the buttons that fit. Must not know: the answer.

use crate::desk::{self, Ground, LineMark, SessionView};
use crate::web::page::kiosk::{Act, Count, Line, LineKind, Sheet};
use crate::web::page::look::Look;
use crate::web::page::named::{counted, stamp, time};
use crate::words::Message;
use jiff::civil::Date;

/// Lines that are sent at most; the script drops those that do not fit.
const MOST_LINES: usize = 8;

pub(super) fn sheet(look: &Look, screen: &desk::Screen) -> Sheet {
    let say = |id: &'static str| look.say(&Message::new(id));
    let today = screen.at.date();
    let given = &screen.sheet;
    let stopped = screen.face.ground == Ground::Stopped;
    let session = given.session.as_ref();
    let returned = given.lines.iter().filter(|line| is_returned(line.mark)).count();
    let mut acts = Vec::new();
    if !stopped {
        acts = buttons(look, screen);
    }
    Sheet {
        tab: match session {
            _ if stopped => look
                .t("Сохранено до остановки", "Written before the stop")
                .to_owned(),
            Some(session) => format!("{} · {}", say("sheet-session"), time(session.began)),
            None => say("sheet-latest"),
        },
        title: session.map_or_else(|| say("sheet-today"), |session| session.name.to_string()),
        under: session.map(|session| match stopped {
            true => look
                .t(
                    "Эти строки на диске и действуют",
                    "These lines are on disk and count",
                )
                .to_owned(),
            false => agreement(look, session, today),
        }),
        count: session.map(|session| Count {
            what: look.say(&Message::new("session-lent").number("count", session.lent)),
            left: count_rest(look, session, returned, today),
        }),
        more: given.lines.len().saturating_sub(MOST_LINES),
        lines: given
            .lines
            .iter()
            .take(MOST_LINES)
            .map(|given| line(look, given, session, today))
            .collect(),
        acts,
    }
}

fn is_returned(mark: LineMark) -> bool {
    matches!(mark, LineMark::Returned | LineMark::ReturnedLate)
}

fn agreement(look: &Look, session: &SessionView, today: Date) -> String {
    if session.centre {
        return look.say(&Message::new("session-centre"));
    }
    match &session.agreement {
        None => look.say(&Message::new("session-no-agreement")),
        Some((number, last)) => {
            let id = if *last < today {
                "session-agreement-over"
            } else {
                "session-agreement"
            };
            look.say(&Message::new(id).text("number", number).date("last", *last))
        }
    }
}

fn count_rest(look: &Look, session: &SessionView, returned: usize, today: Date) -> String {
    if returned > 0 {
        return counted(look, "session-returned", returned);
    }
    // Without an agreement in force nothing more can be taken, whatever the limit was.
    let in_force = session.agreement.as_ref().is_some_and(|(_, last)| *last >= today);
    if session.centre || session.limit == 0 || !in_force {
        return String::new();
    }
    let left = session.limit.saturating_sub(session.out);
    look.say(
        &Message::new("session-left")
            .number("left", left)
            .number("limit", session.limit),
    )
}

fn buttons(look: &Look, screen: &desk::Screen) -> Vec<Act> {
    let act = |name, drawing, label: String, likely| Act {
        name,
        drawing,
        label,
        likely,
    };
    let say = |id: &'static str| look.say(&Message::new(id));
    let in_session = screen.sheet.session.is_some();
    let mut acts = Vec::new();
    if let Some(until) = screen.sheet.undo_until {
        let label = match in_session {
            true => say("button-undo"),
            false => look.say(&Message::new("button-undo-until").text("time", time(until))),
        };
        acts.push(act("undo", "undo", label, false));
    }
    match screen.face.ground {
        Ground::Refused | Ground::Unknown => {
            acts.push(act("dismiss", "dismiss", say("button-dismiss"), !in_session))
        }
        _ => acts.push(act("info", "lens", say("button-info"), false)),
    }
    if in_session {
        acts.push(act("done", "done", say("button-done"), true));
    }
    acts
}

fn line(look: &Look, line: &desk::Line, session: Option<&SessionView>, today: Date) -> Line {
    let said = look.say(&line.said());
    let (what, name) = match &line.item {
        Some(item) => (said, item.name.to_string()),
        None => (look.say(&Message::new(line.mark.said())), said),
    };
    let number = line.item.as_ref().map(|item| item.item.to_string());
    let school = line.school.as_ref().map(ToString::to_string);
    let known = |name: &String| session.is_some_and(|session| session.name == *name) || what.contains(name);
    let other = school.filter(|name| !known(name));
    let note: Vec<String> = [other, number].into_iter().flatten().collect();
    Line {
        id: format!("{}-{}-{}", line.at, line.seq.unwrap_or(0), line.mark.said()),
        kind: line_kind(line.mark),
        now: line.latest,
        what,
        name,
        note: note.join(" · "),
        time: session.is_none().then(|| time(line.at)),
        stamp: line
            .due
            .filter(|_| matches!(line.mark, LineMark::Lent | LineMark::Renewed))
            .map(|due| stamp(look, due, today)),
    }
}

fn line_kind(mark: LineMark) -> LineKind {
    match mark {
        LineMark::Lent | LineMark::Renewed => LineKind::Lent,
        LineMark::Returned | LineMark::Checked => LineKind::Returned,
        LineMark::ReturnedLate => LineKind::Late,
        LineMark::Short | LineMark::Damaged => LineKind::Short,
        LineMark::Refused => LineKind::Refused,
        LineMark::Unknown => LineKind::Unknown,
        LineMark::Undone => LineKind::Undone,
        LineMark::NotWritten => LineKind::Unwritten,
    }
}
