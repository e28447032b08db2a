//! Who is signed in: sessions in memory, by the digests of their secrets.
//!
//! Knows: how long a session lasts. Must not know: requests, cookies, how a password is checked.
//! A restart ends all sessions: nothing of them is worth a file, and a stolen disk holds none.

use crate::clock::Moment;
use crate::store::{LineHash, Role};
use std::time::{Duration, Instant};

/// Every session's secret begins like this.
pub const SESSION_MARK: &str = "fms_";
/// A session that was not used for so long is over: a lesson and a break, a lunch, but not the next morning.
const IDLE: Duration = Duration::from_secs(8 * 3600);
/// However much it is used: one working day.
const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// Most sessions at a time; the one that was unused for longest makes room.
const MOST: usize = 256;

/// An instant on both clocks. The steady one stands still while a computer sleeps, the other may be set back: a
/// session is over as soon as either says so.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub steady: Instant,
    pub shown: Moment,
}

impl Now {
    fn is_past(self, since: Now, limit: Duration) -> bool {
        let shown = self.shown.since_ms(since.shown);
        self.steady.saturating_duration_since(since.steady) >= limit
            || u64::try_from(shown).is_ok_and(|ms| Duration::from_millis(ms) >= limit)
    }
}

#[derive(Debug)]
struct Session {
    secret: LineHash,
    role: Role,
    /// The token by which it was opened; the session ends with it.
    token: Option<String>,
    born: Now,
    seen: Now,
}

impl Session {
    fn is_over(&self, now: Now) -> bool {
        now.is_past(self.born, LONGEST) || now.is_past(self.seen, IDLE)
    }
}

/// All sessions of the centre.
#[derive(Debug, Default)]
pub struct Sessions(Vec<Session>);

impl Sessions {
    /// Keeps a session whose secret has this digest.
    pub fn begin(&mut self, secret: LineHash, role: Role, token: Option<String>, now: Now) {
        self.0.retain(|session| !session.is_over(now));
        if self.0.len() >= MOST
            && let Some(oldest) = (0..self.0.len()).min_by_key(|at| self.0.get(*at).map(|s| s.seen.steady))
        {
            self.0.swap_remove(oldest);
        }
        self.0.push(Session {
            secret,
            role,
            token,
            born: now,
            seen: now,
        });
    }

    /// The role of a session and the token that it hangs on; its rest begins anew.
    pub fn of(&mut self, secret: LineHash, now: Now) -> Option<(Role, Option<String>)> {
        let session = self
            .0
            .iter_mut()
            .find(|session| session.secret == secret && !session.is_over(now))?;
        session.seen = now;
        Some((session.role.clone(), session.token.clone()))
    }

    /// Ends one session; that it was over already is the same.
    pub fn end(&mut self, secret: LineHash) {
        self.0.retain(|session| session.secret != secret);
    }

    /// Ends all that were begun with the password; a new one was set.
    pub fn end_all(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn secret(n: u32) -> LineHash {
        LineHash::of(&n.to_be_bytes())
    }

    #[test]
    fn a_session_ends_by_rest_by_age_and_by_sleep() {
        let start = Now {
            steady: Instant::now(),
            shown: "2026-09-01T08:00:00+03:00".parse().unwrap(),
        };
        let after = |awake: u32, shown: i64| Now {
            steady: start.steady + HOUR * awake,
            shown: start.shown.plus_ms(shown * 3_600_000),
        };
        // Hours awake, hours on the wall; the last one is looked at.
        for (what, walk, alive) in [
            ("at once", &[(0, 0)][..], true),
            ("after a morning", &[(7, 7)], true),
            ("after a rest of eight hours", &[(8, 8)], false),
            ("used all day", &[(4, 4), (8, 8), (11, 11)], true),
            (
                "used for more than twelve hours",
                &[(4, 4), (8, 8), (12, 12)],
                false,
            ),
            ("the computer slept over night", &[(1, 16)], false),
            ("the clock was set back", &[(4, -5), (8, -1), (12, 3)], false),
        ] {
            let mut sessions = Sessions::default();
            sessions.begin(secret(1), Role::Staff, None, start);
            let last = walk
                .iter()
                .map(|(awake, shown)| sessions.of(secret(1), after(*awake, *shown)))
                .last();
            assert_eq!(last.flatten().is_some(), alive, "{what}");
        }
    }

    #[test]
    fn sessions_end_when_they_are_told_to_and_are_never_too_many() {
        let now = Now {
            steady: Instant::now(),
            shown: "2026-09-01T08:00:00+03:00".parse().unwrap(),
        };
        let mut sessions = Sessions::default();
        for n in 0..1000 {
            sessions.begin(secret(n), Role::Staff, None, now);
        }
        assert_eq!(sessions.0.len(), MOST);
        assert!(sessions.of(secret(999), now).is_some());
        sessions.end(secret(999));
        assert!(sessions.of(secret(999), now).is_none());
        sessions.end_all();
        assert!(sessions.0.is_empty());
    }
}
