//! From a message to the text that a person reads.
//!
//! Knows: the two Fluent files. Must not know: what the messages are about.

use super::{Lang, Message, Value, dates};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::borrow::Cow;
use std::sync::LazyLock;

type Bundle = FluentBundle<FluentResource>;

static RU: LazyLock<Bundle> = LazyLock::new(|| bundle("ru", include_str!("ru.ftl")));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle("en", include_str!("en.ftl")));

fn bundle(tag: &str, source: &str) -> Bundle {
    // A broken entry costs that entry alone; the tests below do not let one through.
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) => resource,
        Err((resource, _)) => resource,
    };
    let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    bundle.set_transform(Some(bind));
    // Fails only on a name that stands twice; the first one counts then.
    let _ = bundle.add_resource(resource);
    bundle
}

/// `~` in the files is a no-break space that one can see.
fn bind(text: &str) -> Cow<'_, str> {
    if text.contains('~') {
        Cow::Owned(text.replace('~', "\u{a0}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a message. One that is missing in English is said in Russian; one that is missing there too
/// is said by its name, so that a person can at least read it out.
pub fn say(lang: Lang, message: &Message) -> String {
    say_or_missing(lang, message)
        .or_else(|_| say_or_missing(Lang::Ru, message))
        .unwrap_or_else(|_| message.id.to_owned())
}

/// The text of a message, or what is missing: its name, or the arguments that nobody gave.
pub fn say_or_missing(lang: Lang, message: &Message) -> Result<String, String> {
    let bundle = match lang {
        Lang::Ru => &*RU,
        Lang::En => &*EN,
    };
    let pattern = bundle
        .get_message(message.id)
        .and_then(|found| found.value())
        .ok_or_else(|| format!("{}: no such message in {}", message.id, lang.as_str()))?;
    let mut args = FluentArgs::new();
    for (name, value) in &message.args {
        match value {
            Value::Text(text) => args.set(*name, text.to_string()),
            Value::Number(number) => args.set(*name, *number),
            Value::Said(message) => args.set(*name, small_first(say_or_missing(lang, message)?)),
            Value::Date(date) => {
                args.set(*name, dates::full_date(lang, *date));
                args.set(format!("{name}-day"), dates::day_and_month(lang, *date));
                args.set(format!("{name}-weekday"), dates::weekday(lang, *date));
            }
        }
    }
    let mut errors = Vec::new();
    let text = bundle
        .format_pattern(pattern, Some(&args), &mut errors)
        .into_owned();
    if errors.is_empty() {
        Ok(text)
    } else {
        Err(format!("{}: {errors:?}", message.id))
    }
}

/// A small first letter, unless the word is an abbreviation («БВС»).
fn small_first(text: String) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text,
    }
}
