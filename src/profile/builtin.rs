//! The profiles that the program carries, and those of families as such.
//!
//! Knows: `firmware-config`, packed in at build time. Must not know: what is plugged in.

use super::{
    Catalogue, Family, Text,
    schema::{CueBytes, Form, Line, Origin, Presence, Probe, Profile, Provision, Role, SCHEMA, Speak, Way},
};
use include_dir::{Dir, include_dir};
use smol_str::SmolStr;
use std::sync::OnceLock;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/firmware-config");

/// The file that explains every key; a manual, and no device.
const EXAMPLE: &str = "example";

/// The built-in table, read once.
pub fn builtin() -> &'static Catalogue {
    static TABLE: OnceLock<Catalogue> = OnceLock::new();
    TABLE.get_or_init(|| Catalogue::read(&builtin_texts()))
}

/// The files that the program carries, as they stand in `firmware-config`.
pub(super) fn builtin_texts() -> Vec<Text> {
    let text = |file: &include_dir::File<'_>| {
        let name = file.path().file_name()?.to_str()?.strip_suffix(".toml")?;
        (name != EXAMPLE).then(|| Text {
            name: name.to_owned(),
            file: format!("firmware-config/{name}.toml"),
            text: file.contents_utf8().unwrap_or_default().to_owned(),
        })
    };
    FILES.files().filter_map(text).collect()
}

impl Profile {
    /// A reader of which nothing is known but its family: usual line settings, nothing said to it.
    /// None for a family that only decodes.
    pub fn generic(family: Family) -> Option<Profile> {
        let (baud, gone_ms, until_removed) = match family {
            Family::Em4100Rdm6300
            | Family::Em4100Id12la
            | Family::Em4100Em18
            | Family::Em4100StxBcc
            | Family::Rc522Text => (9600, 700, false),
            Family::Ironlogic => (9600, 1500, true),
            Family::UhfBb7e | Family::UhfThingmagic => (115_200, 700, false),
            Family::UhfReader18 | Family::UhfReader288 => (57_600, 1000, false),
            Family::Pn532Hsu => (115_200, 1000, true),
            Family::CcidAcr122u => (9600, 1000, true),
            // Hundreds of tags before several antennas: each is missed now and then.
            Family::Llrp => (9600, 3000, false),
            Family::FormularLine => (115_200, 2000, true),
            Family::BarcodeText
            | Family::HidKeyboard
            | Family::EvdevKeyboard
            | Family::HidPos
            | Family::ZebraSsi
            | Family::HoneywellCmd
            | Family::HoneywellMsgget
            | Family::Newland
            | Family::NewlandLegacy
            | Family::Gm65
            | Family::Metroselect
            | Family::Cipherlab => (9600, 1500, false),
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
            | Family::CcidNotify => return None,
        };
        Some(Profile {
            schema: SCHEMA,
            name: SmolStr::new_static(family.as_str()),
            vendor: String::new(),
            model: String::new(),
            family,
            way: match family {
                Family::CcidAcr122u => Way::Usb,
                Family::Llrp => Way::Tcp,
                Family::EvdevKeyboard => Way::Evdev,
                Family::HidPos | Family::HidKeyboard => Way::Hidraw,
                _ => Way::Serial,
            },
            form: Form::default(),
            role: Role::Desk,
            bulk: false,
            line: Line {
                baud,
                ..Line::default()
            },
            presence: Presence {
                gone_ms,
                until_removed,
            },
            speak: Speak::default(),
            cue: CueBytes::default(),
            probe: Probe::default(),
            provision: Provision::default(),
            usb: Vec::new(),
            origin: Origin {
                source: vec!["the family's own file in src/wire/protocol".into()],
                tried: String::new(),
                capture: format!("{}.cap", family.as_str()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_profile_is_good() {
        let table = builtin();
        assert_eq!(table.faults, []);
        assert!(
            table.profiles().len() >= 16,
            "{} profiles",
            table.profiles().len()
        );
    }

    #[test]
    fn the_example_is_a_good_profile_itself() {
        let text = FILES.get_file("example.toml").unwrap().contents_utf8().unwrap();
        let table = Catalogue::read(&[Text {
            name: EXAMPLE.into(),
            file: "firmware-config/example.toml".into(),
            text: text.into(),
        }]);
        assert_eq!(table.faults, []);
        assert_eq!(table.profiles().len(), 1);
    }

    #[test]
    fn every_family_that_reads_is_a_generic_profile() {
        for family in Family::ALL {
            let found = builtin().find(family.as_str());
            match family.is_reader() {
                true => assert_eq!(crate::profile::check(&found.unwrap()), []),
                false => assert!(found.unwrap_err().to_string().contains("only decodes")),
            }
        }
    }
}
