//! Runs a desk script against the real ledger, as the clerk does: an input, its orders, their outcomes, one screen.
//!
//! A line is `TIME WHAT → EXPECTED · EXPECTED …`. TIME is `09:00:00` or `+5s`; before it, whatever falls due by
//! itself happens. `#` begins a comment. A WHAT is one of
//! `badge B-0101`, `item ТР-0001`, `label ТР-0001`, `type ТР-0001`, `card UNDO`, `press DONE`, `order 12`,
//! `tile ROB-02`, `more ROB-02`, `fewer ROB-02`, `panel done`, `heads ТР-0010 12`, `dismiss`,
//! `unknown badge 56A2`, `unknown tag 56A2`, `ambiguous`, `strange card`,
//! `readers lost`, `readers back`, `full`, `stopped`, `restart`, `wait`,
//! `staff returns ТР-0001`, `staff lends ТР-0001 B-0101`, `staff {…}` with any command as JSON.
//! An EXPECTED is one of
//! `«Выдано»` the word, `К-04` the code, `cue lent`, `silent`, `ground lent`, `headline …`, `text …`, `next …`,
//! `place …`, `notice …` (one of them), `no notice`, `due 15.09.2026`, `quiet …`, `no quiet`, `session S01`,
//! `no session`, `number 6`, `lent 2`, `out 3`, `panel ТР-0046`, `no panel`, `waiting 1`, `tile ROB-02 missing 2`,
//! `countdown 15`, `no countdown`, `line 1 Выдано ТР-0001`, `lines 3`, `duty B-0001`, `no duty`,
//! `wrote checked_out returned`, `wrote nothing`, `same screen`.

use super::centre::{Centre, centre, moment};
use formular::clock::{Moment, Now, Trust};
use formular::desk::{
    Act, Card, Desk, DeskSettings, Input, Outcome, Presented, PresentedAt, Screen, TileState,
};
use formular::ids::ComponentCode;
use formular::ledger::{By, Command, Context, Entry, How, Notice, Policy, Refusal, decide};
use formular::words::{Lang, Message, full_date, say, say_or_missing};

pub struct World {
    pub centre: Centre,
    pub desk: Desk,
    pub now: Moment,
    pub policy: Policy,
    /// Kinds of events of the last step.
    pub wrote: Vec<String>,
    /// Screens that were published in the last step.
    pub screens: Vec<Screen>,
    pub screen: Screen,
}

/// The time of a clock that nobody sets: it counts as it shows.
pub fn steady(at: Moment) -> Now {
    Now {
        at,
        steady_ms: u64::try_from(at.timestamp().as_millisecond()).unwrap(),
    }
}

impl World {
    pub fn new() -> Self {
        let centre = centre();
        let mut desk = Desk::new(DeskSettings::default());
        let now = moment("2026-09-01T08:59:00+03:00");
        desk.take(Input::Tick, &centre.ledger, steady(now));
        let screen = desk.screen(&centre.ledger, steady(now));
        Self {
            centre,
            desk,
            now,
            policy: Policy::default(),
            wrote: Vec::new(),
            screens: Vec::new(),
            screen,
        }
    }

    /// Writes what an order makes, or says why not.
    pub fn carry_out(&mut self, command: &Command, by: &By) -> Result<Vec<Notice>, Refusal> {
        let context = Context {
            now: self.now,
            trust: Trust::Ok,
            by,
            policy: &self.policy,
        };
        match decide(&self.centre.ledger, command, &context) {
            Err(refusal) => Err(refusal),
            Ok(decided) => {
                for event in &decided.events {
                    let json = serde_json::to_value(event).unwrap();
                    self.wrote.push(json["type"].as_str().unwrap().to_owned());
                    self.centre.write(self.now, by.clone(), event.clone());
                }
                Ok(decided.notices)
            }
        }
    }

    pub fn give(&mut self, input: Input) {
        let mut order = self.desk.take(input, &self.centre.ledger, steady(self.now));
        let mut orders = 0;
        while let Some(wanted) = order {
            orders += 1;
            assert!(orders < 200, "the desk never stops asking");
            let before = self.centre.journal.len();
            order = match self.carry_out(&wanted.command, &wanted.by) {
                Ok(notices) => {
                    let entries = &self.centre.journal[before..];
                    let outcome = Outcome::Done { entries, notices };
                    self.desk.hear(outcome, &self.centre.ledger, steady(self.now))
                }
                Err(refusal) => {
                    let outcome = Outcome::Refused(refusal);
                    self.desk.hear(outcome, &self.centre.ledger, steady(self.now))
                }
            };
        }
        self.publish();
    }

