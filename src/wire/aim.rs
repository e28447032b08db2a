//! AIM symbology identifiers: `]cm` before the data tells which kind of code was read.
//!
//! Source: ISO/IEC 15424; tables in the manuals of NCR 7895 and Datalogic.
//!
//! Knows: identifiers. Must not know: frames, tags.

/// Takes `]cm` off a text: the two characters after the bracket, and the rest.
pub fn split(text: &str) -> Option<([u8; 2], &str)> {
    let [b']', kind, modifier, ..] = text.as_bytes() else {
        return None;
    };
    if !kind.is_ascii_alphabetic() || !modifier.is_ascii_alphanumeric() {
        return None;
    }
    Some(([*kind, *modifier], text.get(3..)?))
}

/// Whether the data are GS1 element strings: GS1-128, GS1 DataBar, GS1 Data Matrix, GS1 QR, GS1 DotCode.
pub fn is_gs1(aim: [u8; 2]) -> bool {
    matches!(&aim, b"C1" | b"e0" | b"e1" | b"e2" | b"d2" | b"Q3" | b"J1")
}

/// Whether the data are an EAN or UPC number, digits only.
pub fn is_ean(aim: [u8; 2]) -> bool {
    matches!(&aim, b"E0" | b"E3" | b"E4")
}

/// Honeywell's answers to commands come under this identifier; they are no codes.
pub fn is_command_answer(aim: [u8; 2]) -> bool {
    aim == *b"Z6"
}
