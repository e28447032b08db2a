//! The service: threads, the queue, the clerk, the door, the control socket.
//!
//! Knows: how the rooms are wired together. Must not know: rules, bytes, HTML.

mod at_work;
mod backup;
mod cards;
mod carry;
mod clerk;
pub mod control;
mod doorkeeper;
pub mod fold;
mod intake;
mod keys;
mod limit;
mod meter;
mod notify;
mod opening;
mod pens;
mod plugged;
mod readers;
mod report;
mod resolve;
mod roster;
mod rounds;
mod sessions;
mod shown;
mod station;
mod timekeeper;
mod turn;

pub use at_work::Ended;
pub use clerk::Clerk;
pub use doorkeeper::Doorkeeper;
pub use intake::{ImportJob, Imported, Intake, QUEUE, Waiting};
pub use notify::{Notify, sentence, watch, watched};
pub use opening::{Opening, Tools};
pub use plugged::Plugging;
pub use readers::Readers;
pub use report::import_report;
pub use roster::{Carries, RosterAnswer, RosterDone, RosterJob};
pub use rounds::RoundSettings;
pub use shown::{Door, Shown};
pub use station::{OpenError, Setup, Station};
