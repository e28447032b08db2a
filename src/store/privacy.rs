//! `[privacy]`: after how long numbers of cards are forgotten by themselves.
//!
//! Knows: the keys and their defaults. Must not know: who forgets, and when.

use serde::Deserialize;

/// What a station's file may say of forgetting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrivacySettings {
    /// The cards of a badge are forgotten so many years after its last day.
    pub revoked_years: u32,
    /// A tag that belongs to nothing is forgotten so many days after it was scanned last.
    pub inbox_days: u32,
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self {
            revoked_years: 1,
            inbox_days: 30,
        }
    }
}
