//! Honeywell's menu commands and their answers, between lines of codes. 9600 8N1, or USB serial.
//!
//! ```text
//!   NMrTTTSSSd.            one character per byte: N 16, r 0D; a command, kept in flash
//!   NMrTTTSSSd,SSSd;TTTSSSd!   TTT tag, SSS subtag, d data; , next subtag, ; next tag, ! until the power goes
//!   NTr NUr Ngr            trigger on and off; beep (g is 07)
//!   fL...                  the same in an output report of HID POS: f FD, L length
//!   TTTSSSdk,SSSdk.        an answer: k is 06 done, 05 unknown, 15 out of range, before each mark
//! ```
//!
//! Data `?` asks for the value, `^` for the default, `*` for the range. Flash bears few writes: `!` for all that is
//! said at each opening. Sources: easymanua.ls, Honeywell CF3680, page 160; published notes on Honeywell over USB HID;
//! github.com/enioka-Haute-Couture/enioka_scan.

use super::super::framing::Head;
use super::super::{Decoder, Reject, Status, Verdict};
use super::answering::{Answering, Answers};

const SYN: u8 = 0x16;
const CR: u8 = 0x0D;
const ACK: u8 = 0x06;
const ENQ: u8 = 0x05;
const NAK: u8 = 0x15;
/// Report number of HID output.
const OUTPUT: u8 = 0xFD;
/// Tag and subtag.
const NAME: usize = 6;
const SUBTAG: usize = 3;
/// The longest answer, a list of settings.
pub const MAX_ANSWER: usize = 512;

struct Honeywell;

impl Answers for Honeywell {
    const MAX: usize = MAX_ANSWER;

    fn head(bytes: &[u8]) -> Head {
        let text = |byte: &u8| matches!(byte, b' '..=b'~');
        let mut at = 0;
        while let Some(end) = bytes.iter().skip(at).position(|byte| !text(byte)) {
            let mark = at + end;
            if end == 0 || !matches!(bytes.get(mark), Some(&(ACK | ENQ | NAK))) {
                return Head::Noise;
            }
            match bytes.get(mark + 1) {
                None => return Head::More,
                Some(b',' | b';') => at = mark + 2,
                Some(b'.' | b'!') => {
                    let len = mark + 2;
                    let answer = bytes.get(..len).and_then(answer);
                    return answer.map_or(
                        Head::Broken {
                            len,
                            reject: Reject::Length,
                        },
                        |verdict| Head::Frame { len, verdict },
                    );
                }
                Some(_) => {
                    return Head::Broken {
                        len: mark + 1,
                        reject: Reject::Length,
                    };
                }
            }
        }
        Head::More
    }

    fn is_answer(bytes: &[u8]) -> bool {
        bytes.iter().any(|byte| matches!(*byte, ACK | ENQ | NAK))
    }
}

/// `TTTSSSdk,SSSdk.` as settings.
fn answer(bytes: &[u8]) -> Option<Verdict> {
    let mut details = Vec::new();
    let mut worst = ACK;
    let mut name_len = NAME;
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| matches!(*byte, ACK | ENQ | NAK))?;
        let (setting, tail) = rest.split_at(end);
        let [state, mark, later @ ..] = tail else {
            return None;
        };
        if *state != ACK {
            worst = *state;
        }
        let setting = std::str::from_utf8(setting).ok()?;
        let (name, value) = setting.split_at_checked(name_len.min(setting.len()))?;
        details.push(("settings", format!("{name}={value}")));
        name_len = if *mark == b';' { NAME } else { SUBTAG };
        rest = later;
    }
    let reply = match worst {
        ENQ => "ENQ",
        NAK => "NAK",
        _ => "ACK",
    };
    details.push(("reply", reply.to_owned()));
    Some(Verdict::Status(Status::Told("answer to a command", details)))
}

/// A menu command such as `DECHDR1` or `CBRENA?`; `kept` in flash, or until the power goes.
pub fn menu(command: &str, kept: bool) -> Vec<u8> {
    let storage = if kept { b'.' } else { b'!' };
    [&[SYN, b'M', CR], command.as_bytes(), &[storage]].concat()
}

pub fn beep() -> Vec<u8> {
    vec![SYN, 0x07, CR]
}

pub fn trigger(on: bool) -> Vec<u8> {
    vec![SYN, if on { b'T' } else { b'U' }, CR]
}

/// The same command as an output report of HID POS; none if it is too long for one.
pub fn over_hid(command: &[u8]) -> Option<Vec<u8>> {
    let len = u8::try_from(command.len()).ok().filter(|len| *len <= 62)?;
    Some([&[OUTPUT, len], command].concat())
}

/// The commands of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    match bytes {
        [SYN, 0x07, CR] => Some(Status::Other("beep")),
        [SYN, b'T', CR] => Some(Status::Other("trigger on")),
        [SYN, b'U', CR] => Some(Status::Other("trigger off")),
        [OUTPUT, len, command @ ..] if usize::from(*len) == command.len() => {
            Some(sent(command)?.with("over", "HID"))
        }
        [SYN, b'M', CR, command @ .., storage @ (b'.' | b'!')] => {
            let command = std::str::from_utf8(command).ok()?;
            let (tag, rest) = command.split_at_checked(SUBTAG)?;
            let (subtag, data) = rest.split_at_checked(SUBTAG.min(rest.len()))?;
            let menu = Status::Other("menu command")
                .with("menu", tag)
                .with("subtag", subtag);
            Some(
                menu.with("data", data)
                    .with("storage", char::from(*storage).to_string()),
            )
        }
        _ => None,
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Answering::<Honeywell>::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_byte_for_byte() {
        for (command, written) in [
            (menu("232BAD9", true), "164d0d323332424144392e"),
            (beep(), "16070d"),
            (over_hid(&trigger(true)).unwrap(), "fd0316540d"),
            (over_hid(&beep()).unwrap(), "fd0316070d"),
        ] {
            assert_eq!(hex::encode(&command), written);
            assert!(sent(&command).is_some(), "{written}");
        }
        let told = sent(&menu("232BAD9", true)).unwrap();
        assert_eq!(
            told.details(),
            [
                ("menu", "232"),
                ("subtag", "BAD"),
                ("data", "9"),
                ("storage", ".")
            ]
            .map(|(k, v)| (k, v.to_owned()))
        );
    }
}
