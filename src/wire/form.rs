//! What a typed text is, where a profile says that it is no code: the number of a card, in one of its printed forms.
//!
//! Keyboard-type card readers send no sum, so length and characters must be exactly those of the form.
//!
//! Knows: forms of numbers. Must not know: who typed them.

use super::{Reading, Reject, Verdict, identity, printed};
use crate::profile::Form;
use crate::tag::{Scheme, TagId};

/// A verdict on a text, with its text read in this form.
pub fn read_as(form: Form, verdict: Verdict) -> Verdict {
    let Verdict::Tag(reading) = verdict else {
        return verdict;
    };
    if form == Form::Code || reading.tag.scheme() != Scheme::Code {
        return Verdict::Tag(reading);
    }
    match tag(form, reading.tag.value()) {
        Ok(tag) => Verdict::Tag(Reading { tag, ..reading }),
        Err(reject) => Verdict::Reject(reject),
    }
}

fn tag(form: Form, text: &str) -> Result<TagId, Reject> {
    match form {
        Form::Code => TagId::code(text).map_err(|_| Reject::Insane),
        Form::Em4100Dez10 => {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let fits = text.parse::<u32>().is_ok_and(|number| number != 0);
            if text.len() != 10 {
                return Err(Reject::Length);
            }
            let alias = format!("{}:{text}", Scheme::Em4100Dec.as_str()).parse();
            alias.ok().filter(|_| digits && fits).ok_or(Reject::Insane)
        }
        Form::Em4100Dez14 => {
            let id = printed::from_dez14(text).ok_or(Reject::Insane)?;
            identity::em4100(id)
        }
        Form::Em4100Hex => {
            let bytes = hex::decode(text).map_err(|_| Reject::Insane)?;
            identity::em4100(bytes.try_into().map_err(|_| Reject::Length)?)
        }
        Form::UidHex => identity::uid(&hex::decode(text).map_err(|_| Reject::Insane)?),
        Form::UidHexReversed => {
            let mut bytes = hex::decode(text).map_err(|_| Reject::Insane)?;
            bytes.reverse();
            identity::uid(&bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_what_they_are() {
        for (form, text, expected) in [
            (Form::Code, "0013530444", "code:0013530444"),
            (Form::Em4100Dez10, "0013530444", "em4100dec:0013530444"),
            (Form::Em4100Dez10, "13530444", "length"),
            (Form::Em4100Dez10, "9913530444", "insane"),
            (Form::Em4100Dez10, "00135304A4", "insane"),
            (Form::Em4100Dez10, "0000000000", "insane"),
            (Form::Em4100Dez14, "00257711568204", "em4100:3C00CE754C"),
            (Form::Em4100Dez14, "0257711568204", "insane"),
            (Form::Em4100Hex, "3c00ce754c", "em4100:3C00CE754C"),
            (Form::Em4100Hex, "3c00ce75", "length"),
            (Form::UidHex, "047E1EBA532880", "uid:047E1EBA532880"),
            (Form::UidHexReversed, "594FD324", "uid:24D34F59"),
            (Form::UidHex, "24D34F5", "insane"),
            (Form::UidHex, "24D34F5963", "insane"),
        ] {
            let verdict = Verdict::Tag(Reading::of(TagId::code(text).unwrap()));
            let said = match read_as(form, verdict) {
                Verdict::Tag(reading) => reading.tag.to_string(),
                Verdict::Reject(reject) => reject.as_str().to_owned(),
                Verdict::Status(_) => panic!("{text}"),
            };
            assert_eq!(said, expected, "{form:?} {text}");
        }
        let card = Verdict::Tag(Reading::of("uid:24D34F59".parse().unwrap()));
        assert_eq!(read_as(Form::Em4100Dez10, card.clone()), card, "no text");
    }
}
