//! One reader's walk: plugged in, read, unplugged in the middle of a frame, plugged in again, read again.

use crate::bench::{self, await_that};
use crate::daemon::Daemon;
use crate::kinds::{Found, Kind};
use crate::strangers::Ears;
use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

/// Longer than any profile lets a tag that was taken away count as held.
pub const AWAY: Duration = Duration::from_millis(1_700);
/// From one tag to the next on a reader.
const NEXT: Duration = Duration::from_millis(60);
/// A reader that was plugged in is read within a second.
const PROMPT_MS: u64 = 1000;
/// Items of each walk.
pub const ITEMS: usize = 3;

/// What a walk has shown.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub sent: u64,
    pub scans: u64,
    pub held_sent: u64,
    pub repeats: u64,
    /// From plugging to the first scan, first and second time, in milliseconds.
    pub first_scan_ms: [u64; 2],
    pub links: Vec<PathBuf>,
    /// As the program calls it.
    pub reader: String,
    pub rights: String,
    /// What stands in the journal for it, in order.
    pub journal: Vec<(&'static str, String)>,
}

/// Binds the walk's tags: the badge's and those of its items.
pub fn bind(kind: &Kind, badge: &str, items: &[&str], daemon: &mut Daemon) -> Result<(), String> {
    daemon.give_card(badge, &(kind.tag)(0))?;
    for (n, item) in (1..).zip(items) {
        daemon.bind(item, &(kind.tag)(n))?;
    }
    Ok(())
}

/// Before the program runs: what this device types reaches another program and the console, so that their silence later
/// means something. Nothing to do for devices that type nothing.
pub fn control(kind: &Kind, console: &Ears) -> Result<(), String> {
    if !kind.types() {
        return Ok(());
    }
    let plugged = bench::plug(kind.port, (kind.model)())?;
    let node = await_that("its node", || plugged.node(kind.node.1, kind.node.0))?;
    let keys = Ears::on_keys(&node)?;
    console.since();
    plugged.engine.show(b"q7");
    match (keys.since().as_slice(), console.text().as_str()) {
        ([16, 8], "й7") => Ok(()),
        heard => Err(format!("typed q7, and others heard {heard:?}")),
    }
}

/// Listens to a device that types as another program would, from before the program takes it.
fn eavesdrop(kind: &Kind, plugged: &bench::Plugged) -> Result<Option<Ears>, String> {
    if !kind.types() {
        return Ok(None);
    }
    let node = await_that("its node", || plugged.node(kind.node.1, kind.node.0))?;
    Ears::on_keys(&node).map(Some)
}

/// Not one character reached another program or the console.
fn silence(others: Option<&Ears>, console: &Ears) -> Result<(), String> {
    let heard = (others.map(Ears::since).unwrap_or_default(), console.text());
    match (heard.0.as_slice(), heard.1.as_str()) {
        ([], "") => Ok(()),
        heard => Err(format!(
            "others heard the keys {:?} and the text «{}»",
            heard.0, heard.1
        )),
    }
}

