//! Counters for Prometheus.
//!
//! Knows: numbers and their names. Must not know: schools, badges, items: nothing personal is counted by name.

use super::App;
use super::problem::{self, Problem};
use crate::clock::Moment;
use crate::ledger::query::summary;
use crate::view::{Copies, Lengths, ReaderState, with_ledger};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::{EncodeLabelSet, EncodeMetric, MetricEncoder, NoLabelSet, text::encode};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::{AtomicU64, Ordering};

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// What the web counts by itself.
#[derive(Default)]
pub struct Counters {
    answers: [AtomicU64; 5],
    pub commands: AtomicU64,
    pub refusals: AtomicU64,
}

impl Counters {
    pub fn request(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(counter) = self.answers.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Class {
    class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reader {
    reader: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reject {
    reader: String,
    reason: &'static str,
}

/// `GET /metrics`: everything is read at the scrape, so nothing can be out of date.
pub async fn get(State(app): State<App>) -> Result<Response, Problem> {
    let mut registry = Registry::with_prefix("formular");
    web(&app, &mut registry);
    readers(&app, &mut registry);
    health(&app, &mut registry);
    vitals(&app, &mut registry);
    ledger(&app, &mut registry);
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|_| problem::broken())?;
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

fn number(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    registry.register(name, help, gauge);
}

fn counted(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let counter: Counter = Counter::default();
    counter.inc_by(value);
    registry.register(name, help, counter);
}

fn web(app: &App, registry: &mut Registry) {
    let requests = Family::<Class, Counter>::default();
    for (class, count) in CLASSES.into_iter().zip(&app.counters.answers) {
        requests
            .get_or_create(&Class { class })
            .inc_by(count.load(Ordering::Relaxed));
    }
    registry.register("http_requests", "Answers by class of status", requests);
    let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    counted(
        registry,
        "commands",
        "Commands taken by the API",
        load(&app.counters.commands),
    );
    counted(
        registry,
        "command_refusals",
        "Commands of the API that a rule refused",
        load(&app.counters.refusals),
    );
    counted(
        registry,
        "page_cache_hits",
        "Pages answered out of memory",
        load(&app.cache.hits),
    );
    counted(
        registry,
        "page_cache_misses",
        "Pages made anew",
        load(&app.cache.misses),
    );
    let listeners: usize = app
        .kiosk
        .iter()
        .chain([&app.feed])
        .map(super::hub::Hub::listeners)
        .sum();
    number(
        registry,
        "stream_listeners",
        "Open streams of events",
        listeners as u64,
    );
}

fn readers(app: &App, registry: &mut Registry) {
    let up = Family::<Reader, Gauge>::default();
    let bytes = Family::<Reader, Counter>::default();
    let scans = Family::<Reader, Counter>::default();
    let repeats = Family::<Reader, Counter>::default();
    let rejects = Family::<Reject, Counter>::default();
    for view in app.office.readers() {
        let reader = Reader {
            reader: view.reader.to_string(),
        };
        up.get_or_create(&reader)
            .set(i64::from(view.state == ReaderState::Works));
        bytes.get_or_create(&reader).inc_by(view.bytes);
        scans.get_or_create(&reader).inc_by(view.scans);
        repeats.get_or_create(&reader).inc_by(view.repeats);
        for (reason, count) in view.rejects {
            let reader = view.reader.to_string();
            rejects.get_or_create(&Reject { reader, reason }).inc_by(count);
        }
    }
    registry.register("reader_up", "1 while the reader works", up);
    registry.register_with_unit(
        "reader_read",
        "Bytes that came from the reader",
        Unit::Bytes,
        bytes,
    );
    registry.register("reader_scans", "Tags read, a lying tag once", scans);
    registry.register(
        "reader_repeats",
        "Reads held back while the tag lay there",
        repeats,
    );
    registry.register("reader_rejects", "Frames refused, by reason", rejects);
}

fn health(app: &App, registry: &mut Registry) {
    let health = app.office.health();
    number(
        registry,
        "ready",
        "1 when the desk works",
        u64::from(health.ready),
    );
    number(
        registry,
        "stopped",
        "1 after the disk refused a write",
        u64::from(health.stopped),
    );
    number(
        registry,
        "low_space",
        "1 while only returns are taken",
        u64::from(health.low_space),
    );
    number(
        registry,
        "clock_doubtful",
        "1 while the clock is not believed",
        u64::from(health.clock_doubtful),
    );
    number(
        registry,
        "index_lag_events",
        "Events that the index has not taken yet",
        health.index_lag,
    );
    number(
        registry,
        "queue_length",
        "Inputs waiting for the clerk",
        health.queue as u64,
    );
    copies(&health.copies, registry);
    number(
        registry,
        "journal_seq",
        "Number of the last event on disk",
        app.office.head().seq,
    );
    number(
        registry,
        "unknown_tags",
        "Tags in the inbox",
        app.office.unknown().len() as u64,
    );
}

fn copies(copies: &Copies, registry: &mut Registry) {
    let flag = |registry: &mut Registry, name, help, on| number(registry, name, help, u64::from(on));
    flag(
        registry,
        "copies_scheduled",
        "1 when copies go to a second disk",
        copies.folder.is_some(),
    );
    flag(
        registry,
        "copies_overdue",
        "1 when the last good copy is too old",
        copies.overdue,
    );
    flag(
        registry,
        "copy_failed",
        "1 after a copy failed, until one is good",
        copies.failed.is_some(),
    );
    if let Some(good) = &copies.last_good {
        let made = good.at.timestamp().as_second();
        number(
            registry,
            "last_good_copy_timestamp_seconds",
            "When the last copy was made that could be restored",
            u64::try_from(made).unwrap_or(0),
        );
        number(
            registry,
            "last_good_copy_seq",
            "Number of its last event",
            good.head.seq,
        );
    }
}

/// Lengths of time as a histogram in seconds: they are counted elsewhere, here they are only written.
#[derive(Debug)]
struct Seconds(Lengths);

impl EncodeMetric for Seconds {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), std::fmt::Error> {
        let bounds = Lengths::BOUNDS_US.iter().map(|us| *us as f64 / 1e6);
        let bounds = bounds.chain([f64::INFINITY]);
        let buckets: Vec<_> = bounds.zip(self.0.counts).collect();
        let sum = self.0.sum_us as f64 / 1e6;
        encoder.encode_histogram::<NoLabelSet>(sum, self.0.counts.iter().sum(), &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

fn vitals(app: &App, registry: &mut Registry) {
    let vitals = app.office.vitals();
    registry.register(
        "turn_seconds",
        "How long the clerk took for what waited together",
        Seconds(vitals.turns),
    );
    registry.register(
        "journal_write_seconds",
        "How long a batch took until it was on disk",
        Seconds(vitals.writes),
    );
    if let Some(bytes) = vitals.resident {
        number(registry, "resident_bytes", "Memory of the process", bytes);
    }
    if let Some(bytes) = vitals.free {
        number(registry, "free_bytes", "Room on the disk of the journal", bytes);
    }
    let seconds = |at: Moment| u64::try_from(at.timestamp().as_second()).unwrap_or(0);
    if let Some(started) = vitals.started {
        number(
            registry,
            "started_timestamp_seconds",
            "When the program was started",
            seconds(started),
        );
    }
}

fn ledger(app: &App, registry: &mut Registry) {
    let today = app.office.now().date();
    let Some(sum) = with_ledger(app.office.as_ref(), |ledger| summary(ledger, today)) else {
        return;
    };
    number(registry, "items", "Items ever enrolled", sum.items);
    number(registry, "loans_open", "Items that are out", sum.loans_open);
    number(
        registry,
        "loans_overdue",
        "Items that are out after their due date",
        sum.loans_overdue,
    );
    counted(registry, "loans", "Loans ever made", sum.loans);
    counted(registry, "returns", "Returns ever made", sum.returns);
    counted(registry, "refusals", "Refusals in the journal", sum.refusals);
}
