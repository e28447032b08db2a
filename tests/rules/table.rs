//! Runs the tables: each section begins with the same small centre, each line is one order or one question.
//!
//! `2026-09-01 B-0101 takes НБ-1 -> due 2026-09-15; К-48`: the day (12:00), the order, what came of it (`ok` for anything but a refusal, a due
//! date, or the code and name of a refusal), and after `;` the notices. `state`, `missing`, `free` ask instead.

use super::centre::{centre, entry};
use formular::clock::{Moment, Trust};
use formular::ledger::query;
use formular::ledger::*;
use jiff::civil::Date;

pub fn run(table: &str) {
    let mut failures = Vec::new();
    let mut scene = Scene::new();
    let mut section = "";
    for (number, line) in table.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if let Some(title) = line.strip_prefix("##") {
            section = title.trim();
            scene = Scene::new();
            continue;
        }
        let (order, expected) = line.split_once(" -> ").unwrap_or((line, "ok"));
        let got = scene.play(order.trim());
        // Notices that a line does not name are not asked about, unless it says `only`.
        let fits = match expected.strip_suffix("; nothing") {
            Some(verdict) => got == verdict,
            None => expected.split("; ").enumerate().all(|(n, part)| match n {
                0 if part == "ok" => !got.starts_with("К-"),
                0 => got.split("; ").next() == Some(part),
                _ => got.split("; ").skip(1).any(|notice| notice == part),
            }),
        };
        if !fits {
            failures.push(format!(
                "line {}: [{section}]\n  {order}\n  expected {expected}\n  got      {got}",
                number + 1
            ));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

struct Scene {
    ledger: Ledger,
    policy: Policy,
    duty: Option<&'static str>,
    /// How far the clock is believed.
    trust: Trust,
    /// The last time that was believed.
    believed: Option<Moment>,
}

impl Scene {
    fn new() -> Self {
        Self {
            ledger: centre(),
            policy: Policy::default(),
            duty: None,
            trust: Trust::Ok,
            believed: None,
        }
    }

    fn play(&mut self, line: &str) -> String {
        let (day, order) = line.split_once(' ').expect(line);
        let words: Vec<&str> = order.split_whitespace().collect();
        let today: Date = day.get(..10).and_then(|day| day.parse().ok()).expect(line);
        let time = if day.len() > 10 {
            day.to_owned()
        } else {
            format!("{day}T12:00:00")
        };
        let wall: Moment = format!("{time}+03:00").parse().expect(line);
        match words.as_slice() {
            ["duty", "signs", "on"] => {
                self.duty = Some("B-0001");
                return "ok".into();
            }
            ["clock", "is", mark] => {
                self.trust = match *mark {
                    "ok" => Trust::Ok,
                    "behind" => Trust::Behind,
                    "unset" => Trust::Unset,
                    "ahead" => Trust::Ahead,
                    _ => panic!("{line}"),
                };
                return "ok".into();
            }
            ["overdue"] => {
                let today = self.ledger.believed.until.filter(|_| self.trust.is_doubt());
                let today = today.unwrap_or(wall).date();
                let late = self.ledger.all_loans().filter(|loan| loan.is_overdue(today));
                let late: Vec<String> = late.map(|loan| loan.item.to_string()).collect();
                return if late.is_empty() {
                    "nothing is".into()
                } else {
                    late.join(" ")
                };
            }
            ["state", item] => {
                let (state, reason) =
                    query::item_state(&self.ledger, &self.ledger.items[*item], today, &self.policy);
                let reason = reason.map(|reason| format!(" {}", reason.as_str()));
                return format!("{}{}", state.as_str(), reason.unwrap_or_default());
            }
            ["missing", "from", item] => return show(&self.ledger.items[*item].status.shortage),
            ["missing", "of", loan] => {
                return show(&self.ledger.loans[*loan].returned.as_ref().expect(line).missing);
            }
            ["free", name] => {
                let all = query::availability(&self.ledger, today, &self.policy, None);
                let kind = all
                    .iter()
                    .flat_map(|c| &c.kinds)
                    .find(|kind| kind.name == **name)
                    .expect(line);
                let band: Vec<String> = kind
                    .band
                    .iter()
                    .map(|day| {
                        if day.open {
                            day.free.to_string()
                        } else {
                            "-".into()
                        }
                    })
                    .collect();
                return format!("{} of {}: {}", kind.free, kind.total, band.join(" "));
            }
            ["free", name, "from", from, "to", to] => {
                let period = Some((from.parse().expect(line), to.parse().expect(line)));
                let all = query::availability(&self.ledger, today, &self.policy, period);
                let kind = all
                    .iter()
                    .flat_map(|c| &c.kinds)
                    .find(|kind| kind.name == **name)
                    .expect(line);
                return kind.free_in_period.expect("a period was asked for").to_string();
            }
            _ => {}
        }
        let (command, by) = self.command(order, &words);
        // While the clock is doubted the house stands at the last time that it believed; only a confirmation is about
        // what the clock shows.
        let confirms = matches!(command, Command::ConfirmClock { .. });
        let now = match self.trust {
            Trust::Ok => wall,
            _ if confirms => wall,
            _ => self.believed.unwrap_or(wall),
        };
        let context = Context {
            now,
            trust: self.trust,
            by: &by,
            policy: &self.policy,
        };
        match decide(&self.ledger, &command, &context) {
            Err(refusal) => format!("{} {}", refusal.code(), refusal.reason()),
            Ok(decided) => {
                let mut verdict = "ok".to_owned();
                for event in decided.events {
                    if let Event::CheckedOut { due, .. } | Event::Renewed { due, .. } = &event {
                        verdict = format!("due {due}");
                    }
                    let by = By {
                        badge: decided.badge.clone(),
                        ..by.clone()
                    };
                    if confirms {
                        self.trust = Trust::Ok;
                    }
                    let entry = entry(&self.ledger, wall, self.trust, by, event);
                    if !confirms {
                        possible(&self.ledger, &entry).expect(line);
                    }
                    self.ledger.apply(&entry);
                    self.believed = self.ledger.believed.until;
                }
                let codes: Vec<&str> = decided.notices.iter().map(Notice::code).collect();
                [&[verdict.as_str()], codes.as_slice()].concat().join("; ")
            }
        }
    }

    fn command(&self, order: &str, words: &[&str]) -> (Command, By) {
        let mut by = By {
            duty: self.duty.map(Into::into),
            ..By::default()
        };
        // What stands after a word like `until`.
        let after = |word: &str| {
            let at = words.iter().position(|w| *w == word)?;
            words.get(at + 1).copied()
        };
        let has = |word: &str| words.contains(&word);
        let parts = |word: &str| after(word).map(parse_parts).unwrap_or_default();
        let date = |word: &str| after(word).map(|day| day.parse().expect(order));
        let note = || "".into();
        let command = match words {
            ["json", ..] => {
                let json = order.strip_prefix("json ").expect(order);
                serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}"))
            }
            [badge, "takes", item, ..] => Command::CheckOut {
                item: (*item).into(),
                badge: (*badge).into(),
                due: date("until"),
                order: after("order").map(Into::into),
                second_badge: after("with").map(Into::into),
                purpose: None,
                group: None,
                override_reason: after("because").map(Into::into),
                session: None,
            },
            ["back", item, ..] => {
                by.badge = after("before").map(Into::into);
                Command::CheckIn {
                    item: (*item).into(),
                    condition: match () {
                        () if has("damaged") => Condition::Damaged,
                        () if has("faulty") => Condition::Faulty,
                        () if has("dirty") => Condition::Dirty,
                        () => Condition::Ok,
                    },
                    missing: parts("without"),
                    headcount: after("heads").map(|n| n.parse().expect(order)),
                    unchecked: has("uncounted"),
                    by_label: false,
                    session: None,
                }
            }
            ["renew", item, ..] => Command::Renew {
                item: (*item).into(),
                due: date("until"),
            },
            [school, "holds", item, ..] => Command::Hold {
                item: (*item).into(),
                school: (*school).into(),
                from: date("from").expect(order),
            },
            [school, "drops", item] => Command::HoldCancel {
                item: (*item).into(),
                school: (*school).into(),
                hold: None,
            },
            ["counted", item, ..] => Command::KitCheck {
                item: (*item).into(),
                missing: parts("without"),
            },
            ["refilled", item, _, ..] => Command::Replenish {
                item: (*item).into(),
                parts: parts("with"),
            },
            ["found", item, "ok"] => Command::NoteCondition {
                item: (*item).into(),
                condition: Condition::Ok,
                note: note(),
            },
            ["found", item, "damaged"] => Command::NoteCondition {
                item: (*item).into(),
                condition: Condition::Damaged,
                note: note(),
            },
            ["found", item] => Command::DeclareFound {
                item: (*item).into(),
                note: note(),
            },
            ["lost", item] => Command::DeclareLost {
                item: (*item).into(),
                note: note(),
            },
            ["repair", item] => Command::StartRepair {
                item: (*item).into(),
                note: note(),
            },
            ["repaired", item] => Command::EndRepair {
                item: (*item).into(),
                note: note(),
            },
            ["verify", item] => Command::StartVerification { item: (*item).into() },
            ["verified", item, ..] => Command::EndVerification {
                item: (*item).into(),
                next_due: date("until"),
            },
            ["withdraw", item, basis] => Command::Withdraw {
                item: (*item).into(),
                basis: (*basis).into(),
            },
            ["consent", item] => Command::RecordConsent {
                item: (*item).into(),
                number: "12".into(),
                date: date("of").unwrap_or("2026-09-01".parse().expect("a date")),
            },
            ["bind", item, tag] => Command::BindTag {
                item: (*item).into(),
                tag: tag.parse().expect(tag),
            },
            ["unbind", item, tag] => Command::UnbindTag {
                item: (*item).into(),
                tag: tag.parse().expect(tag),
            },
            ["revoke", badge, ..] => Command::RevokeBadge {
                badge: (*badge).into(),
                last: date("after").expect(order),
            },
            ["remind", loan] => Command::SendNotice {
                loan: (*loan).into(),
                note: note(),
            },
            ["move", loan, "to", badge] => Command::MoveLoan {
                loan: (*loan).into(),
                badge: (*badge).into(),
                reason: "чужой бейдж".into(),
            },
            ["void", "the", "last"] => Command::Void {
                seq: self.ledger.seq,
                reason: "ошибка".into(),
            },
            ["void", "the", "last", "but", n] => Command::Void {
                seq: self.ledger.seq - n.parse::<u64>().expect(order),
                reason: "ошибка".into(),
            },
            ["staff", "confirms", day] => {
                by.role = Some("staff".into());
                let date = day.parse().expect(order);
                Command::ConfirmClock { date }
            }
            ["somebody", "confirms", day] => {
                let date = day.parse().expect(order);
                Command::ConfirmClock { date }
            }
            ["the", "program", "confirms", day] => {
                by.how = How::System;
                let date = day.parse().expect(order);
                Command::ConfirmClock { date }
            }
            ["stocktake", "opens"] => Command::OpenStocktake { basis: note() },
            ["stocktake", id, "sees", item] => Command::SeeInStocktake {
                stocktake: (*id).into(),
                item: (*item).into(),
            },
            ["stocktake", id, "closes"] => Command::CloseStocktake {
                stocktake: (*id).into(),
            },
            _ => panic!("no such order: {order}"),
        };
        (command, by)
    }
}

fn parse_parts(text: &str) -> Parts {
    let pair = |part: &str| {
        let (component, count) = part.split_once(':').expect(part);
        (component.into(), count.parse().expect(part))
    };
    text.split(',').map(pair).collect()
}

fn show(parts: &Parts) -> String {
    if parts.is_empty() {
        return "nothing".into();
    }
    let pair = |(component, count): (&formular::ids::ComponentCode, &u32)| format!("{component}:{count}");
    parts.iter().map(pair).collect::<Vec<_>>().join(",")
}