pub fn walk(kind: &Kind, items: &[&str], daemon: &Daemon, console: &Ears) -> Result<Figures, String> {
    let mut figures = Figures::default();
    // A reader that is asked looks four times a second: a card that came and went between two looks was never there. So
    // its cards lie for a while, and as long there is none; the others have sent everything when a tag is shown.
    let (lies, next) = match kind.is_asked() {
        true => (10 * NEXT, 10 * NEXT),
        false => (Duration::ZERO, NEXT),
    };
    console.since();
    let plugged = bench::plug(kind.port, (kind.model)())?;
    let others = eavesdrop(kind, &plugged)?;
    await_ready(kind, &plugged, daemon)?;
    let show = |engine: &crate::usbip::Engine, n: u8, figures: &mut Figures| {
        engine.show(&(kind.frame)(n));
        figures.sent += 1;
        std::thread::sleep(lies);
    };

    // The badge, as soon as the reader is there.
    show(&plugged.engine, 0, &mut figures);
    figures.first_scan_ms[0] = await_scan(kind, daemon, 1, &plugged)?;
    plugged.engine.take();
    let node = plugged
        .node(kind.node.1, kind.node.0)
        .ok_or("no node of its own")?;
    figures.rights = bench::rights(&node);
    figures.links = await_that("its links", || {
        Some(bench::links(&node)).filter(|links| !links.is_empty())
    })?;
    if kind.found == Found::Number {
        allowed(&figures)?;
    }
    prompt(figures.first_scan_ms[0])?;

    // The first item lies there for a while; the others come quickly.
    show(&plugged.engine, 1, &mut figures);
    for _ in 0..kind.held.0 {
        std::thread::sleep(Duration::from_millis(kind.held.1));
        if !kind.is_asked() {
            plugged.engine.show(&(kind.frame)(1));
            figures.held_sent += 1;
        }
    }
    for n in 2..=3 {
        plugged.engine.take();
        std::thread::sleep(next);
        show(&plugged.engine, n, &mut figures);
    }
    std::thread::sleep(next);
    daemon
        .await_loans(ITEMS, "three loans after four scans")
        .map_err(|error| explained(&error, kind, &plugged, daemon))?;
    figures
        .journal
        .extend(items.iter().map(|item| ("checked_out", item.to_string())));
    plugged.engine.take();

    silence(others.as_ref(), console)?;

    let told = plugged.engine.told();

    // The cable is pulled while the second item's frame is on it.
    plugged.engine.tear(&(kind.frame)(2));
    plugged.pull();
    daemon.await_state(kind.profile, false)?;
    await_that("its links to go", || {
        figures.links.iter().all(|link| !link.exists()).then_some(())
    })?;

    let plugged = bench::plug(kind.port, (kind.model)())?;
    let others = eavesdrop(kind, &plugged)?;
    await_ready(kind, &plugged, daemon)?;
    await_that("the same links", || {
        figures.links.iter().all(|link| link.exists()).then_some(())
    })?;
    // The tags have been away long enough to count again; the badge ends its session, then everything comes back.
    std::thread::sleep(AWAY);
    let settled = AWAY.as_millis() as u64;
    show(&plugged.engine, 0, &mut figures);
    figures.first_scan_ms[1] = await_scan(kind, daemon, 5, &plugged)?.saturating_sub(settled);
    prompt(figures.first_scan_ms[1])?;
    for n in 1..=3 {
        plugged.engine.take();
        std::thread::sleep(next);
        show(&plugged.engine, n, &mut figures);
    }
    daemon
        .await_loans(0, "everything back after four scans")
        .map_err(|error| explained(&error, kind, &plugged, daemon))?;
    silence(others.as_ref(), console)?;
    figures
        .journal
        .extend(items.iter().map(|item| ("returned", item.to_string())));
    plugged.engine.take();
    std::thread::sleep(NEXT);
    if kind.is_asked() {
        figures.held_sent = told + plugged.engine.told() - figures.sent;
    }
    let reader = daemon.reader(kind.profile).ok_or("the reader is not told of")?;
    figures.reader = reader["reader"].as_str().unwrap_or_default().to_owned();
    (figures.scans, figures.repeats) = (number(&reader["scans"]), number(&reader["repeats"]));
    let stalled = plugged.engine.witness().stalled;
    // A class or vendor request that the model does not know: the model is not what the driver expects.
    match stalled.iter().find(|setup| setup.kind & 0x60 != 0) {
        Some(setup) => Err(format!("the model stalled {setup:x?}")),
        None => Ok(figures),
    }
}

/// An error with what the program counts of the reader, what its screen says, and what was on the cable last.
fn explained(error: &str, kind: &Kind, plugged: &bench::Plugged, daemon: &Daemon) -> String {
    format!(
        "{error}; the reader: {}; the screen: {}; the cable:\n{}",
        daemon.reader(kind.profile).unwrap_or_default(),
        daemon.screen(),
        plugged.engine.trace()
    )
}

/// Our udev rules gave the node to the group and made a link that lasts.
fn allowed(figures: &Figures) -> Result<(), String> {
    let linked = figures.links.iter().any(|link| link.starts_with("/dev/formular"));
    match figures.rights.as_str() {
        "0:900 660" if linked => Ok(()),
        rights => Err(format!("the rules made {rights} and {:?}", figures.links)),
    }
}

/// From the plug to the scan; by the guest's clock, which no load of the machine hurries.
fn prompt(ms: u64) -> Result<(), String> {
    match ms {
        0..=PROMPT_MS => Ok(()),
        late => Err(format!(
            "{late} ms from the plug to a scan, more than {PROMPT_MS}"
        )),
    }
}

/// Waits until a tag that is shown will be read.
fn await_ready(kind: &Kind, plugged: &bench::Plugged, daemon: &Daemon) -> Result<(), String> {
    if kind.found != Found::Ear {
        daemon.await_state(kind.profile, true)?;
    }
    await_that("the line to be listened to", || {
        plugged.engine.is_heard().then_some(())
    })
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// Waits until the reader has had so many scans; gives the time from plugging to the last, in milliseconds.
fn await_scan(kind: &Kind, daemon: &Daemon, count: u64, plugged: &bench::Plugged) -> Result<u64, String> {
    let reader = await_that(&format!("scan {count} of {}", kind.profile), || {
        daemon
            .reader(kind.profile)
            .filter(|reader| number(&reader["scans"]) >= count)
    })
    .map_err(|error| format!("{error}; it is {:?}", daemon.reader(kind.profile)))?;
    let at: jiff::Timestamp = reader["last_scan"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or("no time of the last scan")?;
    let from = plugged
        .at
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    let ms = at.as_millisecond() - i64::try_from(from.as_millis()).unwrap_or(i64::MAX);
    Ok(u64::try_from(ms).unwrap_or_default())
}
