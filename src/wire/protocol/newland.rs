//! Newland's commands and their answers, between lines of codes. USB COM, or 9600 8N1.
//!
//! ```text
//!   ~a0000#SCNENA1;e       one character per byte: a 01, e 03; a command until the power goes
//!   ~a0000@SCNENA1;e       the same, kept in flash;  SCN tag, ENA subtag, 1 data; data * asks
//!   sa0000#SCNENA1k;e      the answer: s 02, k 06 done, 15 refused
//! ```
//!
//! Sources: manualslib.com/manual/3278488 (HR52, its syntax); a command and a query seen in the field.

use super::super::framing::Head;
use super::super::{Decoder, Reject, Status, Verdict};
use super::answering::{Answering, Answers};

const SOH: u8 = 0x01;
const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const PLACE: &[u8] = b"0000";
/// The longest answer, a list of settings.
pub const MAX_ANSWER: usize = 512;

struct Newland;

impl Answers for Newland {
    const MAX: usize = MAX_ANSWER;

    fn head(bytes: &[u8]) -> Head {
        match bytes {
            [STX] => Head::More,
            [STX, SOH, rest @ ..] => match rest.iter().position(|byte| *byte == ETX) {
                None => Head::More,
                Some(end) => {
                    let len = end + 3;
                    match rest.get(..end).and_then(answer) {
                        Some(verdict) => Head::Frame { len, verdict },
                        None => Head::Broken {
                            len,
                            reject: Reject::Length,
                        },
                    }
                }
            },
            _ => Head::Noise,
        }
    }

    fn is_answer(bytes: &[u8]) -> bool {
        matches!(bytes, [STX, SOH, ..])
    }
}

/// `0000#SCNENA1k;`
fn answer(bytes: &[u8]) -> Option<Verdict> {
    let body = bytes.strip_prefix(PLACE)?.strip_suffix(b";")?;
    let (body, reply) = match body {
        [body @ .., 0x06] => (body, "ACK"),
        [body @ .., 0x15] => (body, "NAK"),
        [body @ .., 0x05] => (body, "ENQ"),
        body => (body, ""),
    };
    let body = std::str::from_utf8(body).ok()?;
    let mut details = vec![("data", body.trim_start_matches(['@', '#']).to_owned())];
    if !reply.is_empty() {
        details.push(("reply", reply.to_owned()));
    }
    Some(Verdict::Status(Status::Told("answer to a command", details)))
}

/// A command such as `SCNENA1`, or the question `SCNENA*`; `kept` in flash, or until the power goes.
pub fn command(command: &str, kept: bool) -> Vec<u8> {
    let storage = if kept { b'@' } else { b'#' };
    [&[b'~', SOH], PLACE, &[storage], command.as_bytes(), b";", &[ETX]].concat()
}

/// The commands of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let body = bytes.strip_prefix(&[b'~', SOH])?.strip_prefix(PLACE)?;
    let [storage @ (b'@' | b'#'), command @ .., b';', ETX] = body else {
        return None;
    };
    let command = std::str::from_utf8(command).ok()?;
    if let Some(query) = command.strip_suffix('*') {
        return Some(Status::Other("query").with("query", query));
    }
    let (tag, rest) = command.split_at_checked(3)?;
    let (subtag, data) = rest.split_at_checked(3)?;
    Some(
        Status::Other("command")
            .with("storage", char::from(*storage).to_string())
            .with("menu", tag)
            .with("subtag", subtag)
            .with("data", data),
    )
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Answering::<Newland>::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_byte_for_byte() {
        for (written, bytes) in [
            ("7e01303030302353434e454e41313b03", command("SCNENA1", false)),
            ("7e01303030302353434e454e412a3b03", command("SCNENA*", false)),
        ] {
            assert_eq!(hex::encode(&bytes), written);
        }
        assert_eq!(
            sent(&command("SCNENA*", false)).unwrap().details(),
            [("query", "SCNENA".to_owned())]
        );
        assert_eq!(sent(&command("SCNENA1", true)).unwrap().details()[0].1, "@");
    }
}
