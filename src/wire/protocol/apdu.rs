//! Commands and answers inside CCID: ISO 7816-4, and what PC/SC and ACS made of it for readers without contacts.
//!
//! ```text
//!   FF CA 00 00 00                    serial of the card in the field; answers serial 90 00, or 63 00 without a card
//!   FF C0 00 00 nn                    fetch nn bytes (Touchatag, after 61 nn)
//!   FF 00 48 00 00                    name and firmware as text, without a status word
//!   FF 00 51 pp 00                    which cards are looked for, and whether by itself (bit 7)
//!   FF 00 40 LL 04 T1 T2 nn bb        lights and buzzer: LL lights, T in 100 ms, nn times, bb buzzer: bit 0 in T1, bit 1 in T2
//!   FF 00 00 00 nn D4 …               to the PN532 inside
//! ```
//!
//! Sources: PC/SC part 3, 3.2.2.1.3; ACS, ACR122U Application Programming Interface V2.04, 5 and 6;
//! github.com/nfcpy/nfcpy tests/test_clf_acr122.py.

use super::super::{Status, checksum};

/// The command was done.
pub const DONE: u16 = 0x9000;
/// The reader has nothing to say: no card, or one that does not answer.
pub const NOTHING_DONE: u16 = 0x6300;

/// Asks the serial of the card in the field.
pub const GET_UID: [u8; 5] = [0xFF, 0xCA, 0x00, 0x00, 0x00];
/// Asks the reader's name and firmware.
pub const GET_FIRMWARE: [u8; 5] = [0xFF, 0x00, 0x48, 0x00, 0x00];

/// Fetches what `61 nn` announced.
pub fn get_response(bytes: u8) -> [u8; 5] {
    [0xFF, 0xC0, 0x00, 0x00, bytes]
}

/// Which cards an ACR122U looks for; 7F: all, and not by itself, FF: all, by itself.
pub fn picc_parameters(parameters: u8) -> [u8; 5] {
    [0xFF, 0x00, 0x51, parameters, 0x00]
}

/// Lights and buzzer of an ACR122U; times in units of 100 ms.
pub fn lights(lights: u8, on: u8, off: u8, times: u8, buzzer: u8) -> [u8; 9] {
    [0xFF, 0x00, 0x40, lights, 0x04, on, off, times, buzzer]
}

/// A command to the PN532 inside an ACR122U; at most 255 bytes, the rest would not fit and is left out.
pub fn to_pn532(command: &[u8]) -> Vec<u8> {
    let command = command.get(..command.len().min(255)).unwrap_or_default();
    let length = u8::try_from(command.len()).unwrap_or(u8::MAX);
    [&[0xFF, 0x00, 0x00, 0x00, length], command].concat()
}

