//! What is said to readers: the encoders give the vectors byte for byte, and `decode` names them.

use crate::vectors::{carries, sent};
use formular::wire::decode;
use formular::wire::protocol::{
    apdu, bb7e, ccid, cipherlab, gm65, honeywell_cmd, metroselect, newland, newland_legacy, pn532, reader18,
    reader288, thingmagic, zebra_ssi,
};

/// The encoders' messages, by the names of the vectors.
fn made() -> Vec<(&'static str, Vec<u8>)> {
    let everybody = reader18::BROADCAST;
    let round = reader288::Round {
        q: 15,
        session: 0,
        antenna: 0,
        time: 20,
    };
    vec![
        (
            "asks name and firmware",
            ccid::exchange(0, 0, &apdu::GET_FIRMWARE),
        ),
        ("powers the card", ccid::power_on(0, 0)),
        (
            "looks for all cards, not by itself",
            ccid::exchange(0, 0, &apdu::picc_parameters(0x7F)),
        ),
        (
            "red, and one beep of 300 ms",
            ccid::exchange(0, 0, &apdu::lights(0x0D, 3, 0, 1, 1)),
        ),
        (
            "asks the PN532 inside, by escape",
            ccid::escape(0, 10, &apdu::to_pn532(&[0xD4, 0x02])),
        ),
        ("wakes the chip and has it work alone", pn532::wake()),
        ("lists one card", pn532::list(1)),
        ("asks all who they are", reader18::ask_information(everybody)),
        ("asks all for one round", reader18::inventory(everybody)),
        (
            "asks all for one round of 2^15 slots in 2 s",
            reader288::inventory(everybody, round),
        ),
        ("asks firmware and hardware", thingmagic::version()),
        ("one round", bb7e::poll()),
        ("ten thousand rounds", bb7e::poll_many(10_000)),
        ("no more rounds", bb7e::stop()),
        ("20 dBm", bb7e::power(2000)),
        (
            "pulls the trigger, over HID",
            honeywell_cmd::over_hid(&honeywell_cmd::trigger(true)).unwrap(),
        ),
        ("115200 baud, kept", honeywell_cmd::menu("232BAD9", true)),
        ("one beep", honeywell_cmd::beep()),
        ("begins a session", zebra_ssi::start_session()),
        ("lets it scan, kept", zebra_ssi::scan_enable(true)),
        (
            "lets it scan until the power goes",
            newland::command("SCNENA1", false),
        ),
        ("asks whether it may scan", newland::command("SCNENA*", false)),
        ("into set-up", newland_legacy::setup(true)),
        ("begins a scan", newland_legacy::trigger(true)),
        ("keeps the zones in flash", gm65::save()),
        ("9600 baud", gm65::write(0x002A, &[0x39, 0x01])),
        ("one scan, without a sum", gm65::trigger()),
        ("into set-up, or out of it", metroselect::setup()),
        ("a setting", cipherlab::setting(*b"109952")),
    ]
}

#[test]
fn every_message_is_made_byte_for_byte() {
    let made = made();
    for vector in sent() {
        let (_, bytes) = made
            .iter()
            .find(|(name, _)| *name == vector.name)
            .unwrap_or_else(|| panic!("nothing makes «{}»", vector.name));
        assert_eq!(hex::encode(bytes), hex::encode(&vector.hex), "{}", vector.name);
        assert!(!vector.source.is_empty() && !vector.origin.is_empty());
    }
}

#[test]
fn every_message_is_named_by_decode() {
    for vector in sent() {
        let lines = decode::lines(vector.family, &vector.hex, true);
        assert_eq!(lines.len(), 1, "{}", vector.name);
        assert_eq!(lines[0]["status"], vector.says, "{}", vector.name);
        if let Some(beside) = &vector.beside {
            assert!(carries(&lines[0], beside), "{}\n{}", vector.name, lines[0]);
        }
    }
}

#[test]
fn a_message_with_a_wrong_sum_is_none() {
    for vector in sent() {
        let mut bytes = vector.hex.clone();
        *bytes.last_mut().unwrap() ^= 0x55;
        // CCID has no sum: what was changed there is said differently, or the length no longer fits.
        let said = formular::wire::sent(vector.family, &bytes);
        let whole = formular::wire::sent(vector.family, &vector.hex);
        assert!(
            whole.is_some() && (said.is_none() || said != whole || vector.hex.len() == 10),
            "{}",
            vector.name
        );
    }
}
