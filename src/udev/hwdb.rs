//! The same numbers for the hardware database: whoever asks `udevadm info` sees which profile a device has.
//!
//! Knows: the language of hwdb. Must not know: which rules stand beside it; they do without.

use super::{claims, head};
use crate::profile::{Catalogue, Way};
use std::collections::BTreeMap;

/// One entry per number. A number with words beside it is not there: the database knows numbers alone.
pub(super) fn hwdb(table: &Catalogue) -> String {
    let mut entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (profile, usb) in claims(table) {
        if !usb.maker.is_empty() || !usb.product.is_empty() {
            continue;
        }
        let pid = usb.pid.to_string().to_uppercase().replace('X', "?");
        let vid = usb.vid.to_string().to_uppercase();
        let lines = entries.entry(format!("usb:v{vid}p{pid}*")).or_default();
        lines.push(format!(" ID_FORMULAR_PROFILE={}", profile.name));
        lines.push(" ID_MM_DEVICE_IGNORE=1".to_owned());
        if profile.way == Way::Evdev {
            let lines = entries
                .entry(format!("evdev:input:b0003v{vid}p{pid}*"))
                .or_default();
            lines.push(" LIBINPUT_IGNORE_DEVICE=1".to_owned());
        }
    }
    let mut out = head("Which profile reads which device.");
    for (number, mut lines) in entries {
        // One number in two ways in (the same scanner in two modes) is named after the first.
        let mut keys: Vec<String> = Vec::new();
        lines.retain(|line| {
            let key = line.split('=').next().unwrap_or_default().to_owned();
            let new = !keys.contains(&key);
            keys.push(key);
            new
        });
        out.push_str(&format!("\n{number}\n{}\n", lines.join("\n")));
    }
    out
}