/// An answer and its status word, where that word is one of those that exist (ISO 7816-4, 5.1.3).
///
/// `90 xx` is a class of ACS's own: xx are its lights or, alone, how it looks for cards.
pub fn answer(data: &[u8]) -> Option<(&[u8], u16)> {
    let (body, word) = data.split_at_checked(data.len().checked_sub(2)?)?;
    let [high, low] = word else { return None };
    match (high, low) {
        (0x90, 0..=0x0F) | (0x61..=0x6F, _) => Some((body, u16::from_be_bytes([*high, *low]))),
        (0x90, _) if body.is_empty() => Some((body, u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

/// Whether data are exactly one ATR (ISO 7816-3, 8.2): TS, T0, interface bytes, historical bytes, check where needed.
pub fn atr(data: &[u8]) -> bool {
    let [0x3B | 0x3F, t0, rest @ ..] = data else {
        return false;
    };
    let historical = usize::from(t0 & 0x0F);
    let (mut follow, mut rest, mut check) = (t0 >> 4, rest, false);
    while follow != 0 {
        let count = usize::try_from(follow.count_ones()).unwrap_or(0);
        let Some((group, later)) = rest.split_at_checked(count) else {
            return false;
        };
        // The last of a group, TD, says which the next has, and the protocol; any but T=0 wants a check.
        follow = match (follow & 8, group.last()) {
            (8, Some(td)) => {
                check |= td & 0x0F != 0;
                td >> 4
            }
            _ => 0,
        };
        rest = later;
    }
    let checked = data.get(1..).unwrap_or_default();
    rest.len() == historical + usize::from(check) && (!check || checksum::xor(checked) == 0)
}

/// What a command says, where it is one of those above.
pub fn told(sent: Status, apdu: &[u8]) -> Status {
    match apdu {
        [0xFF, 0xCA, 0x00, 0x00, _] => sent.with("meaning", "serial of the card"),
        [0xFF, 0xC0, 0x00, 0x00, count] => sent
            .with("meaning", "fetch the answer")
            .with("bytes", count.to_string()),
        [0xFF, 0x00, 0x48, 0x00, _] => sent.with("meaning", "firmware"),
        [0xFF, 0x00, 0x51, parameters, 0x00] => sent
            .with("meaning", "which cards are looked for")
            .with("by_itself", (parameters & 0x80 != 0).to_string()),
        [0xFF, 0x00, 0x40, lights, 0x04, on, off, times, buzzer] => sent
            .with("meaning", "lights and buzzer")
            .with("lights", format!("{lights:02X}"))
            .with("t1_ms", (u16::from(*on) * 100).to_string())
            .with("t2_ms", (u16::from(*off) * 100).to_string())
            .with("repeat", times.to_string())
            .with(
                "buzzer",
                match buzzer & 3 {
                    0 => "off",
                    1 => "T1",
                    2 => "T2",
                    _ => "T1 and T2",
                },
            ),
        [0xFF, 0x00, 0x00, 0x00, count, command @ ..] if usize::from(*count) == command.len() => sent
            .with("meaning", "to the PN532")
            .with("pn532", hex::encode_upper(command)),
        _ => sent,
    }
}

/// Cuts commands that stand one behind the other: four bytes, the length of their data, the data.
///
/// For profiles that sound a rhythm with more than one command. What is left over is one command, as it stands.
pub fn each(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut commands = Vec::new();
    while !bytes.is_empty() {
        let data = bytes.get(4).map_or(0, |length| usize::from(*length));
        let len = (5 + data).min(bytes.len());
        let (command, later) = bytes.split_at(len);
        commands.push(command);
        bytes = later;
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_atr_is_told_from_what_only_begins_like_one() {
        for (hexadecimal, whole) in [
            ("3b00", true),
            ("3b8f8001804f0ca000000306030001000000006a", true),
            ("3bbe9500004103000000000000000000029000", true),
            ("3b", false),
            ("3b0080", false),
            ("3b8f8001804f0ca0000003060300010000000080", false),
            ("924c52279000", false),
        ] {
            assert_eq!(atr(&hex::decode(hexadecimal).unwrap()), whole, "{hexadecimal}");
        }
    }

    #[test]
    fn a_status_word_may_carry_a_setting() {
        let answered = |hexadecimal| {
            let data = hex::decode(hexadecimal).unwrap();
            answer(&data).map(|(body, word)| (body.len(), word))
        };
        assert_eq!(answered("90ff"), Some((0, 0x90ff)), "all cards are looked for");
        assert_eq!(answered("047e1e90ff"), None, "a serial is not cut off there");
        assert_eq!(answered("047e1e9000"), Some((3, DONE)));
    }

    #[test]
    fn commands_one_behind_the_other_are_cut() {
        let short = lights(0x50, 1, 1, 1, 1);
        let long = lights(0x50, 2, 1, 1, 1);
        let both = [short, long].concat();
        assert_eq!(each(&both), [short.as_slice(), &long]);
        assert_eq!(each(&GET_UID), [GET_UID.as_slice()]);
        assert_eq!(each(&[]), Vec::<&[u8]>::new());
        assert_eq!(each(&[0xE0, 0x00]), [[0xE0, 0x00].as_slice()]);
    }
}
