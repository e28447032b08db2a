//! The cuts: when, what of the cache is lost, and what a fresh process then finds.
//!
//! Knows: the machine, the tools of ext4, the check. Must not know: the journal's format.

use crate::check::LOST;
use crate::disk::{self, Loss};
use crate::machine::{Acknowledged, Machine};
use formular::store::disk::Dice;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Cuts of one life of a machine; at the last one it is killed.
const CUTS_PER_LIFE: u32 = 15;
/// Lives of one disk; then it is made anew, before it is full.
const LIVES_PER_DISK: u32 = 2;
/// The store begins no folder where less than 64 MiB are free.
const DISK: &str = "144M";

/// A disk after a cut, on its way to be checked.
struct Left {
    name: String,
    image: PathBuf,
    acknowledged: Acknowledged,
}

#[derive(Debug, Default)]
struct Figures {
    cuts: u32,
    killed: u32,
    events: u64,
    /// Cuts at which the cache held something.
    dirty: u32,
    /// Cuts that left half a batch, which the store set aside.
    torn: u32,
    lost: Vec<String>,
    closed: Vec<String>,
}

pub fn run(work: &Path, cuts: &str, control: &str, seed: &str) -> Result<bool, String> {
    let number = |text: &str| text.parse::<u32>().map_err(|error| format!("{text}: {error}"));
    let seed: u64 = seed.parse().map_err(|_| format!("{seed} is no seed"))?;
    let began = Instant::now();
    let honest = rounds(work, number(cuts)?, true, seed)?;
    let liar = rounds(work, number(control)?, false, seed ^ 1)?;
    for wrong in honest.lost.iter().chain(&honest.closed) {
        println!("ext4: FAILED: {wrong}");
    }
    for wrong in liar.lost.iter().take(1).chain(liar.closed.iter().take(1)) {
        println!("ext4: the control, as it should be: {wrong}");
    }
    // A journal whose middle is gone is not opened: what was acknowledged is lost there, too.
    let failed = liar.lost.len() + liar.closed.len();
    println!(
        "ext4: seed {seed}, {} s: cuts {} (machine killed at {}, cache not empty at {}, half a batch left at {}), {} events acknowledged, \
         acknowledged lost {}, folders that do not open {}; control without syncs: lost in {} of {}",
        began.elapsed().as_secs(),
        honest.cuts,
        honest.killed,
        honest.dirty,
        honest.torn,
        honest.events,
        honest.lost.len(),
        honest.closed.len(),
        failed,
        liar.cuts,
    );
    // A control that loses nothing would say that these cuts are none.
    Ok(honest.lost.is_empty() && honest.closed.is_empty() && (liar.cuts == 0 || failed > 0))
}

fn rounds(work: &Path, cuts: u32, honest: bool, seed: u64) -> Result<Figures, String> {
    let (send, receive) = channel();
    let folder = work.join(if honest { "cuts" } else { "control" });
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let checking = {
        let folder = folder.clone();
        std::thread::spawn(move || check_all(&folder, &receive))
    };
    let mut dice = Dice::new(seed);
    let mut figures = Figures::default();
    let mut before: Option<(Vec<u8>, Acknowledged)> = None;
    let mut life = 0;
    while figures.cuts < cuts {
        let fresh = before.is_none() || life % LIVES_PER_DISK == 0 || !honest;
        let (image, known) = match before.take() {
            Some(before) if !fresh => before,
            _ => (make_disk(&folder)?, Acknowledged::default()),
        };
        life += 1;
        let mut machine = Machine::boot(work, image, honest)?;
        for n in 1..=CUTS_PER_LIFE.min(cuts - figures.cuts) {
            let last = n == CUTS_PER_LIFE || figures.cuts + 1 == cuts;
            std::thread::sleep(Duration::from_millis(dice.below(400)));
            // The first of a life may meet the folder while it is begun or opened.
            if n > 1 || last {
                let opened = machine.opened()?;
                if opened < known.seq {
                    figures
                        .lost
                        .push(format!("life {life}: {opened} of {} at start", known.seq));
                }
            }
            let after_a_batch = n > 1 && dice.once_in(2);
            if after_a_batch {
                machine.next_batch()?;
            }
            // What was heard before the cut counts; of a killed machine, what it had said until then.
            let mut heard = machine.acknowledged();
            let moment = if last {
                heard = machine.kill();
                machine.disk.lock().unwrap().moment()
            } else if after_a_batch {
                machine.disk.lock().unwrap().moment()
            } else {
                machine.write_number(1 + dice.below(8))?
            };
            let acknowledged = if heard.seq < known.seq {
                known.clone()
            } else {
                heard
            };
            let loss = Loss::any(&mut dice);
            let (image, cached) = (moment.left(loss, &mut dice), moment.cached());
            figures.cuts += 1;
            figures.killed += u32::from(last);
            figures.dirty += u32::from(cached > 0);
            figures.events = figures.events.max(acknowledged.seq);
            let left = Left {
                name: format!(
                    "cut {} of seed {seed}, {loss:?} of {cached} writes lost",
                    figures.cuts
                ),
                image: folder.join(format!("{}.img", figures.cuts)),
                acknowledged: acknowledged.clone(),
            };
            disk::save(&image, &left.image).map_err(|error| error.to_string())?;
            send.send(left).map_err(|_| "the checker has ended")?;
            if last {
                before = Some((image, acknowledged));
            }
        }
    }
    drop(send);
    let checked = checking.join().map_err(|_| "the checker panicked")??;
    figures.lost.extend(checked.lost);
    figures.closed = checked.closed;
    figures.torn = checked.torn;
    Ok(figures)
}

