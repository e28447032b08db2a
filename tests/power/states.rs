//! Choosing the cuts, handing each state to a process, and counting what it says.

use super::record::{Log, Replay, scratch, unpack};
use formular::store::disk::{Dice, MemoryDisk};
use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A state that is not answered for by then hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a check found in a good state.
#[derive(Clone, Copy, Default)]
pub struct Found {
    pub torn: bool,
    pub rebuilt: bool,
}

/// How a state failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Something promised is not there.
    Lost,
    /// The folder does not open.
    Closed,
    /// It opens and is not right.
    Wrong,
    /// The process ended or did not answer.
    Died,
}

struct State {
    number: u64,
    disk: MemoryDisk,
    promised: Vec<String>,
    cold: bool,
}

struct Failure {
    number: u64,
    seed: u64,
    outcome: Outcome,
    why: String,
    disk: MemoryDisk,
}

/// The counts of many states.
#[derive(Default)]
pub struct Tally {
    pub states: u64,
    /// Cut before the first event was acknowledged.
    pub cold: u64,
    pub torn: u64,
    pub rebuilt: u64,
    failures: Vec<Failure>,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.states += other.states;
        self.cold += other.cold;
        self.torn += other.torn;
        self.rebuilt += other.rebuilt;
        self.failures.extend(other.failures);
    }

    pub fn failed(&self) -> u64 {
        self.failures.len() as u64
    }

    pub fn count(&self, outcome: Outcome) -> u64 {
        self.failures.iter().filter(|one| one.outcome == outcome).count() as u64
    }

    /// Says how to repeat each, and keeps its folder.
    pub fn keep_and_print_failures(&self) {
        for failure in &self.failures {
            let name = format!("power-{}-{}", failure.seed, failure.number);
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            let _ = std::fs::remove_dir_all(&kept);
            std::fs::create_dir_all(&kept).unwrap();
            unpack(&failure.disk, Path::new("/"), &kept);
            println!(
                "power: seed {} state {}: {:?}: {}; kept in {}",
                failure.seed,
                failure.number,
                failure.outcome,
                failure.why,
                kept.display()
            );
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "states {} ({} before the first event), acknowledged lost {}, folders that do not open {}, wrong {}, died {}; \
             interrupted writes set aside {}, indexes built anew {}",
            self.states,
            self.cold,
            self.count(Outcome::Lost),
            self.count(Outcome::Closed),
            self.count(Outcome::Wrong),
            self.count(Outcome::Died),
            self.torn,
            self.rebuilt
        )
    }
}

/// Cuts at random moments, most of them just behind a promise or just before a sync, and has every state checked.
pub fn cut_all(log: &Log, states: u64, seed: u64, role: &str) -> Tally {
    let mut dice = Dice::new(seed);
    let promises = log.promises();
    let syncs = log.syncs();
    // The first calls make the folder; they are few, and so they get their own share.
    let beginning = promises[0] + 60;
    let mut cuts: Vec<usize> = (0..states)
        .map(|n| match n % 10 {
            0 => dice.index(beginning),
            1..=4 => promises[dice.index(promises.len())],
            5..=7 => syncs[dice.index(syncs.len())],
            _ => dice.index(log.calls.len() + 1),
        })
        .collect();
    cuts.sort_unstable();
    let mut replay = Replay::of(log);
    let mut number = 0;
    let waiting = Mutex::new(move || -> Option<State> {
        let cut = *cuts.get(number)?;
        replay.go_on_to(cut);
        number += 1;
        Some(State {
            number: number as u64,
            disk: replay
                .disk
                .cut(seed.wrapping_mul(1_000_003).wrapping_add(number as u64)),
            promised: replay.promised.lines.clone(),
            cold: replay.promised.event.is_none(),
        })
    });
    let tally = Mutex::new(Tally::default());
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut checker = None;
                loop {
                    let Some(state) = (waiting.lock().unwrap())() else {
                        break;
                    };
                    let answer = ask(&mut checker, role, &state);
                    let mut tally = tally.lock().unwrap();
                    tally.states += 1;
                    tally.cold += u64::from(state.cold);
                    match answer {
                        Ok(found) => {
                            tally.torn += u64::from(found.torn);
                            tally.rebuilt += u64::from(found.rebuilt);
                        }
                        Err((outcome, why)) => tally.failures.push(Failure {
                            number: state.number,
                            seed,
                            outcome,
                            why,
                            disk: state.disk,
                        }),
                    }
                }
            });
        }
    });
    tally.into_inner().unwrap()
}

/// A process that checks. It gets one state, or several if `FORMULAR_CUTS_PER_PROCESS` says so.
struct Checker {
    child: Child,
    answers: Receiver<String>,
    left: u64,
}

impl Checker {
    fn start(role: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(super::ROLE, role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (answer, answers) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, said)) = line.split_once("answer: ") {
                    let _ = answer.send(said.to_owned());
                }
            }
        });
        Self {
            child,
            answers,
            left: super::number("FORMULAR_CUTS_PER_PROCESS", 1),
        }
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(checker: &mut Option<Checker>, role: &str, state: &State) -> Result<Found, (Outcome, String)> {
    let dir = scratch();
    let root = dir.path().join("root");
    std::fs::create_dir(&root).unwrap();
    unpack(&state.disk, Path::new("/"), &root);
    let promises = dir.path().join("promised");
    std::fs::write(&promises, state.promised.join("\n")).unwrap();
    let mut one = checker.take().unwrap_or_else(|| Checker::start(role));
    let stdin = one.child.stdin.as_mut().unwrap();
    let asked = writeln!(stdin, "{}", dir.path().display()).and_then(|()| stdin.flush());
    let answer = match asked {
        Ok(()) => one
            .answers
            .recv_timeout(PATIENCE)
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let Ok(answer) = answer else {
        return Err((Outcome::Died, "the process ended or did not answer".into()));
    };
    one.left -= 1;
    if one.left > 0 {
        *checker = Some(one);
    }
    let (kind, rest) = answer.split_once(' ').unwrap_or((&answer, ""));
    match kind {
        "ok" => Ok(Found {
            torn: rest.contains("torn"),
            rebuilt: rest.contains("rebuilt"),
        }),
        "Lost" => Err((Outcome::Lost, rest.into())),
        "Closed" => Err((Outcome::Closed, rest.into())),
        _ => Err((Outcome::Wrong, rest.into())),
    }
}

/// The child's end: a folder comes in on a line, an answer goes out on one.
pub fn answer_for_each(check: impl Fn(&Path, &[String]) -> Result<Found, (Outcome, String)>) {
    for line in std::io::stdin().lock().lines() {
        let dir = PathBuf::from(line.unwrap());
        let promised = std::fs::read_to_string(dir.join("promised")).unwrap();
        let promised: Vec<String> = promised.lines().map(str::to_owned).collect();
        let answer = match check(&dir.join("root"), &promised) {
            Ok(found) => format!(
                "ok{}{}",
                if found.torn { " torn" } else { "" },
                if found.rebuilt { " rebuilt" } else { "" }
            ),
            Err((outcome, why)) => format!("{outcome:?} {}", why.replace('\n', " ")),
        };
        let mut out = std::io::stdout();
        writeln!(out, "answer: {answer}")
            .and_then(|()| out.flush())
            .unwrap();
    }
}
