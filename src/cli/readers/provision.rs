//! `formular readers provision`: the set-up that a reader keeps, sent because somebody said so.

use super::super::{Failure, Outcome, print};
use crate::profile::{Bytes, Catalogue, Profile};
use crate::reader::{self, Port};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long an answer may take; writing to flash is slow.
const ANSWER: Duration = Duration::from_secs(2);
/// An answer has ended after so much silence.
const QUIET: Duration = Duration::from_millis(100);

pub(super) fn provision(table: &Catalogue, profile: &str, path: &Path, yes: bool) -> Outcome {
    let profile = table.find(profile)?;
    let set_up = &profile.provision;
    if set_up.send.is_empty() {
        return Err(Failure(format!(
            "the profile {} has no [provision]: nothing is kept in this reader's flash",
            profile.name
        )));
    }
    print(&format!("{}: {}", profile.name, set_up.note))?;
    for command in &set_up.send {
        print(&format!("  {}", hex::encode(&command.0)))?;
    }
    if !yes {
        return Err(Failure("nothing was sent; --yes sends it".into()));
    }
    let mut port = reader::opener(profile.way)
        .open(path, &profile.line)
        .map_err(|trouble| Failure(format!("{}: {trouble}", path.display())))?;
    send(port.as_mut(), &profile)?;
    print("the reader took it")?;
    Ok(ExitCode::SUCCESS)
}

/// One command after the other; the first answer that is not as expected ends it.
fn send(port: &mut dyn Port, profile: &Profile) -> Result<(), Failure> {
    let none = Bytes::default();
    for (n, command) in profile.provision.send.iter().enumerate() {
        let expected = &profile.provision.expect.get(n).unwrap_or(&none).0;
        let place = format!("command {} of {}", n + 1, profile.provision.send.len());
        port.write(&command.0)
            .map_err(|trouble| Failure(format!("{place} was not taken: {trouble}; those before it were")))?;
        let answer = answer(port).map_err(|trouble| Failure(format!("{place}: {trouble}")))?;
        if !answer.starts_with(expected) {
            return Err(Failure(format!(
                "{place}: the answer is «{}», expected «{}…»; what came after it was not sent",
                hex::encode(&answer),
                hex::encode(expected)
            )));
        }
    }
    Ok(())
}

fn answer(port: &mut dyn Port) -> Result<Vec<u8>, reader::Trouble> {
    let (mut answer, mut buffer) = (Vec::new(), [0; 256]);
    let until = Instant::now() + ANSWER;
    while Instant::now() < until {
        match port.read(&mut buffer, QUIET)? {
            0 if !answer.is_empty() => break,
            n => answer.extend_from_slice(buffer.get(..n).unwrap_or_default()),
        }
    }
    Ok(answer)
}
