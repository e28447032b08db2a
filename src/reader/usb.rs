//! USB devices as such: the only file that names `rusb`.
//!
//! Knows: which numbers are plugged in. Must not know: which of them are readers.

use rusb::UsbContext;

/// A device on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbDevice {
    pub vid: u16,
    pub pid: u16,
    pub bus: u8,
    pub address: u8,
}

/// No USB on this machine: a normal state, in a container for one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no USB here: {0}")]
pub struct UsbError(String);

/// What is on the bus now.
///
/// # Errors
/// Where the system offers no USB. The library's own global context would panic there; this one is asked for.
pub fn devices() -> Result<Vec<UsbDevice>, UsbError> {
    let wrong = |e: rusb::Error| UsbError(e.to_string());
    let context = rusb::Context::new().map_err(wrong)?;
    let list = context.devices().map_err(wrong)?;
    let mut devices: Vec<UsbDevice> = list
        .iter()
        .filter_map(|device| {
            let about = device.device_descriptor().ok()?;
            Some(UsbDevice {
                vid: about.vendor_id(),
                pid: about.product_id(),
                bus: device.bus_number(),
                address: device.address(),
            })
        })
        .collect();
    devices.sort_by_key(|d| (d.bus, d.address));
    Ok(devices)
}
