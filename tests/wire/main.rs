//! The decoders against frames that were seen, broken and cut.
#![allow(clippy::unwrap_used, reason = "a test may fail by panic, its helpers too")]

mod corpus;
mod frames;
mod sent;
mod streams;
mod vectors;

use formular::profile::Family;
use formular::wire::{Decoder, Verdict, decoder_for};

/// Verdicts in the words of the tables: a tag, `status …`, `reject …`.
fn words(verdicts: &[Verdict]) -> Vec<String> {
    verdicts
        .iter()
        .map(|verdict| match verdict {
            Verdict::Tag(reading) => reading.tag.to_string(),
            Verdict::Status(status) => format!("status {}", status.as_str()),
            Verdict::Reject(reject) => format!("reject {}", reject.as_str()),
        })
        .collect()
}

fn reader(family: Family) -> Box<dyn Decoder> {
    decoder_for(family).unwrap_or_else(|| panic!("{} is no reader", family.as_str()))
}

/// What is said of pieces of a stream, with silence at its end.
fn heard(family: Family, pieces: &[&[u8]]) -> Vec<Verdict> {
    let mut decoder = reader(family);
    let mut out = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut out);
    }
    decoder.gap(&mut out);
    out
}

fn readers() -> impl Iterator<Item = Family> {
    Family::ALL.into_iter().filter(|family| family.is_reader())
}
