//! The models as a table for people: what each speaks, how it comes in, what is proved of it.
//!
//! Knows: profiles, Markdown. Must not know: where proofs lie.

use super::Profile;
use std::fmt::Write;

/// What stands behind a profile; nothing derived is called a proof of hardware.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Frames of the family that others published or captured, and that the decoder agrees with.
    pub vectors: usize,
    /// `captured`, `published` or `derived`.
    pub capture: String,
    /// An emulated device of this profile is read by the real kernel.
    pub rig: bool,
}

/// The table without proofs.
pub fn models_table(profiles: &[Profile]) -> String {
    let mut out = String::from("| model | profile | family | way in | USB |\n|---|---|---|---|---|\n");
    for profile in profiles {
        let _ = writeln!(out, "| {} |", row(profile).join(" | "));
    }
    out
}

/// The table with what is proved of each model.
pub fn proved_table(profiles: &[Profile], proof: impl Fn(&Profile) -> Proof) -> String {
    let mut out = String::from(
        "| model | profile | family | way in | USB | vectors | capture | rig | on the device |\n|---|---|---|---|---|--:|---|---|---|\n",
    );
    for profile in profiles {
        let proof = proof(profile);
        let tried = match profile.origin.tried.trim() {
            "" => "—",
            tried => tried,
        };
        let rig = if proof.rig { "yes" } else { "—" };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {rig} | {tried} |",
            row(profile).join(" | "),
            proof.vectors,
            proof.capture
        );
    }
    out
}

fn row(profile: &Profile) -> [String; 5] {
    let cell = |text: &str| text.replace('|', "/").trim().to_owned();
    let numbers: Vec<String> = profile
        .usb
        .iter()
        .map(|usb| {
            let mode = usb.mode(profile.way);
            let mark = match (usb.bridge, usb.reads(profile.way)) {
                (true, _) => " (bridge)".to_owned(),
                (false, true) => String::new(),
                (false, false) => format!(" ({}: switch over)", mode.as_str()),
            };
            format!("{}:{}{mark}", usb.vid, usb.pid)
        })
        .collect();
    [
        cell(&format!("{} {}", profile.vendor, profile.model)),
        format!("`{}`", profile.name),
        format!("`{}`", profile.family.as_str()),
        profile.way.as_str().to_owned(),
        match numbers.is_empty() {
            true => "by hand".to_owned(),
            false => numbers.join(", "),
        },
    ]
}
