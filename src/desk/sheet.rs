//! What was written down at this desk, newest first; the screen's lines and the undo stack.
//!
//! Knows: rows, and which of them can be undone. Must not know: why they were written.

use super::screen::{ItemCard, Line, LineMark};
use crate::clock::Moment;
use crate::ids::ItemId;
use crate::ledger::{Ledger, Seq};
use crate::words::Message;
use jiff::civil::Date;
use smol_str::SmolStr;
use std::collections::VecDeque;
use std::sync::Arc;

/// Lines on the idle screen.
pub(super) const LATEST: usize = 5;
/// Refused and unknown scans that are kept as lines; a pupil who scans rubbish fills no memory.
const MAX_UNWRITTEN: usize = 40;
/// Written lines of earlier sessions that are kept for the idle screen and for undo.
const MAX_EARLIER: usize = 40;

/// One line, before it is looked at with today's ledger.
#[derive(Clone, Debug)]
pub(super) struct Row {
    id: u64,
    /// The visit (a session by its turn, not its number) that it belongs to.
    pub visit: Option<u64>,
    /// Empty for what is not in the journal as an act of the desk: refusals, unknown tags.
    pub seqs: Vec<Seq>,
    pub mark: LineMark,
    pub note: Option<Message>,
    pub item: Option<ItemCard>,
    pub school: Option<SmolStr>,
    pub due: Option<Date>,
    pub at: Moment,
    /// The same in the desk's time.
    pub done: i64,
}

impl Row {
    pub(super) fn new(mark: LineMark, at: Moment, done: i64) -> Self {
        Self {
            id: 0,
            visit: None,
            seqs: Vec::new(),
            mark,
            note: None,
            item: None,
            school: None,
            due: None,
            at,
            done,
        }
    }

    fn same_refusal(&self, other: &Row) -> bool {
        self.seqs.is_empty()
            && other.seqs.is_empty()
            && self.visit == other.visit
            && self.mark == other.mark
            && self.note == other.note
            && self.item == other.item
    }

    fn line(&self, ledger: &Ledger, latest: Option<u64>) -> Line {
        let undone = self.seqs.iter().any(|seq| ledger.voided.contains(seq));
        // What the ledger does not have was forgotten when the disk refused it.
        let lost = self.seqs.iter().any(|seq| *seq > ledger.seq);
        let was = |id: &'static str| {
            let was = self
                .note
                .clone()
                .unwrap_or_else(|| Message::new(self.mark.said()));
            Some(Message::new(id).said("was", was))
        };
        let (mark, note) = match (lost, undone) {
            (true, _) => (LineMark::NotWritten, was("line-not-written-was")),
            (_, true) => (LineMark::Undone, was("line-undone-was")),
            _ => (self.mark, self.note.clone()),
        };
        Line {
            seq: self.seqs.first().copied(),
            mark,
            note,
            item: self.item.clone(),
            school: self.school.clone(),
            due: self.due,
            at: self.at,
            latest: latest == Some(self.id),
        }
    }
}

/// A command of this desk with all its events.
#[derive(Clone, Debug)]
pub(super) struct Undo {
    pub seqs: Vec<Seq>,
    pub item: ItemId,
    pub kind: UndoKind,
    pub at: Moment,
    /// The same in the desk's time: what counts.
    pub done: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UndoKind {
    Lend,
    Return,
    Renew,
    Check,
    Damage,
}

impl UndoKind {
    /// The message that says what was undone.
    pub(super) fn said(self) -> &'static str {
        match self {
            UndoKind::Lend => "undone-checked-out",
            UndoKind::Return => "undone-returned",
            UndoKind::Renew => "undone-renewed",
            UndoKind::Check => "undone-kit-checked",
            UndoKind::Damage => "undone-condition",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    rows: VecDeque<Arc<Row>>,
    next: u64,
    latest: Option<u64>,
    /// Newest last.
    undo: VecDeque<Arc<Undo>>,
}

impl Rows {
    pub(super) fn push(&mut self, mut row: Row) {
        if let Some(newest) = self.rows.front_mut().filter(|newest| newest.same_refusal(&row)) {
            let newest_row = Arc::make_mut(newest);
            (newest_row.at, newest_row.done) = (row.at, row.done);
            self.latest = Some(newest.id);
            return;
        }
        self.next += 1;
        row.id = self.next;
        self.latest = Some(row.id);
        let visit = row.visit;
        let newly = self.rows.front().is_none_or(|newest| newest.visit != visit);
        let unwritten = row.seqs.is_empty();
        self.rows.push_front(Arc::new(row));
        // A row within a visit crowds out nothing but refusals.
        if unwritten {
            self.keep(MAX_UNWRITTEN, |row| row.seqs.is_empty());
        }
        if newly || visit.is_none() {
            // Without a session every line is of earlier.
            let earlier = |row: &Row| row.visit.is_none() || row.visit != visit;
            self.keep(MAX_EARLIER, |row| !row.seqs.is_empty() && earlier(row));
        }
    }

    /// Keeps the newest `most` of the rows for which `counts` is true.
    fn keep(&mut self, most: usize, counts: impl Fn(&Row) -> bool) {
        if self.rows.len() <= most {
            return;
        }
        let mut seen = 0;
        self.rows.retain(|row| {
            let counted = counts(row);
            seen += usize::from(counted);
            !counted || seen <= most
        });
    }

    /// Nothing on the sheet is spoken of now.
    pub(super) fn rest(&mut self) {
        self.latest = None;
    }

    /// The lines of a visit, or the latest five of all.
    pub(super) fn lines(&self, ledger: &Ledger, visit: Option<u64>) -> Vec<Line> {
        let most = if visit.is_some() { usize::MAX } else { LATEST };
        self.rows
            .iter()
            .filter(|row| visit.is_none() || row.visit == visit)
            .take(most)
            .map(|row| row.line(ledger, self.latest))
            .collect()
    }

    /// The item lent or returned last, if that was after `earliest` or in this visit.
    pub(super) fn last_item(
        &self,
        ledger: &Ledger,
        visit: Option<u64>,
        recent: impl Fn(i64) -> bool,
        marks: &[LineMark],
    ) -> Option<ItemId> {
        self.rows
            .iter()
            .filter(|row| visit.is_some_and(|visit| row.visit == Some(visit)) || recent(row.done))
            .map(|row| row.line(ledger, None))
            .find(|line| marks.contains(&line.mark))
            .and_then(|line| line.item)
            .map(|card| card.item)
    }

    pub(super) fn remember(&mut self, undo: Undo) {
        if self.undo.len() == MAX_EARLIER {
            self.undo.pop_front();
        }
        self.undo.push_back(Arc::new(undo));
    }

    /// The last command that may still be undone; those voided elsewhere are passed over.
    pub(super) fn undoable(&self, ledger: &Ledger, now: i64, within_ms: i64) -> Option<&Undo> {
        self.undo
            .iter()
            .rev()
            .find(|undo| undo.seqs.iter().any(|seq| !ledger.voided.contains(seq)))
            .map(Arc::as_ref)
            .filter(|undo| now.saturating_sub(undo.done) < within_ms)
    }

    /// When the event was written here, in the desk's time; none if this desk did not write it.
    pub(super) fn done_at(&self, seq: Seq) -> Option<i64> {
        let undo = self.undo.iter().rev().find(|undo| undo.seqs.contains(&seq));
        undo.map(|undo| undo.done)
    }
}