    fn publish(&mut self) {
        let number = self.screen.number;
        let cue = self.desk.cue();
        if let Some(screen) = self.desk.show(&self.centre.ledger, steady(self.now), cue) {
            self.screen = (*screen).clone();
            self.screens.push(self.screen.clone());
            assert!(self.screen.number > number, "screens are numbered upwards");
        }
        assert_readable(&self.screen);
    }

    /// Lets time pass as the clerk does: wakes the desk whenever it asked to be woken.
    pub fn until(&mut self, then: Moment) {
        for _ in 0..100_000 {
            let Some(ms) = self.desk.next_tick(steady(self.now)) else {
                break;
            };
            let tick = self.now.plus_ms(i64::try_from(ms).unwrap());
            if tick.since_ms(then) > 0 {
                break;
            }
            self.now = tick;
            self.give(Input::Tick);
        }
        self.now = then;
        self.give(Input::Tick);
    }

    pub fn present(&mut self, what: Presented, how: How) {
        let reader = (how == How::Scanned).then(|| "desk-hf".into());
        self.give(Input::Presented(PresentedAt { what, reader, how }));
    }

    pub fn restart(&mut self) {
        self.desk = Desk::new(DeskSettings::default());
        let entries: Vec<&Entry> = self.centre.journal.iter().collect();
        self.desk.recall(entries, &self.centre.ledger, steady(self.now));
        self.screen.number = 0;
        self.give(Input::Tick);
    }

