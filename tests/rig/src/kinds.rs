//! The readers on the bench: which device, what it sends for which tag, and what that tag is called.

use crate::model::acr122u::Acr122u;
use crate::model::cdc::Cdc;
use crate::model::descriptor::Identity;
use crate::model::keyboard::keyboard;
use crate::model::pos;
use crate::model::uart::Uart;
use crate::usbip::Model;

/// How the program comes to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// By the number that is the model's own.
    Number,
    /// By listening: the chip is in countless devices, and what this one says shows what it is.
    Ear,
}

/// One kind of reader.
pub struct Kind {
    /// As the figures name it.
    pub name: &'static str,
    pub usb: &'static str,
    pub port: u8,
    pub model: fn() -> Box<dyn Model>,
    /// The kernel's name of its node without the number, and the interface that has it.
    pub node: (&'static str, u8),
    /// The profile that reads it.
    pub profile: &'static str,
    pub found: Found,
    /// What it sends for tag `n`: 0 is a badge, 1 to 3 are items.
    pub frame: fn(u8) -> Vec<u8>,
    pub tag: fn(u8) -> String,
    /// How often a lying tag is sent again, and how long after the last time; a reader that is asked for its card
    /// sends nothing, and lies still so long.
    pub held: (u8, u64),
}

impl Kind {
    /// Whether it tells of a card only when it is asked.
    pub fn is_asked(&self) -> bool {
        self.node.0 == "usb"
    }

    /// Whether it is a keyboard, whose keys others would hear.
    pub fn types(&self) -> bool {
        self.node.0 == "event"
    }
}

pub const KINDS: &[Kind] = &[
    Kind {
        name: "FTDI: IronLogic Z-2",
        usb: "0403:1234",
        port: 0,
        model: || {
            Box::new(Uart::ftdi(
                0x0403,
                0x1234,
                "IronLogic",
                "Z-2 USB",
                Some("IL0000A1"),
            ))
        },
        node: ("ttyUSB", 0),
        profile: "ironlogic-z2",
        found: Found::Number,
        frame: |n| format!("Em-Marine[5500] 126,{:05}\r\n", 0xe400 + u32::from(n)).into_bytes(),
        tag: |n| format!("em4100:55007EE4{n:02X}"),
        held: (3, 100),
    },
    Kind {
        name: "CP2102: RDM6300",
        usb: "10c4:ea60",
        port: 1,
        model: || Box::new(Uart::cp2102("0001")),
        node: ("ttyUSB", 0),
        profile: "rdm6300",
        found: Found::Ear,
        frame: |n| [b"\x02", em4100(n).as_bytes(), b"\x03"].concat(),
        tag: |n| format!("em4100:01000734{n:02X}"),
        held: (10, 65),
    },
    Kind {
        name: "CH340: Arduino with RC522",
        usb: "1a86:7523",
        port: 2,
        model: || Box::new(Uart::ch340()),
        node: ("ttyUSB", 0),
        profile: "rc522-arduino",
        found: Found::Ear,
        frame: |n| {
            let kind = "Card SAK: 00\r\nPICC type: MIFARE Ultralight or Ultralight C\r\n";
            format!("Card UID: 04 7E 1E BA 53 28 {n:02X}\r\n{kind}").into_bytes()
        },
        tag: |n| format!("uid:047E1EBA5328{n:02X}"),
        held: (4, 150),
    },
    Kind {
        name: "CDC-ACM: Newland scanner",
        usb: "1eab:1a06",
        port: 3,
        model: || newland("FM430A0001"),
        node: ("ttyACM", 0),
        profile: "newland-cdc",
        found: Found::Number,
        frame: |n| format!("]C0RIG-CDC-{n:02}\r").into_bytes(),
        tag: |n| format!("code:RIG-CDC-{n:02}"),
        held: (3, 200),
    },
    Kind {
        name: "HID POS: Newland scanner",
        usb: "1eab:1a10",
        port: 4,
        model: || {
            Box::new(pos::scanner(unit(
                0x1eab,
                0x1a10,
                "Newland Auto-ID",
                "FM430 HID POS",
                None,
            )))
        },
        node: ("hidraw", 0),
        profile: "newland-hidpos",
        found: Found::Number,
        frame: |n| format!("]C0RIG-POS-{n:02}").into_bytes(),
        tag: |n| format!("code:RIG-POS-{n:02}"),
        held: (3, 200),
    },
    Kind {
        name: "HID keyboard: Sycreader",
        usb: "ffff:0035",
        port: 5,
        model: || {
            let serial = Some("08FF20140315");
            Box::new(keyboard(unit(
                0xffff,
                0x0035,
                "Sycreader RFID Technology Co., Ltd",
                "SYC ID&IC USB Reader",
                serial,
            )))
        },
        node: ("event", 0),
        profile: "sycreader",
        found: Found::Number,
        frame: |n| format!("{:010}\n", 0x00ce_7500 + u32::from(n)).into_bytes(),
        tag: |n| format!("em4100:3C00CE75{n:02X}"),
        held: (2, 300),
    },
    Kind {
        name: "HID keyboard: Newland scanner",
        usb: "1eab:1a03",
        port: 6,
        model: || {
            Box::new(keyboard(unit(
                0x1eab,
                0x1a03,
                "Newland Auto-ID",
                "FM430 Barcode Reader",
                None,
            )))
        },
        node: ("event", 0),
        profile: "newland-keyboard",
        found: Found::Number,
        // The bracket and the letters are others in a Russian layout.
        frame: |n| format!("]C0rig-{n:02}\n").into_bytes(),
        tag: |n| format!("code:rig-{n:02}"),
        held: (2, 300),
    },
    Kind {
        name: "CCID: ACR122U",
        usb: "072f:2200",
        port: 7,
        model: || Box::new(Acr122u::default()),
        node: ("usb", 0),
        profile: "acr122u",
        found: Found::Number,
        frame: |n| vec![0x04, 0x1e, 0xba, 0x53, 0x28, 0x80, n],
        tag: |n| format!("uid:041EBA532880{n:02X}"),
        held: (4, 250),
    },
];

/// Card `n` as the modules of its kind write it: ten digits, then the exclusive or of their bytes.
pub fn em4100(n: u8) -> String {
    let id = [0x01, 0x00, 0x07, 0x34, n];
    let sum = id.iter().fold(0, |sum, byte| sum ^ byte);
    id.iter()
        .chain([&sum])
        .map(|byte| format!("{byte:02X}"))
        .collect()
}

fn unit(
    vid: u16,
    pid: u16,
    maker: &'static str,
    product: &'static str,
    serial: Option<&'static str>,
) -> Identity {
    Identity {
        vid,
        pid,
        release: 0x0100,
        class: [0; 3],
        maker,
        product,
        serial,
    }
}

/// Newland's desk scanner as a serial port; says «AT commands», as its like do.
pub fn newland(serial: &'static str) -> Box<dyn Model> {
    let identity = Identity {
        vid: 0x1eab,
        pid: 0x1a06,
        release: 0x0100,
        class: [0xef, 2, 1],
        maker: "Newland Auto-ID",
        product: "FM430 Barcode Reader",
        serial: Some(serial),
    };
    Box::new(Cdc::new(identity, 1))
}
