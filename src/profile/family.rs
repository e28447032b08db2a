//! The families of wire protocols; `wire` matches them exhaustively.
//!
//! Knows: names. Must not know: bytes.

use serde::{Deserialize, Serialize};

/// A protocol by which readers speak, named as in the project's test vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    #[serde(rename = "em4100-rdm6300")]
    Em4100Rdm6300,
    #[serde(rename = "em4100-id12la")]
    Em4100Id12la,
    #[serde(rename = "em4100-em18")]
    Em4100Em18,
    #[serde(rename = "em4100-stx-bcc")]
    Em4100StxBcc,
    Ironlogic,
    #[serde(rename = "rc522-text")]
    Rc522Text,
    #[serde(rename = "uhf-bb7e")]
    UhfBb7e,
    #[serde(rename = "uhf-reader18")]
    UhfReader18,
    #[serde(rename = "uhf-reader288")]
    UhfReader288,
    UhfThingmagic,
    #[serde(rename = "ccid-acr122u")]
    CcidAcr122u,
    #[serde(rename = "pn532-hsu")]
    Pn532Hsu,
    BarcodeText,
    /// UHF readers on a network.
    Llrp,
    /// Boards of our own.
    FormularLine,
    HidKeyboard,
    EvdevKeyboard,
    HidPos,
    ZebraSsi,
    HoneywellCmd,
    HoneywellMsgget,
    Newland,
    NewlandLegacy,
    Gm65,
    Metroselect,
    Cipherlab,
    // The rest only decode: they read a payload, not a wire, and are no readers.
    Gs1CheckDigit,
    Gs1DigitalLink,
    Epc,
    #[serde(rename = "em4100-forms")]
    Em4100Forms,
    #[serde(rename = "wiegand26")]
    Wiegand26,
    /// Memory of an NFC Forum Type 2 tag.
    #[serde(rename = "ndef-type2")]
    NdefType2,
    /// An NDEF message.
    Ndef,
    NdefUriPayload,
    NdefTextPayload,
    #[serde(rename = "iso28560-3")]
    Iso28560,
    #[serde(rename = "crc16-ccitt-false")]
    Crc16CcittFalse,
    /// What the interrupt pipe of a CCID reader says, taken by itself; on the line it is part of `ccid-acr122u`.
    CcidNotify,
}

impl Family {
    pub const ALL: [Family; 38] = [
        Family::Em4100Rdm6300,
        Family::Em4100Id12la,
        Family::Em4100Em18,
        Family::Em4100StxBcc,
        Family::Ironlogic,
        Family::Rc522Text,
        Family::UhfBb7e,
        Family::UhfReader18,
        Family::UhfReader288,
        Family::UhfThingmagic,
        Family::CcidAcr122u,
        Family::Pn532Hsu,
        Family::BarcodeText,
        Family::Llrp,
        Family::FormularLine,
        Family::HidKeyboard,
        Family::EvdevKeyboard,
        Family::HidPos,
        Family::ZebraSsi,
        Family::HoneywellCmd,
        Family::HoneywellMsgget,
        Family::Newland,
        Family::NewlandLegacy,
        Family::Gm65,
        Family::Metroselect,
        Family::Cipherlab,
        Family::Gs1CheckDigit,
        Family::Gs1DigitalLink,
        Family::Epc,
        Family::Em4100Forms,
        Family::Wiegand26,
        Family::NdefType2,
        Family::Ndef,
        Family::NdefUriPayload,
        Family::NdefTextPayload,
        Family::Iso28560,
        Family::Crc16CcittFalse,
        Family::CcidNotify,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Family::Em4100Rdm6300 => "em4100-rdm6300",
            Family::Em4100Id12la => "em4100-id12la",
            Family::Em4100Em18 => "em4100-em18",
            Family::Em4100StxBcc => "em4100-stx-bcc",
            Family::Ironlogic => "ironlogic",
            Family::Rc522Text => "rc522-text",
            Family::UhfBb7e => "uhf-bb7e",
            Family::UhfReader18 => "uhf-reader18",
            Family::UhfReader288 => "uhf-reader288",
            Family::UhfThingmagic => "uhf-thingmagic",
            Family::CcidAcr122u => "ccid-acr122u",
            Family::Pn532Hsu => "pn532-hsu",
            Family::BarcodeText => "barcode-text",
            Family::Llrp => "llrp",
            Family::FormularLine => "formular-line",
            Family::HidKeyboard => "hid-keyboard",
            Family::EvdevKeyboard => "evdev-keyboard",
            Family::HidPos => "hid-pos",
            Family::ZebraSsi => "zebra-ssi",
            Family::HoneywellCmd => "honeywell-cmd",
            Family::HoneywellMsgget => "honeywell-msgget",
            Family::Newland => "newland",
            Family::NewlandLegacy => "newland-legacy",
            Family::Gm65 => "gm65",
            Family::Metroselect => "metroselect",
            Family::Cipherlab => "cipherlab",
            Family::Gs1CheckDigit => "gs1-check-digit",
            Family::Gs1DigitalLink => "gs1-digital-link",
            Family::Epc => "epc",
            Family::Em4100Forms => "em4100-forms",
            Family::Wiegand26 => "wiegand26",
            Family::NdefType2 => "ndef-type2",
            Family::Ndef => "ndef",
            Family::NdefUriPayload => "ndef-uri-payload",
            Family::NdefTextPayload => "ndef-text-payload",
            Family::Iso28560 => "iso28560-3",
            Family::Crc16CcittFalse => "crc16-ccitt-false",
            Family::CcidNotify => "ccid-notify",
        }
    }

    pub fn from_name(name: &str) -> Option<Family> {
        Family::ALL.into_iter().find(|f| f.as_str() == name)
    }

    /// Whether such a reader sees many tags at once: those of UHF read a whole room.
    pub fn sees_many(self) -> bool {
        matches!(
            self,
            Family::UhfBb7e
                | Family::UhfReader18
                | Family::UhfReader288
                | Family::UhfThingmagic
                | Family::Llrp
        )
    }

    /// Whether codes come as bare lines of text, with or without answers to commands between them.
    pub fn is_lines(self) -> bool {
        matches!(
            self,
            Family::BarcodeText
                | Family::HoneywellCmd
                | Family::Newland
                | Family::NewlandLegacy
                | Family::Gm65
                | Family::Metroselect
                | Family::Cipherlab
        )
    }

    /// Whether a serial line can speak it; the others only decode a payload.
    pub fn is_reader(self) -> bool {
        !matches!(
            self,
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
                | Family::CcidNotify
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one() {
        for family in Family::ALL {
            assert_eq!(Family::from_name(family.as_str()), Some(family));
            let json = serde_json::to_string(&family).unwrap();
            assert_eq!(json, format!("\"{}\"", family.as_str()));
        }
    }
}
