//! A serial line of the communication device class: no chip of its own, the firmware is the port.
//!
//! Interface 0 controls (a notification endpoint), interface 1 carries bytes. Source: USB CDC 1.2, PSTN 1.2.

use super::descriptor::{Identity, bulk, configuration, interface, interrupt};
use crate::usbip::{Model, Packet, Setup};

const SET_LINE_CODING: u8 = 0x20;
const GET_LINE_CODING: u8 = 0x21;
/// Sent with bit 0 set when a program opens the port: Data Terminal Ready.
pub const SET_CONTROL_LINE_STATE: u8 = 0x22;

pub struct Cdc {
    identity: Identity,
    /// 01 says «AT commands», as modems do; scanners say 00 or lie.
    protocol: u8,
    coding: Vec<u8>,
}

impl Cdc {
    pub fn new(identity: Identity, protocol: u8) -> Self {
        Self {
            identity,
            protocol,
            coding: vec![0x80, 0x25, 0, 0, 0, 0, 8],
        }
    }
}

impl Model for Cdc {
    fn device(&self) -> [u8; 18] {
        self.identity.device()
    }

    fn configuration(&self) -> Vec<u8> {
        configuration(
            2,
            &[
                // The association, then the header, call management, abstract control and union of interface 0.
                &[8, 11, 0, 2, 2, 2, self.protocol, 0],
                &interface(0, 1, [2, 2, self.protocol]),
                &[5, 0x24, 0, 0x10, 0x01],
                &[5, 0x24, 1, 0, 1],
                &[4, 0x24, 2, 2],
                &[5, 0x24, 6, 0, 1],
                &interrupt(0x83, 16, 10),
                &interface(1, 2, [0x0a, 0, 0]),
                &bulk(0x81, 64),
                &bulk(0x02, 64),
            ],
        )
    }

    fn strings(&self) -> Vec<String> {
        self.identity.strings()
    }

    fn request(&mut self, setup: &Setup, data: &[u8]) -> Option<Vec<u8>> {
        match (setup.kind, setup.request) {
            (0x21, SET_LINE_CODING) => {
                self.coding = data.to_vec();
                Some(Vec::new())
            }
            (0x21, SET_CONTROL_LINE_STATE) => Some(Vec::new()),
            (0xa1, GET_LINE_CODING) => Some(self.coding.clone()),
            _ => None,
        }
    }

    fn mouth(&self) -> u8 {
        1
    }

    fn show(&mut self, bytes: &[u8]) -> Vec<Packet> {
        bytes.chunks(64).map(|part| (1, part.to_vec())).collect()
    }
}
