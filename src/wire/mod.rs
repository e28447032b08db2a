//! From bytes to tags: framing, checksums, verdicts. Pure functions of bytes.
//!
//! A byte's walk: `framing` cuts a frame, the protocol's file judges it (length, fixed bytes,
//! checksum, then values), `identity` makes the one canonical `TagId`, or a `Reject` says why not.
//!
//! Knows: protocols. Must not know: ports, clocks, items, people, files.

pub mod aim;
pub mod checksum;
pub mod decode;
mod dialogue;
pub mod epc;
mod form;
mod framing;
pub mod gs1;
pub mod hid_descriptor;
mod identity;
pub mod iso28560;
pub mod keymap;
pub mod keys;
pub mod ndef;
pub mod normalise;
pub mod printed;
pub mod protocol;
mod verdict;
pub mod wiegand;

use crate::profile::Family;
use protocol::{
    barcode, bb7e, ccid, cipherlab, em18, evdev_keyboard, formular_line, gm65, hid_keyboard, hid_pos,
    honeywell_cmd, honeywell_msgget, id12la, ironlogic, llrp, metroselect, newland, newland_legacy, pn532,
    rc522, rdm6300, reader18, reader288, stx_bcc, thingmagic, zebra_ssi,
};

pub use dialogue::{Dialogue, dialogue_for};
pub use verdict::{Reading, Reject, Status, Verdict};

/// A decoder of one byte stream. Any way of cutting the stream into `push` calls gives the same verdicts.
///
/// `gap` is called when the line has been silent for the family's `quiet_ms`, also before the first byte;
/// it ends an unterminated frame.
pub trait Decoder: Send {
    /// Takes bytes as they come; appends the verdicts of the frames that they completed.
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>);
    /// The line was silent, or closed: judge what is left, and start anew.
    fn gap(&mut self, out: &mut Vec<Verdict>);
    /// Takes the answers that the reader waits for; those that only talk wait for none.
    fn owed(&mut self) -> Vec<Vec<u8>> {
        Vec::new()
    }
    /// Bytes held while a frame is incomplete; never more than the family's named limit.
    fn held(&self) -> usize;
}

/// A fresh decoder for a family that speaks over a line; `None` for those that only decode a payload.
pub fn decoder_for(family: Family) -> Option<Box<dyn Decoder>> {
    Some(match family {
        Family::Em4100Rdm6300 => rdm6300::decoder(),
        Family::Em4100Id12la => id12la::decoder(),
        Family::Em4100Em18 => em18::decoder(),
        Family::Em4100StxBcc => stx_bcc::decoder(),
        Family::Ironlogic => ironlogic::decoder(),
        Family::Rc522Text => rc522::decoder(),
        Family::UhfBb7e => bb7e::decoder(),
        Family::UhfReader18 => reader18::decoder(),
        Family::UhfReader288 => reader288::decoder(),
        Family::UhfThingmagic => thingmagic::decoder(),
        Family::CcidAcr122u => ccid::decoder(),
        Family::Pn532Hsu => pn532::decoder(),
        Family::BarcodeText => barcode::decoder(),
        Family::Llrp => llrp::decoder(),
        Family::FormularLine => formular_line::decoder(),
        Family::HidKeyboard => hid_keyboard::decoder(),
        Family::EvdevKeyboard => evdev_keyboard::decoder(),
        Family::HidPos => hid_pos::decoder(),
        Family::ZebraSsi => zebra_ssi::decoder(),
        Family::HoneywellCmd => honeywell_cmd::decoder(),
        Family::HoneywellMsgget => honeywell_msgget::decoder(),
        Family::Newland => newland::decoder(),
        Family::NewlandLegacy => newland_legacy::decoder(),
        Family::Gm65 => gm65::decoder(),
        Family::Metroselect => metroselect::decoder(),
        Family::Cipherlab => cipherlab::decoder(),
        Family::Gs1CheckDigit
        | Family::Gs1DigitalLink
        | Family::Epc
        | Family::Em4100Forms
        | Family::Wiegand26
        | Family::NdefType2
        | Family::Ndef
        | Family::NdefUriPayload
        | Family::NdefTextPayload
        | Family::Iso28560
        | Family::CcidNotify
        | Family::Crc16CcittFalse => return None,
    })
}

/// What a message to a reader of this family says; `None` where the bytes are not exactly one.
///
/// On the line such bytes are an echo and no verdict: this is for people who look at what was sent.
pub fn sent(family: Family, bytes: &[u8]) -> Option<Status> {
    match family {
        Family::UhfBb7e => bb7e::sent(bytes),
        Family::UhfReader18 | Family::UhfReader288 => reader18::sent(bytes),
        Family::UhfThingmagic => thingmagic::sent(bytes),
        Family::CcidAcr122u => ccid::sent(bytes),
        Family::Pn532Hsu => pn532::sent(bytes),
        Family::ZebraSsi => zebra_ssi::sent(bytes),
        Family::HoneywellCmd => honeywell_cmd::sent(bytes),
        Family::Newland => newland::sent(bytes),
        Family::NewlandLegacy => newland_legacy::sent(bytes),
        Family::Gm65 => gm65::sent(bytes),
        Family::Metroselect => metroselect::sent(bytes),
        Family::Cipherlab => cipherlab::sent(bytes),
        _ => None,
    }
}

/// The most bytes that a decoder of this family ever holds.
pub fn most_held(family: Family) -> usize {
    match family {
        Family::Llrp => llrp::MAX_MESSAGE,
        // The longest text of a code; frames of other lines are shorter.
        _ => barcode::MAX_LINE,
    }
}

/// Silence, in milliseconds, after which the reader thread calls [`Decoder::gap`].
///
/// Where frames delimit themselves the gap only sweeps up what was torn, so it may be generous:
/// USB bridges hold bytes back for 16 ms, and a busy machine for longer.
/// Only those of `barcode-text` and `em4100-em18` end a good frame; 80 ms is within the 50 to 100 that
/// scanners leave between codes.
pub fn quiet_ms(family: Family) -> u16 {
    match family {
        // TCP repeats what was lost, and takes its time: nothing is torn while the connection lives.
        Family::Llrp => 10_000,
        // Keys of a scan follow each other within 50 ms; a busy machine hands them on later.
        Family::HidKeyboard | Family::EvdevKeyboard => 80,
        Family::BarcodeText
        | Family::HoneywellCmd
        | Family::Newland
        | Family::NewlandLegacy
        | Family::Gm65
        | Family::Metroselect
        | Family::Cipherlab => 80,
        // The module is silent for 20 ms and more between frames of 12.5 ms, and only silence delimits them.
        Family::Em4100Em18 => 40,
        // A sketch pauses between the lines of a dump while it talks to the card.
        Family::Rc522Text => 400,
        Family::Em4100Rdm6300
        | Family::Em4100Id12la
        | Family::Em4100StxBcc
        | Family::Ironlogic
        | Family::UhfBb7e
        | Family::UhfReader18
        | Family::UhfReader288
        | Family::UhfThingmagic
        | Family::CcidAcr122u
        | Family::Pn532Hsu
        | Family::FormularLine
        | Family::HidPos
        | Family::ZebraSsi
        | Family::HoneywellMsgget => 200,
        Family::Gs1CheckDigit
        | Family::Gs1DigitalLink
        | Family::Epc
        | Family::Em4100Forms
        | Family::Wiegand26
        | Family::NdefType2
        | Family::Ndef
        | Family::NdefUriPayload
        | Family::NdefTextPayload
        | Family::Iso28560
        | Family::Crc16CcittFalse
        | Family::CcidNotify => 0,
    }
}
