//! What is durable, folded apart from the product: line by line as the disk confirmed it, each looked at before it counts.

use formular::clock::Moment;
use formular::ids::ItemId;
use formular::ledger::calendar::Calendar;
use formular::ledger::{Away, Entry, Event, Ledger, Loan, plus_days};
use formular::store::{Chain, Head, LineHash, decode};
use jiff::civil::Date;

/// Longer than any loan runs without the calendar's help, in days.
const LOAN_DAYS: u32 = 14;

pub struct Fold {
    pub ledger: Ledger,
    chain: Chain,
    /// The hash of each line, by its number less one.
    pub hashes: Vec<LineHash>,
}

impl Default for Fold {
    fn default() -> Self {
        Self {
            ledger: Ledger::default(),
            chain: Chain::after(Head::EMPTY),
            hashes: Vec::new(),
        }
    }
}

impl Fold {
    pub fn head(&self) -> Head {
        self.chain.head()
    }

    /// Lines that have just become durable; `today` is the day that the house reckons with.
    pub fn take(&mut self, bytes: &[u8], today: Date) -> Result<Vec<Entry>, String> {
        let mut taken = Vec::new();
        for text in bytes.split_inclusive(|byte| *byte == b'\n') {
            let line = decode(text.strip_suffix(b"\n").unwrap_or(text)).map_err(|error| error.to_string())?;
            self.chain.follow(&line).map_err(|error| error.to_string())?;
            self.hashes.push(line.hash);
            self.one(&line.entry, Some(today))?;
            taken.push(line.entry);
        }
        if !self.chain.is_whole() {
            return Err("half a batch was made durable".into());
        }
        Ok(taken)
    }

    /// A line of the journal as it was found after a start.
    pub fn found(&mut self, entry: &Entry, hash: LineHash) -> Result<(), String> {
        let at = usize::try_from(entry.seq).unwrap_or(0);
        match at.checked_sub(1).and_then(|at| self.hashes.get(at)) {
            Some(known) if *known == hash => Ok(()),
            Some(_) => Err(format!("event {} is another one after the start", entry.seq)),
            None if at == self.hashes.len() + 1 => {
                // Written and never confirmed: it may survive, and then it counts.
                self.hashes.push(hash);
                self.chain = Chain::after(Head { seq: entry.seq, hash });
                self.one(entry, None)
            }
            None => Err(format!("event {} follows event {}", entry.seq, self.hashes.len())),
        }
    }

    fn one(&mut self, entry: &Entry, today: Option<Date>) -> Result<(), String> {
        let broken = |what: &str| Err(format!("event {}: {what}: {:?}", entry.seq, entry.event));
        let before = self.ledger.now;
        match &entry.event {
            Event::CheckedOut { item, due, .. } => {
                let state = &self.ledger.items[item];
                let status = &state.status;
                if status.loan.is_some() || status.withdrawn.is_some() || status.lost.is_some() {
                    return broken("lent, and it is not on its shelf");
                }
                if status.away == Some(Away::Repair) || status.away == Some(Away::Verification) {
                    return broken("lent, and it is away");
                }
                if let Some(today) = today
                    && let Err(what) = self.may_lend(entry, *due, today)
                {
                    return broken(&what);
                }
            }
            Event::Returned { loan, item, .. } => {
                let open = self.ledger.loan(loan).is_some_and(Loan::is_open);
                if !open || self.ledger.items[item].status.loan.as_ref() != Some(loan) {
                    return broken("returned, and it was not out");
                }
            }
            Event::Renewed { loan, due, .. } => {
                if let Err(what) = self.good_due(&self.ledger.loan(loan).ok_or("no loan")?.school, *due) {
                    return broken(&what);
                }
            }
            Event::ClockConfirmed { redated } => {
                for one in redated {
                    let loan = self.ledger.loan(&one.loan).ok_or("no loan")?;
                    if let Err(what) = self.good_due(&loan.school, one.due) {
                        return broken(&what);
                    }
                }
            }
            _ => {}
        }
        self.ledger.apply(entry);
        if let (Some(before), Some(after)) = (before, self.ledger.now)
            && after.timestamp() < before.timestamp()
        {
            return broken("the effective time went back");
        }
        Ok(())
    }

