//! Where log lines go, and in what form: for a person's terminal, or for the system's journal.
//!
//! Knows: standard error, and how the system's journal reads it (`sd-daemon(3)`). Must not know: what is logged.

use std::fmt;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

/// Log lines go to standard error; `RUST_LOG` chooses.
pub fn start() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second subscriber in one process is a test's: the first one stays.
    let _ = match goes_to_the_journal() {
        true => lines.with_ansi(false).event_format(ForTheJournal).try_init(),
        false => lines.try_init(),
    };
}

/// Whether standard error is the very stream that the journal gave: a pipe behind it is not.
fn goes_to_the_journal() -> bool {
    let Some(given) = std::env::var_os("JOURNAL_STREAM") else {
        return false;
    };
    let ours = rustix::fs::fstat(std::io::stderr()).map(|file| format!("{}:{}", file.st_dev, file.st_ino));
    ours.is_ok_and(|ours| given == *ours)
}

/// The priority in front, as the journal reads it; no colours, and no time, which the journal has itself.
struct ForTheJournal;

impl<S, N> FormatEvent<S, N> for ForTheJournal
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let level = *event.metadata().level();
        write!(out, "<{}>{}: ", priority(level), event.metadata().target())?;
        context.format_fields(out.by_ref(), event)?;
        writeln!(out)
    }
}

/// The levels of `syslog(3)`.
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        _ => 7,
    }
}