fn make_disk(folder: &Path) -> Result<Vec<u8>, String> {
    let path = folder.join("new.img");
    let _ = fs::remove_file(&path);
    let path_text = path.to_string_lossy();
    tool(
        "mke2fs",
        &["-q", "-t", "ext4", "-m", "0", "-E", "nodiscard", &path_text, DISK],
    )?;
    fs::read(&path).map_err(|error| error.to_string())
}

/// Runs a tool of e2fsprogs; its words, and its exit code.
fn tool(name: &str, arguments: &[&str]) -> Result<(i32, String), String> {
    let output = Command::new(name)
        .args(arguments)
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    let words = [output.stdout, output.stderr].concat();
    Ok((
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&words).into_owned(),
    ))
}

fn check_all(folder: &Path, lefts: &Receiver<Left>) -> Result<Figures, String> {
    let mut figures = Figures::default();
    for left in lefts {
        match check_one(folder, &left) {
            Ok(torn) => figures.torn += u32::from(torn),
            Err(wrong) => {
                let told = format!("{}, acknowledged {}: {wrong}", left.name, left.acknowledged.seq);
                match wrong.contains(LOST) {
                    true => figures.lost.push(told),
                    false => figures.closed.push(told),
                }
            }
        }
        let _ = fs::remove_file(&left.image);
    }
    Ok(figures)
}

/// Whether the store found half a batch.
fn check_one(folder: &Path, left: &Left) -> Result<bool, String> {
    let image = left.image.to_string_lossy();
    // 1: the journal was replayed, or blocks that nobody owned were freed. 4 and above: it is no file system any more.
    let (code, words) = tool("e2fsck", &["-fy", &image])?;
    if !(0..4).contains(&code) {
        return Err(format!("e2fsck ended with {code}: {words}"));
    }
    let out = folder.join("out");
    let _ = fs::remove_dir_all(&out);
    fs::create_dir_all(&out).map_err(|error| error.to_string())?;
    let data = out.join("data");
    let (_, listed) = tool("debugfs", &["-R", "ls -p /", &image])?;
    match listed.contains("/data/") {
        true => {
            _ = tool(
                "debugfs",
                &["-R", &format!("rdump /data {}", out.display()), &image],
            )?
        }
        false if left.acknowledged.seq > 0 => return Err(format!("{LOST} there is no folder")),
        false => return Ok(false),
    }
    let me = std::env::current_exe().map_err(|error| error.to_string())?;
    let Acknowledged { seq, hash } = &left.acknowledged;
    let data_text = data.to_string_lossy();
    let check = [
        "60",
        &me.to_string_lossy(),
        "check",
        &data_text,
        &seq.to_string(),
        hash,
    ]
    .map(str::to_owned);
    let check: Vec<&str> = check.iter().map(String::as_str).collect();
    let (code, words) = tool("timeout", &check)?;
    if code != 0 {
        return Err(format!("the check ended with {code}: {}", words.trim()));
    }
    // The program itself, of the whole journal.
    let program = me.with_file_name("../formular");
    let (code, words) = tool(
        &program.to_string_lossy(),
        &["journal", "verify", "--data", &data_text],
    )?;
    let torn = fs::read_dir(data.join("journal"))
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("torn-"));
    match code {
        0 => Ok(torn),
        _ => Err(format!("verify ended with {code}: {}", words.trim())),
    }
}