    fn step(&mut self, what: &str) {
        let words: Vec<&str> = what.split_whitespace().collect();
        let item = |id: &str, by_label| Presented::Item {
            item: id.into(),
            by_label,
        };
        let card = |name: &str| Card::ALL.into_iter().find(|card| card.as_str() == name).unwrap();
        match words.as_slice() {
            ["wait"] => {}
            ["badge", code] => self.present(Presented::Badge((*code).into()), How::Scanned),
            ["item", id] => self.present(item(id, false), How::Scanned),
            ["label", id] => self.present(item(id, true), How::Scanned),
            ["type", id] if id.starts_with('B') => self.present(Presented::Badge((*id).into()), How::Typed),
            ["type", id] => self.present(item(id, false), How::Typed),
            ["card", name] => self.present(Presented::Card(card(name)), How::Scanned),
            ["press", name] => self.give(Input::Act(Act::Card(card(name)))),
            ["stopped", code] => self.present(Presented::StoppedCard((*code).into()), How::Scanned),
            ["order", number] => self.present(Presented::OrderNumber((*number).into()), How::Typed),
            ["tile", code] => self.give(Input::Act(Act::Tile(ComponentCode::new(code)))),
            ["more", code] => self.give(Input::Act(Act::More(ComponentCode::new(code)))),
            ["fewer", code] => self.give(Input::Act(Act::Fewer(ComponentCode::new(code)))),
            ["panel", "done"] => self.give(Input::Act(Act::PanelDone)),
            ["heads", item, count] => self.give(Input::Act(Act::Headcount {
                item: (*item).into(),
                count: count.parse().unwrap(),
            })),
            ["dismiss"] => self.give(Input::Act(Act::Dismiss)),
            ["unknown", kind, hint] => {
                let looks_like_badge = *kind == "badge";
                let hint = (*hint).into();
                self.present(
                    Presented::Unknown {
                        looks_like_badge,
                        hint,
                    },
                    How::Scanned,
                );
            }
            ["mistyped", number] => self.present(Presented::Mistyped((*number).into()), How::Typed),
            ["ambiguous"] => self.present(Presented::Ambiguous, How::Scanned),
            ["strange", "card"] => self.present(Presented::StrangeCard, How::Scanned),
            ["readers", "lost"] => self.give(Input::AllReadersLost(true)),
            ["readers", "back"] => self.give(Input::AllReadersLost(false)),
            ["full"] => self.give(Input::NotWritten),
            ["stopped"] => self.give(Input::Stopped),
            ["restart"] => self.restart(),
            ["staff", "returns", id] => {
                let json = format!(r#"{{"type":"check_in","item":"{id}"}}"#);
                self.staff(&json);
            }
            ["staff", "lends", id, badge] => {
                let json = format!(r#"{{"type":"check_out","item":"{id}","badge":"{badge}"}}"#);
                self.staff(&json);
            }
            ["staff", ..] => self.staff(what.trim_start_matches("staff ")),
            _ => panic!("no such step: {what}"),
        }
    }

    fn staff(&mut self, json: &str) {
        let command: Command = serde_json::from_str(json).unwrap();
        let by = By {
            how: How::Web,
            ..By::default()
        };
        let outcome = self.carry_out(&command, &by);
        assert!(outcome.is_ok(), "{outcome:?}");
        self.give(Input::Tick);
    }
}

/// Every message on a screen has words in both languages.
pub fn assert_readable(screen: &Screen) {
    let face = &screen.face;
    let steps = face
        .next
        .iter()
        .flat_map(|(step, help)| [Some(step), help.as_ref()]);
    let parts = [&face.word, &face.headline, &face.text, &face.place, &screen.quiet];
    let parts = parts.into_iter().map(|part| part.as_ref());
    let lines: Vec<Message> = screen.sheet.lines.iter().map(|line| line.said()).collect();
    for message in parts.chain(steps).flatten().chain(&face.notices).chain(&lines) {
        for lang in Lang::ALL {
            if let Err(missing) = say_or_missing(lang, message) {
                panic!("{missing}");
            }
        }
    }
    if let Some(headline) = &face.headline {
        let said = ru(headline);
        let words = said.split_whitespace().filter(|word| *word != "–").count();
        assert!(words <= 6, "a headline of {words} words: {said}");
    }
    use formular::desk::Ground;
    let needs_step = matches!(face.ground, Ground::Refused | Ground::Unknown | Ground::Stopped);
    assert!(!needs_step || face.next.is_some(), "a dead end: {face:?}");
}

pub fn ru(message: &Message) -> String {
    say(Lang::Ru, message).replace('\u{a0}', " ")
}

fn said(message: &Option<Message>) -> String {
    message.as_ref().map(ru).unwrap_or_default()
}

/// What of an expectation is not so.
fn judge(world: &World, expected: &str) -> Option<String> {
    let screen = &world.screen;
    let face = &screen.face;
    let differs =
        |found: String, wanted: &str| (found != wanted).then(|| format!("«{found}» instead of «{wanted}»"));
    let (first, rest) = expected.split_once(' ').unwrap_or((expected, ""));
    if let Some(word) = expected.strip_prefix('«') {
        return differs(said(&face.word), word.trim_end_matches('»'));
    }
    match first {
        code if code.starts_with("К-") => differs(face.code.unwrap_or("no code").into(), code),
        "cue" => {
            let cues: Vec<&str> = world
                .screens
                .iter()
                .filter_map(|s| s.cue)
                .map(|cue| cue.as_str())
                .collect();
            differs(cues.join(" "), rest)
        }
        "silent" => {
            let cues = world.screens.iter().filter(|screen| screen.cue.is_some()).count();
            (cues > 0).then(|| format!("{cues} cues"))
        }
        "ground" => differs(face.ground.as_str().into(), rest),
        "headline" => differs(said(&face.headline), rest),
        "text" => differs(said(&face.text), rest),
        "next" => differs(
            face.next.as_ref().map(|(step, _)| ru(step)).unwrap_or_default(),
            rest,
        ),
        "place" => differs(said(&face.place), rest),
        "notice" => {
            let notices: Vec<String> = face.notices.iter().map(ru).collect();
            (!notices.iter().any(|notice| notice == rest)).then(|| format!("notices are {notices:?}"))
        }
        "due" => differs(
            face.stamp.map(|due| full_date(Lang::Ru, due)).unwrap_or_default(),
            rest,
        ),
        "quiet" => differs(said(&screen.quiet), rest),
        "asks" => differs(
            screen
                .heads
                .as_ref()
                .map_or_else(|| "nothing".into(), ToString::to_string),
            rest,
        ),
        "session" => {
            let found = screen
                .sheet
                .session
                .as_ref()
                .map(|session| session.school.to_string());
            differs(found.unwrap_or_default(), rest)
        }
        "number" => {
            let found = screen.sheet.session.as_ref().map(|session| session.number);
            differs(found.unwrap_or_default().to_string(), rest)
        }
        "lent" | "out" => {
            let session = screen.sheet.session.as_ref();
            let count = session.map(|session| {
                if first == "lent" {
                    session.lent
                } else {
                    session.out
                }
            });
            differs(count.unwrap_or_default().to_string(), rest)
        }
        "panel" => {
            let found = screen.panel.as_ref().map(|panel| panel.item.item.to_string());
            differs(found.unwrap_or_default(), rest)
        }
        "waiting" => differs(
            screen.panel.as_ref().map_or(0, |panel| panel.waiting).to_string(),
            rest,
        ),
        "seconds" => differs(
            screen
                .panel
                .as_ref()
                .map_or(0, |panel| panel.seconds_left)
                .to_string(),
            rest,
        ),
        "tile" => {
            let (code, wanted) = rest.split_once(' ').unwrap();
            let tile = screen
                .panel
                .as_ref()?
                .tiles
                .iter()
                .find(|tile| tile.component.as_str() == code)?;
            let found = match tile.state {
                TileState::Unchecked => "unchecked".to_owned(),
                TileState::Here => "here".to_owned(),
                TileState::Missing(count) => format!("missing {count}"),
            };
            differs(found, wanted)
        }
        "countdown" => differs(screen.countdown.unwrap_or_default().to_string(), rest),
        "line" => {
            let (number, wanted) = rest.split_once(' ').unwrap();
            let found = number
                .parse::<usize>()
                .ok()
                .and_then(|n| screen.sheet.lines.get(n - 1));
            let text = found.map(|line| {
                let item = line.item.as_ref().map(|item| format!(" {}", item.item));
                ru(&line.said()) + &item.unwrap_or_default()
            });
            differs(text.unwrap_or_default(), wanted)
        }
        "lines" => differs(screen.sheet.lines.len().to_string(), rest),
        "duty" => differs(
            screen
                .duty
                .as_ref()
                .map(|(code, _)| code.to_string())
                .unwrap_or_default(),
            rest,
        ),
        "undo" => differs(
            screen
                .sheet
                .undo_until
                .map(|at| at.local().time().to_string())
                .unwrap_or_default(),
            rest,
        ),
        "wrote" => differs(
            if world.wrote.is_empty() {
                "nothing".into()
            } else {
                world.wrote.join(" ")
            },
            rest,
        ),
        "same" => (!world.screens.is_empty()).then(|| "the screen has changed".into()),
        "no" => match rest {
            "session" => screen
                .sheet
                .session
                .is_some()
                .then(|| "there is a session".into()),
            "quiet" => screen
                .quiet
                .is_some()
                .then(|| format!("quiet: {}", said(&screen.quiet))),
            "panel" => screen.panel.is_some().then(|| "there is a panel".into()),
            "countdown" => screen.countdown.is_some().then(|| "there is a countdown".into()),
            "duty" => screen.duty.is_some().then(|| "somebody is on duty".into()),
            "notice" => (!face.notices.is_empty()).then(|| format!("notices are {:?}", face.notices)),
            "undo" => screen
                .sheet
                .undo_until
                .is_some()
                .then(|| "there is something to undo".into()),
            "lines" => (!screen.sheet.lines.is_empty()).then(|| "there are lines".into()),
            _ => Some("no such expectation".into()),
        },
        _ => Some("no such expectation".into()),
    }
}

/// Runs a script; every line that is not so is reported with its number.
pub fn run(name: &str, script: &str) {
    let mut world = World::new();
    let mut wrong = Vec::new();
    for (index, line) in script.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        if line == "anew" {
            world = World::new();
            continue;
        }
        let (step, expected) = line.split_once('→').unwrap_or((line, ""));
        let (time, what) = step.trim().split_once(' ').unwrap();
        let then = match time.strip_prefix('+') {
            Some(span) if span.ends_with("ms") => {
                world.now.plus_ms(span.trim_end_matches("ms").parse().unwrap())
            }
            Some(span) => world
                .now
                .plus_ms(1000 * span.trim_end_matches('s').parse::<i64>().unwrap()),
            None => moment(&format!("2026-09-01T{time}+03:00")),
        };
        world.wrote.clear();
        if what.trim() == "wait" {
            world.screens.clear();
            world.until(then);
        } else {
            world.until(then);
            world.screens.clear();
            world.step(what.trim());
        }
        for expected in expected.split('·').map(str::trim).filter(|text| !text.is_empty()) {
            if let Some(why) = judge(&world, expected) {
                wrong.push(format!("{name}:{}: {step}: {expected}: {why}", index + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
