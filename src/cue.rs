//! The four sounds of the desk, told apart by rhythm so that they work on one cheap buzzer.
//!
//! Knows: names and rhythms. Must not know: who plays them.

use serde::{Deserialize, Serialize};

/// What the hand should do, as a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cue {
    /// Short, long, rising: give it away.
    Lent,
    /// Long, short, falling: put it back.
    Returned,
    /// Three even shorts: look at the screen.
    Attention,
    /// Two long lows: leave it on the desk. Also unknown and stopped.
    Refused,
}

/// One beep of a cue: length in milliseconds and pitch in hertz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beep {
    pub ms: u16,
    pub hz: u16,
}

const SHORT_MS: u16 = 80;
const LONG_MS: u16 = 220;
/// Silence between two beeps of one cue.
pub const GAP_MS: u16 = 70;

impl Cue {
    pub const ALL: [Cue; 4] = [Cue::Lent, Cue::Returned, Cue::Attention, Cue::Refused];

    /// The rhythm; the whole cue stays under 0.7 s.
    pub fn beeps(self) -> &'static [Beep] {
        const fn short(hz: u16) -> Beep {
            Beep { ms: SHORT_MS, hz }
        }
        const fn long(hz: u16) -> Beep {
            Beep { ms: LONG_MS, hz }
        }
        match self {
            Cue::Lent => const { &[short(660), long(880)] },
            Cue::Returned => const { &[long(880), short(660)] },
            Cue::Attention => const { &[short(740), short(740), short(740)] },
            Cue::Refused => const { &[long(220), long(220)] },
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Cue::Lent => "lent",
            Cue::Returned => "returned",
            Cue::Attention => "attention",
            Cue::Refused => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rhythms_differ_and_are_short() {
        let rhythm = |c: Cue| c.beeps().iter().map(|b| b.ms).collect::<Vec<_>>();
        for a in Cue::ALL {
            let whole: u16 = rhythm(a).iter().sum::<u16>() + GAP_MS * (a.beeps().len() as u16 - 1);
            assert!(whole < 700, "{a:?} lasts {whole} ms");
            for b in Cue::ALL {
                assert!(a == b || rhythm(a) != rhythm(b), "{a:?} sounds like {b:?}");
            }
        }
    }
}