    /// What the rules of lending come to, said in another way than the product says it.
    fn may_lend(&self, entry: &Entry, due: Date, today: Date) -> Result<(), String> {
        let Event::CheckedOut {
            school,
            override_reason,
            ..
        } = &entry.event
        else {
            return Ok(());
        };
        let state = &self.ledger.schools[school];
        let day = self
            .ledger
            .believed
            .until
            .map_or(today, |until| until.date().max(today));
        if state.school.centre {
            return match due == day {
                true => Ok(()),
                false => Err(format!("the centre's own is due on {due}, on {day}")),
            };
        }
        let in_force = |day: Date| {
            state
                .agreements
                .iter()
                .any(|agreement| agreement.valid_from <= day && day <= agreement.valid_to)
        };
        if !in_force(day) {
            return Err(format!("lent to {school} outside an agreement on {day}"));
        }
        let open = self.ledger.open_loans.get(school).into_iter().flatten();
        let open: Vec<&Loan> = open
            .filter_map(|loan| self.ledger.loan(loan))
            .filter(|loan| !loan.lost)
            .collect();
        let most = usize::try_from(state.school.max_items).unwrap_or(usize::MAX);
        if most > 0 && open.len() >= most {
            return Err(format!("{school} has {} already", open.len()));
        }
        if override_reason.is_none() && open.iter().any(|loan| loan.due < day) {
            return Err(format!("{school} is late on {day}"));
        }
        self.good_due(school, due)?;
        let calendar = Calendar::of(&self.ledger);
        let mut between = day.tomorrow().map_err(|error| error.to_string())?;
        let late = due > plus_days(day, LOAN_DAYS);
        while late && between < due {
            if calendar.is_working(between) {
                return Err(format!("due on {due}, lent on {day}, and {between} is open"));
            }
            between = between.tomorrow().map_err(|error| error.to_string())?;
        }
        match due < day {
            true => Err(format!("due on {due}, lent on {day}")),
            false => Ok(()),
        }
    }

    fn good_due(&self, school: &formular::ids::SchoolId, due: Date) -> Result<(), String> {
        let centre = self.ledger.schools[school].school.centre;
        match centre || Calendar::of(&self.ledger).is_working(due) {
            true => Ok(()),
            false => Err(format!("due on {due}, when the centre is closed")),
        }
    }

    /// Each item is in one place: on its shelf, or out on the one open loan that names it.
    pub fn places(&self) -> Result<(), String> {
        let mut out = 0;
        for (school, loans) in &self.ledger.open_loans {
            for loan in loans {
                let loan = self.ledger.loan(loan).ok_or("an open loan that is none")?;
                let status = &self.ledger.items[&loan.item].status;
                if !loan.is_open() || loan.school != *school || status.loan.as_ref() != Some(&loan.loan) {
                    return Err(format!("{} is out twice or not at all: {loan:?}", loan.item));
                }
                out += 1;
            }
        }
        let mut lent = 0;
        for (item, state) in &self.ledger.items {
            let status = &state.status;
            lent += usize::from(status.loan.is_some());
            if status.loan.is_some() && (status.away.is_some() || status.withdrawn.is_some()) {
                return Err(format!("{item} is out and away at once"));
            }
        }
        match out == lent {
            true => Ok(()),
            false => Err(format!("{lent} items are out, {out} loans are open")),
        }
    }

    /// The loan that the item is out on.
    pub fn loan_of(&self, item: &ItemId) -> Option<&Loan> {
        let loan = self.ledger.items.get(item)?.status.loan.as_ref()?;
        self.ledger.loan(loan)
    }

    /// Whether the published ledger is the fold of what is durable.
    pub fn is(&self, published: &Ledger) -> Result<(), String> {
        match *published == self.ledger {
            true => Ok(()),
            false => Err(format!(
                "the published ledger is not the fold of the journal ({})",
                differs(published, &self.ledger)
            )),
        }
    }
}

/// Where two ledgers differ first.
fn differs(a: &Ledger, b: &Ledger) -> String {
    let value = |ledger: &Ledger| serde_json::to_value(ledger).unwrap_or_default();
    let (a, b) = (value(a), value(b));
    let Some(fields) = a.as_object() else {
        return String::new();
    };
    let differing = fields.iter().filter(|(name, value)| b.get(name) != Some(value));
    differing
        .map(|(name, _)| name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// The time of a clock in hours from another, for messages.
pub fn hours(from: Moment, to: Moment) -> i64 {
    to.since_ms(from) / 3_600_000
}
