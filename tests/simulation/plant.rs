//! Bugs planted on purpose, in stand-ins for parts of the product: the simulation has to find them.

use formular::ledger::{Command, Context, Decided, Ledger, Refusal, Rules, decide};

/// Where the bug sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// An agreement that has ended is not noticed.
    Rule,
    /// A tag that lies on the reader is let through twice.
    Presence,
    /// The journal answers before its fdatasync.
    Journal,
}

impl Bug {
    pub const ALL: [Bug; 3] = [Bug::Rule, Bug::Presence, Bug::Journal];
}

/// The rules, or some that do not look at the end of agreements.
pub fn rules(bug: Option<Bug>) -> Rules {
    match bug {
        Some(Bug::Rule) => without_agreements,
        _ => decide,
    }
}

fn without_agreements(ledger: &Ledger, command: &Command, context: &Context<'_>) -> Result<Decided, Refusal> {
    match decide(ledger, command, context) {
        Err(Refusal::AgreementExpired { .. }) => {
            let mut wrong = ledger.clone();
            for agreement in wrong
                .schools
                .values_mut()
                .flat_map(|school| &mut school.agreements)
            {
                agreement.valid_to = jiff::civil::date(2099, 12, 31);
            }
            decide(&wrong, command, context)
        }
        other => other,
    }
}
