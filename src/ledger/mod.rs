//! The rules and the state of lending. Pure: time and policy come in as arguments.
//!
//! `decide` says whether an order is allowed and which events it makes; `apply` folds events into the
//! [`Ledger`] and refuses nothing but the impossible.
//! Must not know: files, readers, wording, the web, the machine's clock.

mod apply;
pub mod asof;
mod believed;
pub mod calendar;
mod command;
mod decide;
pub mod due;
mod event;
mod find;
mod holds;
mod master;
mod personal;
mod policy;
mod possible;
pub mod query;
mod refusal;
mod shared;
mod state;

pub use believed::Believed;
pub use command::Command;
pub use decide::{Context, Decided, Rules, decide};
pub use event::{By, Condition, Entry, Event, How, Parts, Redated, Seq, Source};
pub use master::*;
pub use personal::{SMALL_GROUP, is_small_group, person_name};
pub use policy::Policy;
pub use possible::{Impossible, next_verification, possible};
pub use refusal::{Notice, Refusal};
pub use shared::Shared;
pub use state::*;
