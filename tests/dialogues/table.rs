//! `table.txt`: what is said and heard, row by row.

use formular::{
    cue::Cue,
    profile::builtin,
    wire::{Dialogue, Verdict, dialogue_for},
};

fn words(send: &[Vec<u8>], out: &[Verdict]) -> Vec<String> {
    let said = send.iter().map(|bytes| format!("> {}", hex::encode_upper(bytes)));
    let told = out.iter().map(|verdict| match verdict {
        Verdict::Tag(reading) => reading.tag.to_string(),
        Verdict::Status(status) => format!("status {}", status.as_str()),
        Verdict::Reject(reject) => format!("reject {}", reject.as_str()),
    });
    said.chain(told).collect()
}

/// `> 65 00` without its blanks; words stay as they are.
fn wanted(row: &str) -> Vec<String> {
    row.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| match part.strip_prefix('>') {
            Some(bytes) => format!("> {}", bytes.replace(' ', "")),
            None => part.to_owned(),
        })
        .collect()
}

fn happen(dialogue: &mut dyn Dialogue, at: u64, event: &str, step: usize) -> Vec<String> {
    let (mut out, mut send) = (Vec::new(), Vec::new());
    match event.split_once(' ').unwrap_or((event, "")) {
        ("open", _) => dialogue.open(at, &mut send),
        ("close", _) => dialogue.close(&mut send),
        ("tick", _) => dialogue.tick(at, &mut out, &mut send),
        ("cue", name) => {
            let cue = Cue::ALL.into_iter().find(|cue| cue.as_str() == name).unwrap();
            dialogue.cue(cue, &mut send);
        }
        ("<", bytes) => {
            for piece in hex::decode(bytes.replace(' ', "")).unwrap().chunks(step) {
                dialogue.push(piece, at, &mut out, &mut send);
            }
            dialogue.tick(at, &mut out, &mut send);
        }
        _ => panic!("{event}"),
    }
    words(&send, &out)
}

/// Once with whole messages, once byte by byte: however they are cut, the same is said and told.
#[test]
fn every_row_says_what_the_table_says() {
    let mut wrong = Vec::new();
    let tables = include_str!("table.txt").split("\n# ").skip(1);
    for table in tables {
        let (title, rows) = table.split_once('\n').unwrap();
        let (profile, rows) = rows.strip_prefix("= ").unwrap().split_once('\n').unwrap();
        for step in [usize::MAX, 1] {
            let mut dialogue = dialogue_for(&builtin().find(profile).unwrap()).unwrap();
            for row in rows.lines().filter(|row| !row.trim().is_empty()) {
                let (event, want) = row.split_once('|').unwrap();
                let (at, event) = event.split_once(' ').unwrap();
                let got = happen(dialogue.as_mut(), at.parse().unwrap(), event.trim(), step);
                if got != wanted(want) {
                    wrong.push(format!("{title}\n  {row}\n    {got:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
