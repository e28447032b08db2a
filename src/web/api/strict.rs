//! JSON in which every field stands once: of two values of one field nobody knows which was meant.
//!
//! Knows: JSON's shapes. Must not know: commands.

use crate::web::problem::{self, Problem};
use crate::web::words::Text;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// The document, if it is one. A field that stands twice is named, `why` it is none is told with its place.
pub fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let mut twice = None;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = Once(&mut twice).deserialize(&mut json);
    let value = value.and_then(|value| json.end().map(|()| value));
    let value = value.map_err(|error| problem::broken_json(&error))?;
    match twice {
        None => Ok(value),
        Some(field) => Err(problem::bad_field(
            &field.chars().take(64).collect::<String>(),
            Text::both("одно значение, а не два", "one value, not two"),
        )),
    }
}

/// Reads a value; the first field that stands twice in an object, however deep, is put down.
struct Once<'a>(&'a mut Option<String>);

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element_seed(Once(self.0))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(field) = map.next_key::<String>()? {
            let value = map.next_value_seed(Once(self.0))?;
            if fields.contains_key(&field) {
                self.0.get_or_insert_with(|| field.clone());
            }
            fields.insert(field, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_once_is_read_as_it_is() {
        let text = r#"{"a":[1,-2,0.5,"x",true,null,{}],"b":{"a":{"a":1}}}"#;
        assert_eq!(
            read(text.as_bytes()).unwrap(),
            serde_json::from_str::<Value>(text).unwrap()
        );
    }

    #[test]
    fn what_stands_twice_is_named() {
        for (text, field) in [
            (r#"{"item":"a","item":"b"}"#, "item"),
            (r#"{"missing":{"C":1,"C":1}}"#, "C"),
            (r#"{"a":[{"b":1,"b":2}]}"#, "b"),
        ] {
            let problem = read(text.as_bytes()).unwrap_err();
            assert_eq!(
                (problem.code, problem.field.as_deref()),
                ("bad_field", Some(field)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_document_is_none() {
        for text in ["", "{", "{}{}", "{\"a\":}", "nul", "{\"a\" 1}"] {
            assert_eq!(read(text.as_bytes()).unwrap_err().code, "broken_body", "{text}");
        }
    }
}
