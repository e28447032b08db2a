//! Cues from the daemon itself: a browser may be closed, muted or not yet allowed to sound.
//!
//! Knows: how a cue becomes a WAV, and which players a desktop has. Must not know: why a cue is played.
//! No sound library is linked: ALSA's would have to be installed to build, and a player is on every desktop.

use crate::cue::{Cue, GAP_MS};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::mpsc;

/// Samples per second; enough for a beep.
const RATE: u32 = 22_050;
/// Players that take a WAV on standard input, in the order in which they are tried.
const PLAYERS: [&[&str]; 3] = [
    &["pw-play", "-"],
    &["paplay", "/dev/stdin"],
    &["aplay", "-q", "-"],
];
/// Cues that may wait; an older one would only sound too late.
const QUEUE: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub on: bool,
    /// 0 to 100.
    pub volume: u8,
    /// A player that takes a WAV on standard input, with its arguments; found by itself if empty.
    pub player: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            on: true,
            volume: 60,
            player: Vec::new(),
        }
    }
}

/// Starts the thread that plays. Where nothing can play the sender leads nowhere, which the log says once.
pub fn start(settings: Settings) -> mpsc::SyncSender<Cue> {
    let (sender, cues) = mpsc::sync_channel::<Cue>(QUEUE);
    if !settings.on {
        return sender;
    }
    let Some(player) = find_player(&settings.player) else {
        tracing::info!("no sound player found; cues come from the page and the readers alone");
        return sender;
    };
    let play = move || {
        for cue in cues {
            if let Err(error) = play(&player, &wav(cue, settings.volume)) {
                tracing::warn!(%error, player = %player.join(" "), "a cue could not be played");
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("sound".into()).spawn(play) {
        tracing::warn!(%error, "no thread for sound");
    }
    sender
}

fn find_player(wanted: &[String]) -> Option<Vec<String>> {
    if !wanted.is_empty() {
        return Some(wanted.to_vec());
    }
    let path = std::env::var_os("PATH")?;
    let has = |name: &str| std::env::split_paths(&path).any(|dir| dir.join(name).is_file());
    let player = PLAYERS
        .iter()
        .find(|player| player.first().is_some_and(|name| has(name)))?;
    Some(player.iter().map(|part| (*part).to_owned()).collect())
}

fn play(player: &[String], wav: &[u8]) -> std::io::Result<()> {
    let [program, arguments @ ..] = player else {
        return Ok(());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(wav)?;
    }
    child.wait().map(drop)
}

/// A cue as 16-bit mono WAV; `volume` 0 to 100.
pub fn wav(cue: Cue, volume: u8) -> Vec<u8> {
    let mut samples: Vec<i16> = Vec::new();
    for (n, beep) in cue.beeps().iter().enumerate() {
        if n > 0 {
            samples.extend(std::iter::repeat_n(0, samples_in(GAP_MS)));
        }
        let length = samples_in(beep.ms);
        let loudness = f32::from(volume.min(100)) / 100.0 * f32::from(i16::MAX) * 0.8;
        samples.extend((0..length).map(|i| {
            let phase = i as f32 / RATE as f32 * f32::from(beep.hz) * std::f32::consts::TAU;
            // Five milliseconds of ramp at both ends: without it a loudspeaker clicks.
            let edge = i.min(length - i) as f32 / (RATE as f32 * 0.005);
            (phase.sin() * loudness * edge.min(1.0)) as i16
        }));
    }
    let bytes = (samples.len() * 2) as u32;
    let mut out = Vec::with_capacity(44 + samples.len() * 2);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + bytes).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    out.extend_from_slice(&1u16.to_le_bytes()); // PCM
    out.extend_from_slice(&1u16.to_le_bytes()); // one channel
    out.extend_from_slice(&RATE.to_le_bytes());
    out.extend_from_slice(&(RATE * 2).to_le_bytes());
    out.extend_from_slice(&2u16.to_le_bytes());
    out.extend_from_slice(&16u16.to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&bytes.to_le_bytes());
    samples
        .iter()
        .for_each(|sample| out.extend_from_slice(&sample.to_le_bytes()));
    out
}

fn samples_in(ms: u16) -> usize {
    usize::from(ms) * RATE as usize / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cue_is_a_wav_of_its_length() {
        for cue in Cue::ALL {
            let ms: u16 =
                cue.beeps().iter().map(|b| b.ms).sum::<u16>() + GAP_MS * (cue.beeps().len() as u16 - 1);
            let wav = wav(cue, 50);
            let samples = (wav.len() - 44) / 2;
            assert!(
                samples.abs_diff(samples_in(ms)) <= 4,
                "{cue:?}: {samples} samples for {ms} ms"
            );
            assert!(wav[44..].iter().any(|b| *b != 0));
        }
        assert!(
            wav(Cue::Lent, 0)[44..].iter().all(|b| *b == 0),
            "volume 0 is silence"
        );
    }

    #[test]
    fn a_player_gets_the_whole_cue() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let player = ["sh", "-c", &format!("cat > {}", file.path().display())].map(str::to_owned);
        let bytes = wav(Cue::Refused, 60);
        play(&player, &bytes).unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), bytes);
    }
}
