//! How long the desk waits for people.
//!
//! Knows: spans of time and why they are so long. Must not know: who sets them.

use serde::{Deserialize, Serialize};

/// Spans of the desk, in seconds unless the name says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeskSettings {
    /// Quiet time in a session before the countdown begins.
    pub idle_s: u32,
    /// The visible countdown; after it the session ends by itself.
    pub countdown_s: u32,
    /// An item shown before any badge waits so long; so do the cards «Справка» and «Продлить».
    pub item_card_s: u32,
    /// A completeness panel left alone becomes «Проверить позже».
    pub panel_s: u32,
    /// A duty badge signs on for a shift, in hours.
    pub duty_h: u32,
    /// How long the last record can be undone.
    pub undo_s: u32,
    /// Lent and returned give way to the neutral desk.
    pub success_s: u32,
    /// Attention gives way, if nothing is scanned before.
    pub attention_s: u32,
    /// A quiet line stays.
    pub quiet_s: u32,
    /// An item returned so recently, and scanned again with no badge between, is «уже учтено».
    pub returned_s: u32,
}

impl Default for DeskSettings {
    fn default() -> Self {
        Self {
            idle_s: 45,
            countdown_s: 15,
            item_card_s: 20,
            panel_s: 60,
            duty_h: 4,
            undo_s: 120,
            success_s: 4,
            attention_s: 20,
            quiet_s: 8,
            returned_s: 120,
        }
    }
}

/// Seconds as the desk counts time.
pub(super) fn ms(seconds: u32) -> u64 {
    u64::from(seconds) * 1000
}
