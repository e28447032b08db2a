//! The numbers of the house rules.
//!
//! Knows: defaults and their reasons. Must not know: who reads them from a file.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// House rules that a centre may set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Longest loan, in days, whatever the agreement says.
    pub loan_days: u32,
    /// Another's hold at least so many days away shortens the due date; nearer, it refuses.
    pub hold_near_days: u32,
    /// Whether a school with something overdue gets nothing new.
    pub overdue_block: bool,
    /// How long an act can be undone at the desk, in seconds.
    pub undo_s: u32,
    /// Months to the next verification where the item does not say.
    pub verification_months: u32,
    /// Categories of things worn on face or mouth: a return reminds of cleaning (К-31).
    pub hygiene: Vec<SmolStr>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            loan_days: 14,
            hold_near_days: 3,
            overdue_block: true,
            undo_s: 120,
            verification_months: 12,
            hygiene: vec![SmolStr::new("VR/AR")],
        }
    }
}
