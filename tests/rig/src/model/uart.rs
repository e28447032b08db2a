//! USB chips with a serial line behind them: FTDI's, Silicon Labs' and WCH's, as their Linux drivers know them.
//!
//! Only what the drivers ask is answered; a request that is new here stalls and is named by the rig.
//! Sources: the kernel's drivers/usb/serial/{ftdi_sio,cp210x,ch341}.c and their headers.

use super::descriptor::{Identity, bulk, configuration, interface, interrupt};
use crate::usbip::{Model, Packet, Setup};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chip {
    /// FT232R: every packet to the host opens with two bytes of modem and line status.
    Ftdi,
    Cp210x,
    Ch341,
}

/// A chip, who it says it is, and the reader behind it, which speaks at 9600 baud.
pub struct Uart {
    chip: Chip,
    identity: Identity,
    is_tuned: bool,
}

const VENDOR: [u8; 3] = [0xff, 0, 0];

impl Uart {
    pub fn ftdi(
        vid: u16,
        pid: u16,
        maker: &'static str,
        product: &'static str,
        serial: Option<&'static str>,
    ) -> Self {
        Self {
            chip: Chip::Ftdi,
            identity: Identity {
                vid,
                pid,
                release: 0x0600,
                class: [0; 3],
                maker,
                product,
                serial,
            },
            is_tuned: false,
        }
    }

    pub fn cp2102(serial: &'static str) -> Self {
        Self {
            chip: Chip::Cp210x,
            identity: Identity {
                vid: 0x10c4,
                pid: 0xea60,
                release: 0x0100,
                class: [0; 3],
                maker: "Silicon Labs",
                product: "CP2102 USB to UART Bridge Controller",
                serial: Some(serial),
            },
            is_tuned: false,
        }
    }

    /// Has no serial number, like every CH340.
    pub fn ch340() -> Self {
        Self {
            chip: Chip::Ch341,
            identity: Identity {
                vid: 0x1a86,
                pid: 0x7523,
                release: 0x0264,
                class: VENDOR,
                maker: "QinHeng Electronics",
                product: "USB Serial",
                serial: None,
            },
            is_tuned: false,
        }
    }

    fn read(&self, setup: &Setup) -> Option<Vec<u8>> {
        match (self.chip, setup.request, setup.value) {
            // Modem status, latency timer, two bytes of the EEPROM.
            (Chip::Ftdi, 0x05, _) => Some(vec![0x01, 0x60]),
            (Chip::Ftdi, 0x0a, _) => Some(vec![16]),
            (Chip::Ftdi, 0x90, _) => Some(vec![0, 0]),
            // Part number: CP2102. Others answer what they have; this one has no more.
            (Chip::Cp210x, 0xff, 0x370b) => Some(vec![0x02]),
            (Chip::Cp210x, 0x04, _) => Some(vec![0x00, 0x08]),
            (Chip::Cp210x, 0x08, _) => Some(vec![0x33]),
            (Chip::Cp210x, 0x10, _) => Some(vec![0; 19]),
            (Chip::Cp210x, 0x14, _) => Some(vec![0; 16]),
            (Chip::Cp210x, 0x1d, _) => Some(9600u32.to_le_bytes().to_vec()),
            // Version, two registers.
            (Chip::Ch341, 0x5f, _) => Some(vec![0x31, 0x00]),
            (Chip::Ch341, 0x95, _) => Some(vec![0xff, 0xee]),
            _ => None,
        }
    }

    /// What the chip is told about its speed; None: another request.
    fn is_9600(&self, setup: &Setup, data: &[u8]) -> Option<bool> {
        match (self.chip, setup.request, setup.value) {
            // 3 MHz / 312.5, the half being bits 14 and 15.
            (Chip::Ftdi, 0x03, divisor) => Some(divisor == 0x4138),
            (Chip::Cp210x, 0x1e, _) => Some(*data == 9600u32.to_le_bytes()),
            // Divisor and prescaler; the other bits are the chip's buffering.
            (Chip::Ch341, 0x9a, 0x1312) => Some(setup.index & 0xff07 == 0xb202),
            _ => None,
        }
    }

    fn writes(&self, request: u8) -> bool {
        match self.chip {
            // Reset, modem control, flow, baud, data format, event and error characters, latency.
            Chip::Ftdi => matches!(request, 0x00..=0x04 | 0x06 | 0x07 | 0x09),
            // Enable, line control, break, modem lines, characters, purge, flow, baud.
            Chip::Cp210x => matches!(
                request,
                0x00 | 0x01 | 0x03 | 0x05 | 0x07 | 0x09 | 0x0d | 0x12 | 0x13 | 0x19 | 0x1e
            ),
            // Serial initialisation, registers, modem lines.
            Chip::Ch341 => matches!(request, 0x9a | 0xa1 | 0xa4),
        }
    }
}

impl Model for Uart {
    fn device(&self) -> [u8; 18] {
        self.identity.device()
    }

    fn configuration(&self) -> Vec<u8> {
        let two = interface(0, 2, [0xff, 0xff, 0xff]);
        match self.chip {
            Chip::Ftdi => configuration(1, &[&two, &bulk(0x81, 64), &bulk(0x02, 64)]),
            Chip::Cp210x => configuration(1, &[&interface(0, 2, VENDOR), &bulk(0x81, 64), &bulk(0x01, 64)]),
            Chip::Ch341 => {
                let three = interface(0, 3, [0xff, 0x01, 0x02]);
                configuration(
                    1,
                    &[&three, &bulk(0x82, 32), &bulk(0x02, 32), &interrupt(0x81, 8, 1)],
                )
            }
        }
    }

    fn strings(&self) -> Vec<String> {
        self.identity.strings()
    }

    fn request(&mut self, setup: &Setup, data: &[u8]) -> Option<Vec<u8>> {
        self.is_tuned = self.is_9600(setup, data).unwrap_or(self.is_tuned);
        match setup.kind & 0x80 {
            0 => self.writes(setup.request).then(Vec::new),
            _ => self.read(setup),
        }
    }

    fn is_tuned(&self) -> bool {
        self.is_tuned
    }

    fn mouth(&self) -> u8 {
        if self.chip == Chip::Ch341 { 2 } else { 1 }
    }

    fn show(&mut self, bytes: &[u8]) -> Vec<Packet> {
        // At another speed the host reads other bits; what they are is of no interest, only that they are wrong.
        let heard = |byte: &u8| {
            if self.is_tuned {
                *byte
            } else {
                byte.rotate_left(3) ^ 0xe0
            }
        };
        let bytes: Vec<u8> = bytes.iter().map(heard).collect();
        match self.chip {
            Chip::Ftdi => bytes
                .chunks(62)
                .map(|part| (1, [&[0x01, 0x60], part].concat()))
                .collect(),
            Chip::Cp210x => bytes.chunks(64).map(|part| (1, part.to_vec())).collect(),
            Chip::Ch341 => bytes.chunks(32).map(|part| (2, part.to_vec())).collect(),
        }
    }
}
