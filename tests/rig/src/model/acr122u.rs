//! ACR122U: a contactless reader that speaks CCID over bulk endpoints and tells of cards by interrupt.
//!
//! ```text
//!   to it     type length(4 LE) slot seq 3 bytes | data      62 power on, 63 off, 65 status, 6B escape, 6F APDU
//!   from it   type length(4 LE) slot seq status error x | data          80 data, 81 status, 83 escape
//!   by itself 50 03 a card came, 50 02 it went
//! ```
//!
//! Its oddities are its own: the firmware's name comes without 9000 and with status 02 and error 81; powering on
//! without a card gives 3B00. Sources: CCID 1.10, ACR122U API 2.04, frames published with nfcpy's tests.

use super::descriptor::{Identity, bulk, configuration, interface, interrupt};
use crate::usbip::{Model, Packet, Setup};

const BULK_IN: u8 = 2;
const NOTICE: u8 = 1;
const HEADER: usize = 10;

/// The answer to reset of a storage card, with «MIFARE Classic 1K» in it.
const ATR: &[u8] = &[
    0x3b, 0x8f, 0x80, 0x01, 0x80, 0x4f, 0x0c, 0xa0, 0x00, 0x00, 0x03, 0x06, 0x03, 0x00, 0x01, 0x00, 0x00,
    0x00, 0x00, 0x6a,
];

#[derive(Default)]
pub struct Acr122u {
    card: Option<Vec<u8>>,
    /// What of a message came so far.
    partial: Vec<u8>,
    /// Hears and never answers: the cable is about to be pulled.
    mute: bool,
    powered: bool,
    told: u64,
}

impl Acr122u {
    fn identity() -> Identity {
        Identity {
            vid: 0x072f,
            pid: 0x2200,
            release: 0x0214,
            class: [0; 3],
            maker: "ACS",
            product: "ACR122U PICC Interface",
            serial: None,
        }
    }

    fn status(&self) -> u8 {
        match (&self.card, self.powered) {
            (None, _) => 2,
            (Some(_), false) => 1,
            (Some(_), true) => 0,
        }
    }

    /// Data, bStatus, bError.
    fn apdu(&mut self, apdu: &[u8]) -> (Vec<u8>, u8, u8) {
        let data = match apdu {
            [0xff, 0x00, 0x48, ..] => return (b"ACR122U214".to_vec(), 0x02, 0x81),
            [0xff, 0xca, 0x00, 0x00, ..] => match &self.card {
                Some(uid) => {
                    self.told += 1;
                    [uid.as_slice(), &[0x90, 0x00]].concat()
                }
                None => vec![0x63, 0x00],
            },
            // Beep on detection; automatic polling; lights and buzzer, whose state is the second byte.
            [0xff, 0x00, 0x52, ..] => vec![0x90, 0x00],
            [0xff, 0x00, 0x51, parameter, ..] => vec![0x90, *parameter],
            [0xff, 0x00, 0x40, _, 4, _, _, _, _] => vec![0x90, 0x02],
            _ => vec![0x6a, 0x81],
        };
        (data, self.status(), if self.card.is_some() { 0 } else { 0x81 })
    }

    fn answer(&mut self, message: &[u8]) -> Packet {
        let (kind, slot, seq, data) = (message[0], message[5], message[6], &message[HEADER..]);
        let (answer, data, status, error) = match kind {
            0x62 => {
                self.powered = self.card.is_some();
                let atr = if self.powered {
                    ATR.to_vec()
                } else {
                    vec![0x3b, 0x00]
                };
                (0x80, atr, self.status(), if self.powered { 0 } else { 0x81 })
            }
            0x63 => {
                self.powered = false;
                (0x81, Vec::new(), self.status(), 0)
            }
            0x65 => (0x81, Vec::new(), self.status(), 0),
            0x6b | 0x6f => {
                let (data, status, error) = self.apdu(data);
                (if kind == 0x6b { 0x83 } else { 0x80 }, data, status, error)
            }
            // Failed, command not supported.
            _ => (0x81, Vec::new(), 0x40 | self.status(), 0),
        };
        let length = (data.len() as u32).to_le_bytes();
        let header = [
            answer, length[0], length[1], length[2], length[3], slot, seq, status, error, 0,
        ];
        (BULK_IN, [header.as_slice(), &data].concat())
    }
}

impl Model for Acr122u {
    fn device(&self) -> [u8; 18] {
        Self::identity().device()
    }

    fn configuration(&self) -> Vec<u8> {
        // The class descriptor: one slot, T=0 and T=1, short APDUs, messages of up to 271 bytes.
        let class = [
            54, 0x21, 0x10, 0x01, 0, 7, 3, 0, 0, 0, 0xa0, 0x0f, 0, 0, 0xa0, 0x0f, 0, 0, 0, 0x80, 0x25, 0, 0,
            0x80, 0x25, 0, 0, 0, 0xf7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x04, 0x02, 0, 0x0f, 0x01, 0,
            0, 0, 0, 0, 0, 0, 1,
        ];
        configuration(
            1,
            &[
                &interface(0, 3, [0x0b, 0, 0]),
                &class,
                &interrupt(0x81, 8, 16),
                &bulk(0x02, 64),
                &bulk(0x82, 64),
            ],
        )
    }

    fn strings(&self) -> Vec<String> {
        Self::identity().strings()
    }

    fn request(&mut self, setup: &Setup, _data: &[u8]) -> Option<Vec<u8>> {
        // Abort; it has no clock frequencies and data rates to tell.
        matches!((setup.kind, setup.request), (0x21, 1)).then(Vec::new)
    }

    fn hear(&mut self, _endpoint: u8, bytes: &[u8]) -> Vec<Packet> {
        self.partial.extend_from_slice(bytes);
        let mut said = Vec::new();
        while let Some([length @ .., _, _, _, _, _]) = self.partial.get(1..HEADER) {
            let data = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
            if self.partial.len() < HEADER + data {
                break;
            }
            let message: Vec<u8> = self.partial.drain(..HEADER + data).collect();
            if !self.mute {
                said.push(self.answer(&message));
            }
        }
        said
    }

    fn mouth(&self) -> u8 {
        NOTICE
    }

    fn show(&mut self, uid: &[u8]) -> Vec<Packet> {
        self.card = Some(uid.to_vec());
        vec![(NOTICE, vec![0x50, 0x03])]
    }

    fn take(&mut self) -> Vec<Packet> {
        self.card = None;
        self.powered = false;
        vec![(NOTICE, vec![0x50, 0x02])]
    }

    fn told(&self) -> u64 {
        self.told
    }

    fn tear(&mut self, uid: &[u8]) -> Vec<Packet> {
        self.mute = true;
        self.show(uid)
    }
}
