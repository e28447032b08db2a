//! What the fuzz targets do with their bytes; the project's tests run the corpus through the same functions.

use formular::profile::Family;
use formular::wire::{Verdict, decode, decoder_for, most_held, normalise};

/// What a family does with bytes, be it a line's or a payload's.
pub fn family(family: Family, data: &[u8]) {
    match family.is_reader() {
        true => reader(family, data),
        false => payload(family, data),
    }
}

/// The first byte says how the rest is cut; 1F 8B in it stands for silence on the line.
/// Cutting changes no verdict, memory is bounded, silence leaves nothing.
fn reader(family: Family, data: &[u8]) {
    let [step, stream @ ..] = data else {
        return;
    };
    let step = usize::from(*step).max(1);
    assert_eq!(
        heard(family, stream, step),
        heard(family, stream, usize::MAX),
        "{}",
        family.as_str()
    );
    decode::lines(family, stream, true);
}

fn heard(family: Family, stream: &[u8], step: usize) -> Vec<Verdict> {
    let Some(mut decoder) = decoder_for(family) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut rest = stream;
    loop {
        let end = rest.windows(2).position(|pair| pair == [0x1F, 0x8B]);
        for chunk in rest[..end.unwrap_or(rest.len())].chunks(step) {
            decoder.push(chunk, &mut out);
            assert!(decoder.held() <= most_held(family), "{}", family.as_str());
        }
        decoder.gap(&mut out);
        assert_eq!(decoder.held(), 0, "{}", family.as_str());
        match end {
            Some(end) => rest = &rest[end + 2..],
            None => return out,
        }
    }
}

/// EPC, NDEF, GS1, printed forms and their like: one payload, one answer.
fn payload(family: Family, payload: &[u8]) {
    assert_eq!(decode::lines(family, payload, true).len(), 1);
    decode::lines(family, payload, false);
}

/// A typed text: whatever it may mean is a tag that is written and read back, and so are its aliases.
pub fn typed(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for tag in normalise::typed(text) {
        assert_eq!(tag.to_string().parse().as_ref(), Ok(&tag));
        for alias in normalise::aliases(&tag) {
            assert_ne!(alias, tag);
            assert_eq!(alias.to_string().parse().as_ref(), Ok(&alias));
        }
    }
}
