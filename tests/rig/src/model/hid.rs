//! Human interface devices: what every keyboard and HID scanner answers; what they say is theirs.
//!
//! Source: HID 1.11, chapter 7.

use super::descriptor::{Identity, configuration, interface, interrupt};
use crate::usbip::{Model, Packet, Setup};
use std::time::Duration;

const GET_DESCRIPTOR: u8 = 6;
const GET_REPORT: u8 = 1;
const SET_REPORT: u8 = 9;
const SET_IDLE: u8 = 10;
const SET_PROTOCOL: u8 = 11;

pub struct Hid {
    pub identity: Identity,
    /// Class, subclass, protocol: a boot keyboard says so.
    pub class: [u8; 3],
    /// The report descriptor.
    pub report: &'static [u8],
    /// Largest report.
    pub size: u8,
    /// The reports for a tag.
    pub show: fn(&[u8]) -> Vec<Packet>,
    /// The reports before the cable is pulled.
    pub tear: fn(&[u8]) -> Vec<Packet>,
}

impl Hid {
    /// Version 1.11, no country, one report descriptor.
    fn descriptor(&self) -> [u8; 9] {
        [9, 0x21, 0x11, 0x01, 0, 1, 0x22, self.report.len() as u8, 0]
    }
}

impl Model for Hid {
    fn device(&self) -> [u8; 18] {
        self.identity.device()
    }

    fn configuration(&self) -> Vec<u8> {
        let interface = interface(0, 1, self.class);
        configuration(
            1,
            &[&interface, &self.descriptor(), &interrupt(0x81, self.size, 8)],
        )
    }

    fn strings(&self) -> Vec<String> {
        self.identity.strings()
    }

    fn request(&mut self, setup: &Setup, _data: &[u8]) -> Option<Vec<u8>> {
        match (setup.kind, setup.request, setup.value >> 8) {
            (0x81, GET_DESCRIPTOR, 0x22) => Some(self.report.to_vec()),
            (0x81, GET_DESCRIPTOR, 0x21) => Some(self.descriptor().to_vec()),
            (0x21, SET_REPORT | SET_IDLE | SET_PROTOCOL, _) => Some(Vec::new()),
            (0xa1, GET_REPORT, _) => Some(vec![0; setup.length.into()]),
            _ => None,
        }
    }

    fn mouth(&self) -> u8 {
        1
    }

    fn show(&mut self, bytes: &[u8]) -> Vec<Packet> {
        (self.show)(bytes)
    }

    fn tear(&mut self, bytes: &[u8]) -> Vec<Packet> {
        (self.tear)(bytes)
    }

    /// A full-speed host asks every eight milliseconds; `vhci_hcd` would take everything at once, and the kernel's
    /// queue of events would overflow.
    fn pace(&self) -> Duration {
        Duration::from_millis(8)
    }
}
