//! The store: the journal, which is the truth, and what hangs on it.
//!
//! Knows: bytes on disk, their order and their durability. Must not know: rules, readers, wording, the web.
//!
//! ```text
//! <data>/format         the version of the folder; a newer one is refused
//! <data>/lock           held while somebody writes
//! <data>/journal/       the truth: JSON lines, hash-chained, one batch per fdatasync; blanks behind the last
//! <data>/clean          the head at the last clean stop
//! <data>/reserve        4 MiB that are given up so that returns still go on a full disk
//! <data>/index/         sled: projections; thrown away and rebuilt at any doubt
//! <data>/roster.json    which card belongs to which badge; may forget
//! <data>/inbox.json     tags that belong to nothing yet; may forget
//! <data>/key            the key of the digests that stand in the journal for cards and unknown tags
//! <data>/tokens.json    digests of access tokens and their roles
//! <data>/password.json  the hash of the staff's password
//! <data>/copies.json    when the last good copy on another disk was made
//! ```
//!
//! `docs/journal.md` tells what a line is in enough words for a stranger to check a journal.

pub mod backup;
mod chain;
mod chunk;
mod clean;
pub mod disk;
mod document;
mod error;
mod export;
mod files;
mod inbox;
mod index;
mod journal;
mod key;
mod lock;
pub mod password;
mod privacy;
mod reader;
mod record;
mod restore;
mod roster;
mod scan;
mod segment;
mod tip;
mod tokens;
mod torn;
mod verify;

pub use chain::{Chain, ChainFault};
pub use clean::CleanMark;
pub use error::{Error, LineAt, Result};
pub use export::export;
pub use inbox::{INBOX_MOST, Inbox, UnknownTag};
pub use index::{Index, IndexState, IndexStatus, Subject};
pub use journal::{Journal, Limits, Need, Opened, Space};
pub use key::DigestKey;
pub use lock::{DataFolder, FORMAT};
pub use password::Password;
pub use privacy::PrivacySettings;
pub use reader::{Extent, JournalReader};
pub use record::{Draft, Head, Line, LineHash, RecordError, VERSION, decode, encode};
pub use restore::{Restored, restore, restore_on};
pub use roster::{CardChange, Roster};
pub use scan::{Located, Position, Tail};
pub use segment::Place;
pub use tokens::{MOST_DAYS, Opens, Role, TOKEN_MARK, TokenInfo, Tokens};
pub use torn::Torn;
pub use verify::{Verdict, Verifier, verify_data, verify_paths, verify_stream};
