//! What a decoder says of the bytes it was given.
//!
//! Knows: verdicts and reasons of rejection. Must not know: protocols, ports, people.

use crate::tag::TagId;

/// Why bytes were refused. Counted per reader, for the log; never shown to a person at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reject {
    /// A frame of the wrong length, or one that was cut short.
    Length,
    Checksum,
    /// The envelope is right and the contents cannot be (all zeros, all ones, a UID of 5 bytes).
    Insane,
    /// More bytes than any frame of this family may have.
    Overlong,
    /// Bytes between frames that belong to no frame.
    NotMine,
    /// The reader says that it saw nothing.
    NoTag,
}

impl Reject {
    pub const ALL: [Reject; 6] = [
        Self::Length,
        Self::Checksum,
        Self::Insane,
        Self::Overlong,
        Self::NotMine,
        Self::NoTag,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Checksum => "checksum",
            Self::Insane => "insane",
            Self::Overlong => "overlong",
            Self::NotMine => "not-mine",
            Self::NoTag => "no-tag",
        }
    }
}

/// A reader's word that is neither a tag nor garbage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The tag was taken away (IronLogic's «No card»).
    Removed,
    /// Any other status line, in the protocol's own words.
    Other(&'static str),
    /// A message of the protocol that carries no tag, with its fields: an answer, an event, a command of ours.
    Told(&'static str, Vec<(&'static str, String)>),
}

impl Status {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Other(words) | Self::Told(words, _) => words,
        }
    }

    /// Adds a field of the message.
    pub fn with(self, key: &'static str, value: impl Into<String>) -> Self {
        let words = self.as_str();
        let mut details = match self {
            Self::Told(_, details) => details,
            Self::Removed | Self::Other(_) => Vec::new(),
        };
        details.push((key, value.into()));
        Self::Told(words, details)
    }

    /// The fields of the message, as key and value, for people who look on.
    pub fn details(&self) -> &[(&'static str, String)] {
        match self {
            Self::Removed | Self::Other(_) => &[],
            Self::Told(_, details) => details,
        }
    }
}

/// A decoder's answer to one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Tag(Reading),
    Status(Status),
    Reject(Reject),
}

/// One good frame: the tag and what the reader said beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub tag: TagId,
    /// Received signal strength in dBm, where the reader tells it.
    pub rssi_dbm: Option<i8>,
    /// AIM symbology identifier without the bracket, for example `E0`.
    pub aim: Option<[u8; 2]>,
    /// The frame ended by silence instead of a terminator: a suffix should be set on the scanner.
    pub by_gap: bool,
    /// What else the frame said, as key and value, for people who look on; it decides nothing.
    pub details: Vec<(&'static str, String)>,
}

impl Reading {
    pub fn of(tag: TagId) -> Self {
        Self {
            tag,
            rssi_dbm: None,
            aim: None,
            by_gap: false,
            details: Vec::new(),
        }
    }

    /// Adds a thing that the frame said beside the tag.
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.details.push((key, value.into()));
        self
    }
}
