//! A conversation with a reader: bytes and times in, verdicts and bytes to send out.
//!
//! Every reader is spoken with through a [`Dialogue`]. Most only talk, and a plain [`Decoder`] listens; some answer
//! only when asked, and have a dialogue of their own. Nothing here reads a clock or touches a line: the reader's thread
//! tells the time and carries the bytes.
//!
//! Knows: who speaks when. Must not know: ports, clocks, what a tag is bound to.

mod ccid;
mod chafon;
mod ear;
mod field;
mod mercury;
mod pn532;

use super::{Decoder, Verdict, decoder_for, form::read_as, protocol::llrp, quiet_ms};
use crate::{
    cue::Cue,
    profile::{Bytes, CueBytes, Family, Form, Profile, Speak},
};

/// One side of a conversation, from an open line to the end of it.
///
/// Times are milliseconds of any clock that goes on evenly. What is pushed to `send` are whole messages in their
/// order: the line takes each in one piece. However the bytes are cut into `push` calls, the verdicts are the same.
pub trait Dialogue: Send {
    /// The line is open: what is said first.
    fn open(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>);
    /// Takes bytes as they come.
    fn push(&mut self, bytes: &[u8], now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>);
    /// Called after every look at the line, with bytes or without, and no later than [`Dialogue::due_ms`].
    fn tick(&mut self, now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>);
    /// When something is to be said or judged though no byte comes.
    fn due_ms(&self) -> Option<u64>;
    /// The reader itself is to sound or light, if it can.
    fn cue(&mut self, cue: Cue, send: &mut Vec<Vec<u8>>);
    /// The line is let go in good order: what is said last.
    fn close(&mut self, send: &mut Vec<Vec<u8>>);
    /// The line died: judge what it left unfinished.
    fn lost(&mut self, out: &mut Vec<Verdict>);
    /// Bytes held while a frame is incomplete; never more than the family's named limit.
    fn held(&self) -> usize;
}

/// A fresh conversation with a reader of this profile; `None` for families that only decode a payload.
///
/// Nothing is said to a reader that is known by its family alone, unless that family says nothing unasked:
/// CCID, PN532, Reader18, Reader288, ThingMagic and LLRP cannot be read without.
pub fn dialogue_for(profile: &Profile) -> Option<Box<dyn Dialogue>> {
    match profile.family {
        Family::CcidAcr122u => return Some(Box::new(ccid::Talk::new(profile))),
        Family::Pn532Hsu => return Some(Box::new(pn532::Talk::new(profile))),
        Family::UhfReader18 | Family::UhfReader288 => return Some(Box::new(chafon::Talk::new(profile))),
        Family::UhfThingmagic => return Some(Box::new(mercury::Talk::new(profile))),
        Family::Llrp => return Some(llrp::dialogue(profile)),
        _ => {}
    }
    let decoder = decoder_for(profile.family)?;
    Some(Box::new(Listener {
        decoder,
        form: profile.form,
        quiet_ms: quiet_ms(profile.family).into(),
        speak: profile.speak.clone(),
        cues: profile.cue.clone(),
        heard_ms: None,
        poll_ms: None,
    }))
}

/// What a profile has a reader sound; empty: it cannot.
pub(super) fn cue_of(cues: &CueBytes, cue: Cue) -> &Bytes {
    match cue {
        Cue::Lent => &cues.lent,
        Cue::Returned => &cues.returned,
        Cue::Attention => &cues.attention,
        Cue::Refused => &cues.refused,
    }
}

/// A reader that talks by itself, or that repeats one answer to one question; what is said stands in its profile.
struct Listener {
    decoder: Box<dyn Decoder>,
    form: Form,
    quiet_ms: u64,
    speak: Speak,
    cues: CueBytes,
    /// When the last byte came, if no silence was judged since.
    heard_ms: Option<u64>,
    /// When it is asked next.
    poll_ms: Option<u64>,
}

impl Listener {
    /// Reads texts in the profile's form, from this verdict on.
    fn read(&self, from: usize, out: &mut Vec<Verdict>) {
        if self.form != Form::Code {
            let texts: Vec<Verdict> = out.drain(from.min(out.len())..).collect();
            out.extend(texts.into_iter().map(|text| read_as(self.form, text)));
        }
    }

    fn ask(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        say(&self.speak.poll, send);
        self.poll_ms = Some(now_ms.saturating_add(self.speak.poll_ms.into()));
    }

    /// The first moment that is more than the family's silence after the last byte.
    fn silent_ms(&self) -> Option<u64> {
        Some(self.heard_ms?.saturating_add(self.quiet_ms).saturating_add(1))
    }
}

impl Dialogue for Listener {
    fn open(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        for command in &self.speak.init {
            say(command, send);
        }
        if !self.speak.poll.0.is_empty() {
            self.ask(now_ms, send);
        }
    }

    fn push(&mut self, bytes: &[u8], now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        self.heard_ms = Some(now_ms);
        let from = out.len();
        self.decoder.push(bytes, out);
        self.read(from, out);
        send.append(&mut self.decoder.owed());
    }

    fn tick(&mut self, now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        if self.silent_ms().is_some_and(|due| now_ms >= due) {
            self.heard_ms = None;
            let from = out.len();
            self.decoder.gap(out);
            self.read(from, out);
            send.append(&mut self.decoder.owed());
        }
        if self.poll_ms.is_some_and(|due| now_ms >= due) {
            self.ask(now_ms, send);
        }
    }

    fn due_ms(&self) -> Option<u64> {
        self.silent_ms().into_iter().chain(self.poll_ms).min()
    }

    fn cue(&mut self, cue: Cue, send: &mut Vec<Vec<u8>>) {
        say(cue_of(&self.cues, cue), send);
    }

