//! `formular decode FAMILY`: bytes through a decoder, verdicts as JSON Lines.

use super::{Failure, Outcome, print};
use crate::profile::Family;
use crate::wire;
use std::io::Read;
use std::process::ExitCode;

/// Most bytes that are taken from standard input.
const MAX_INPUT: u64 = 64 << 20;

/// Show what a decoder makes of bytes: one JSON line per tag, status or reject
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A family's name, for example em4100-rdm6300, barcode-text, epc
    #[arg(value_parser = family)]
    family: Family,
    /// The bytes as hexadecimal digits, spaces allowed; standard input if absent
    #[arg(long, value_name = "HEX", value_parser = bytes)]
    hex: Option<Bytes>,
}

#[derive(Clone, Debug)]
struct Bytes(Vec<u8>);

fn family(name: &str) -> Result<Family, String> {
    Family::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Family::ALL.iter().map(|family| family.as_str()).collect();
        format!("no such family; known are {}", names.join(", "))
    })
}

fn bytes(text: &str) -> Result<Bytes, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    hex::decode(&digits).map(Bytes).map_err(|error| error.to_string())
}

pub fn run(arguments: Arguments) -> Outcome {
    let framed = arguments.hex.is_some();
    let bytes = match arguments.hex {
        Some(Bytes(bytes)) => bytes,
        None => {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .take(MAX_INPUT + 1)
                .read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MAX_INPUT {
                return Err(Failure(format!(
                    "more than {} MiB on standard input",
                    MAX_INPUT >> 20
                )));
            }
            bytes
        }
    };
    for line in wire::decode::lines(arguments.family, &bytes, framed) {
        print(&line.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}
