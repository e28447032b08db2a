//! The keys of the house: access tokens, the staff's password, and who is signed in.
//!
//! Knows: which secret opens which role. Must not know: requests, cookies, how often somebody may try.

use super::sessions::{Now, SESSION_MARK, Sessions};
use crate::clock::Moment;
use crate::store::password::{self, Password};
use crate::store::{DataFolder, Error, LineHash, Result, Role, TOKEN_MARK, Tokens};
use crate::view::{self, SignedIn};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Longest that a browser keeps a school's token, in seconds; browsers themselves allow 400 days.
const KEPT_MOST_S: i64 = 400 * 24 * 3600;

/// Holds what opens doors.
#[derive(Debug)]
pub struct Doorkeeper {
    tokens: Mutex<Tokens>,
    password: Mutex<Password>,
    sessions: Mutex<Sessions>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now(shown: Moment) -> Now {
    Now {
        steady: Instant::now(),
        shown,
    }
}

impl Doorkeeper {
    /// What cannot be read opens no door, is not written over, and is told.
    pub fn open_anyway(data: &DataFolder) -> (Self, Vec<Error>) {
        let (tokens, no_tokens) = Tokens::open_anyway(data);
        let (password, no_password) = Password::open_anyway(data);
        let doorkeeper = Self {
            tokens: Mutex::new(tokens),
            password: Mutex::new(password),
            sessions: Mutex::default(),
        };
        (doorkeeper, no_tokens.into_iter().chain(no_password).collect())
    }

    pub fn tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.tokens)
    }

    /// Replaces the password, or takes it away; who was signed in has to do it again.
    pub fn set_password(&self, phc: Option<String>, at: Moment) -> Result<()> {
        lock(&self.password).set(phc, at)?;
        lock(&self.sessions).end_all();
        Ok(())
    }

    /// The role behind a token or a session.
    pub fn role_of(&self, secret: &str, at: Moment) -> Option<view::Role> {
        if !secret.starts_with(SESSION_MARK) {
            return self.tokens().check(secret, at).map(|opens| role(opens.role));
        }
        let (found, token) = lock(&self.sessions).of(LineHash::of(secret.as_bytes()), now(at))?;
        match token {
            Some(token) if !self.tokens().is_alive(&token, at) => None,
            _ => Some(role(found)),
        }
    }

    /// Signs in with the password or a token. What only reads keeps its token, so that a school follows its link once;
    /// what changes things gets a session, which ends in the evening and when the browser is closed.
    pub fn sign_in(&self, secret: &str, at: Moment) -> Option<SignedIn> {
        let opens = match secret.starts_with(TOKEN_MARK) {
            true => Some(self.tokens().check(secret, at)?),
            false => None,
        };
        let staff = match &opens {
            Some(opens) => opens.role == Role::Staff,
            None => {
                let phc = lock(&self.password).phc();
                if !password::verify(secret, phc.as_deref()) {
                    return None;
                }
                // Somebody may have changed it while it was being looked at.
                if lock(&self.password).phc() != phc {
                    return None;
                }
                true
            }
        };
        match opens {
            Some(opens) if !staff => Some(SignedIn {
                role: role(opens.role),
                secret: secret.to_owned(),
                kept_s: Some(seconds(opens.expires, at)),
            }),
            opens => self.begin(opens.map(|opens| opens.id), at),
        }
    }

    fn begin(&self, token: Option<String>, at: Moment) -> Option<SignedIn> {
        let mut random = [0; 24];
        if let Err(error) = getrandom::fill(&mut random) {
            tracing::error!("the system gives no random numbers, nobody can sign in: {error}");
            return None;
        }
        let secret = format!("{SESSION_MARK}{}", hex::encode(random));
        let digest = LineHash::of(secret.as_bytes());
        lock(&self.sessions).begin(digest, Role::Staff, token, now(at));
        Some(SignedIn {
            role: view::Role::Staff,
            secret,
            kept_s: None,
        })
    }

    pub fn sign_out(&self, secret: &str) {
        lock(&self.sessions).end(LineHash::of(secret.as_bytes()));
    }
}

fn role(role: Role) -> view::Role {
    match role {
        Role::Staff => view::Role::Staff,
        Role::Auditor => view::Role::Auditor,
        Role::School(school) => view::Role::School(school),
    }
}

fn seconds(expires: Option<Moment>, at: Moment) -> u32 {
    let left = expires.map_or(KEPT_MOST_S, |expires| expires.since_ms(at) / 1000);
    u32::try_from(left.clamp(0, KEPT_MOST_S)).unwrap_or(0)
}