    fn close(&mut self, _send: &mut Vec<Vec<u8>>) {}

    fn lost(&mut self, out: &mut Vec<Verdict>) {
        self.heard_ms = None;
        self.decoder.gap(out);
    }

    fn held(&self) -> usize {
        self.decoder.held()
    }
}

fn say(bytes: &Bytes, send: &mut Vec<Vec<u8>>) {
    if !bytes.0.is_empty() {
        send.push(bytes.0.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Family, builtin};

    const TAG: [u8; 24] = [
        0xbb, 0x02, 0x22, 0x00, 0x11, 0xc9, 0x34, 0x00, 0x30, 0x75, 0x1f, 0xeb, 0x70, 0x5c, 0x59, 0x04, 0xe3,
        0xd5, 0x0d, 0x70, 0x3a, 0x76, 0xef, 0x7e,
    ];

    fn spoken(send: &mut Vec<Vec<u8>>) -> Vec<String> {
        send.drain(..).map(hex::encode).collect()
    }

    #[test]
    fn a_module_is_stopped_asked_and_asked_again() {
        let mut dialogue = dialogue_for(&builtin().find("yrm100").unwrap()).unwrap();
        let (mut out, mut send) = (Vec::new(), Vec::new());
        dialogue.open(1000, &mut send);
        assert_eq!(spoken(&mut send), ["bb00280000287e", "bb00220000227e"]);
        assert_eq!(dialogue.due_ms(), Some(1100));
        dialogue.tick(1099, &mut out, &mut send);
        assert_eq!(spoken(&mut send), Vec::<String>::new());
        dialogue.push(&TAG, 1099, &mut out, &mut send);
        assert!(matches!(out.as_slice(), [Verdict::Tag(_)]), "{out:?}");
        dialogue.tick(1105, &mut out, &mut send);
        assert_eq!(spoken(&mut send), ["bb00220000227e"]);
        assert_eq!(dialogue.due_ms(), Some(1205));
        dialogue.close(&mut send);
        assert_eq!(spoken(&mut send), Vec::<String>::new());
    }

    #[test]
    fn nothing_is_said_to_a_reader_known_by_its_family_alone() {
        let (mut out, mut send) = (Vec::new(), Vec::new());
        let mut dialogue = dialogue_for(&Profile::generic(Family::UhfBb7e).unwrap()).unwrap();
        dialogue.open(0, &mut send);
        dialogue.tick(60_000, &mut out, &mut send);
        for cue in Cue::ALL {
            dialogue.cue(cue, &mut send);
        }
        assert_eq!((send.len(), dialogue.due_ms()), (0, None));
    }

    #[test]
    fn silence_ends_a_bare_code_once_and_never_too_early() {
        let (mut out, mut send) = (Vec::new(), Vec::new());
        let mut dialogue = dialogue_for(&Profile::generic(Family::BarcodeText).unwrap()).unwrap();
        dialogue.push(b"2900000000018", 500, &mut out, &mut send);
        dialogue.tick(580, &mut out, &mut send);
        assert_eq!(out, []);
        assert_eq!(dialogue.due_ms(), Some(581));
        dialogue.tick(581, &mut out, &mut send);
        assert!(matches!(out.as_slice(), [Verdict::Tag(reading)] if reading.by_gap));
        dialogue.tick(900, &mut out, &mut send);
        assert_eq!((out.len(), dialogue.due_ms()), (1, None));
    }

    #[test]
    fn a_scanner_that_waits_for_an_answer_gets_it() {
        let (mut out, mut send) = (Vec::new(), Vec::new());
        let mut dialogue = dialogue_for(&Profile::generic(Family::ZebraSsi).unwrap()).unwrap();
        dialogue.open(0, &mut send);
        assert_eq!(spoken(&mut send), Vec::<String>::new());
        let code = hex::decode("12f300000b34363030303531303030303537fc64").unwrap();
        dialogue.push(&code[..5], 10, &mut out, &mut send);
        assert_eq!(spoken(&mut send), Vec::<String>::new());
        dialogue.push(&code[5..], 11, &mut out, &mut send);
        assert!(matches!(out.as_slice(), [Verdict::Tag(_)]), "{out:?}");
        assert_eq!(spoken(&mut send), ["04d00400ff28"]);
        // What the scanner says of our own command is not answered.
        dialogue.push(&hex::decode("04d00080feac").unwrap(), 12, &mut out, &mut send);
        assert_eq!(spoken(&mut send), Vec::<String>::new());
    }

    #[test]
    fn a_card_reader_that_types_is_read_in_its_profiles_form() {
        let mut profile = Profile::generic(Family::EvdevKeyboard).unwrap();
        profile.form = Form::Em4100Dez10;
        let (mut out, mut send) = (Vec::new(), Vec::new());
        let mut dialogue = dialogue_for(&profile).unwrap();
        for text in ["0013530444", "hello"] {
            let keys = crate::wire::protocol::evdev_keyboard::encode(text).unwrap();
            dialogue.push(&keys, 0, &mut out, &mut send);
        }
        let said: Vec<_> = out.iter().map(|verdict| format!("{verdict:?}")).collect();
        assert!(said[0].contains("em4100dec:0013530444"), "{said:?}");
        assert!(said[1].starts_with("Reject"), "{said:?}");
    }

    #[test]
    fn each_cue_is_the_profiles_own() {
        let mut send = Vec::new();
        let mut dialogue = dialogue_for(&builtin().find("honeywell-1400g").unwrap()).unwrap();
        dialogue.cue(Cue::Lent, &mut send);
        assert_eq!(spoken(&mut send), Vec::<String>::new());
        dialogue.cue(Cue::Refused, &mut send);
        assert_eq!(spoken(&mut send), ["16070d"]);
    }
}
