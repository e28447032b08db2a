//! Descriptors, byte by byte (USB 2.0, chapter 9).

/// Who a device says it is.
#[derive(Clone, Debug)]
pub struct Identity {
    pub vid: u16,
    pub pid: u16,
    /// Release in decimal digits; drivers tell chips apart by it.
    pub release: u16,
    /// Class, subclass, protocol of the device; zeros: its interfaces say.
    pub class: [u8; 3],
    pub maker: &'static str,
    pub product: &'static str,
    /// None: as most cheap readers, all units look the same.
    pub serial: Option<&'static str>,
}

impl Identity {
    pub fn device(&self) -> [u8; 18] {
        let [vid, pid, release] = [self.vid, self.pid, self.release].map(u16::to_le_bytes);
        let [class, subclass, protocol] = self.class;
        let serial = if self.serial.is_some() { 3 } else { 0 };
        [
            18, 1, 0x00, 0x02, class, subclass, protocol, 64, vid[0], vid[1], pid[0], pid[1], release[0],
            release[1], 1, 2, serial, 1,
        ]
    }

    pub fn strings(&self) -> Vec<String> {
        let all = [Some(self.maker), Some(self.product), self.serial];
        all.into_iter().flatten().map(str::to_owned).collect()
    }
}

/// A configuration of one hundred milliamperes with these interfaces (and what stands among them).
pub fn configuration(interfaces: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = (body.len() as u16 + 9).to_le_bytes();
    [
        &[9, 2, length[0], length[1], interfaces, 1, 0, 0x80, 50],
        body.as_slice(),
    ]
    .concat()
}

pub fn interface(number: u8, endpoints: u8, class: [u8; 3]) -> [u8; 9] {
    [9, 4, number, 0, endpoints, class[0], class[1], class[2], 0]
}

const BULK: u8 = 2;
const INTERRUPT: u8 = 3;

/// A bulk endpoint; bit 7 of the address means to the host.
pub fn bulk(address: u8, size: u8) -> [u8; 7] {
    [7, 5, address, BULK, size, 0, 0]
}

/// An interrupt endpoint that is asked every `ms` milliseconds.
pub fn interrupt(address: u8, size: u8, ms: u8) -> [u8; 7] {
    [7, 5, address, INTERRUPT, size, 0, ms]
}
