//! Prefix of a body: the bytes before the payload, if they are spelled as providers spell them.
//!
//! A prefix contains strings without escapes and whole numbers, and no white space. It is read once, for the event type
//! and for decoding. A body in any other spelling has no prefix: [`json`](crate::json) searches it, and
//! [`EnvelopeReader`](super::EnvelopeReader) reads it from the first byte.
//!
//! Decision: this third reader of the same grammar is justified by its gain. It saves 12 % of the instructions of a
//! handled delivery of 290 B, and 6 % at 1 KB, without the MAC. The benchmark `instructions` fails if the gain falls
//! below 5 %. The property test below compares the readers.

use std::ops::Range;

use crate::json::{Path, scalar_end, string_end};
use crate::profile::Layout;

/// Positions in a body up to its payload, which is a member of the outermost object.
#[derive(Clone, Debug)]
pub(crate) struct Prefix {
    /// Whether the prefix contains the event type.
    pub(super) has_event_type: bool,
    /// Range of the time of the event, including quotes; empty if the prefix contains no time.
    pub(super) created_at: Range<usize>,
    /// Position of the payload.
    pub(crate) payload: usize,
}

impl Prefix {
    /// Reads the event type and the prefix of a body.
    pub(crate) fn read<'b>(body: &'b [u8], layout: &Layout) -> Option<(&'b str, Self)> {
        let (mut event_type, mut created_at) = (None, None);
        let mut at = first_key(body, 0)?;
        loop {
            let (name, value) = key(body, at)?;
            if is_key(layout.payload, name) {
                if !is_without_controls(body.get(..value)?) {
                    return None;
                }
                let prefix = Self {
                    has_event_type: event_type.is_some(),
                    created_at: created_at.unwrap_or_default(),
                    payload: value,
                };
                let range = match event_type {
                    Some(range) => range,
                    None => member(body, value, layout.event_type_in_payload()?)?,
                };
                return Some((unquoted(body, &range)?, prefix));
            }
            let end = plain_end(body, value)?;
            at = next_key(body, end)?;
            let field = if is_key(layout.event_type, name) {
                &mut event_type
            } else if is_key(layout.created_at, name) {
                &mut created_at
            } else if begins_with_key(layout.created_at, name) {
                // The path requires an object here, and the value is none.
                return None;
            } else {
                continue;
            };
            if field.replace(value..end).is_some() {
                return None;
            }
        }
    }
}

/// Returns the range of the value of a key, if it and all values before it are plain.
fn member(body: &[u8], at: usize, wanted: &str) -> Option<Range<usize>> {
    let mut at = first_key(body, at)?;
    loop {
        let (name, value) = key(body, at)?;
        let end = plain_end(body, value)?;
        if name == wanted.as_bytes() {
            return Some(value..end);
        }
        at = next_key(body, end)?;
    }
}

/// Goes from an object to its first key.
fn first_key(body: &[u8], at: usize) -> Option<usize> {
    (body.get(at)? == &b'{').then_some(at + 1)
}

/// Goes from the end of a value to the next key.
fn next_key(body: &[u8], at: usize) -> Option<usize> {
    (body.get(at)? == &b',').then_some(at + 1)
}

/// Returns the key at this position, and the position of its value.
#[inline]
fn key(body: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let (end, is_escaped) = string_end(body, at)?;
    if is_escaped || body.get(end)? != &b':' {
        return None;
    }
    Some((body.get(at + 1..end - 1)?, end + 1))
}

/// Returns the end of the plain string or whole number at this position.
#[inline]
fn plain_end(body: &[u8], at: usize) -> Option<usize> {
    match body.get(at)? {
        b'"' => string_end(body, at).and_then(|(end, is_escaped)| (!is_escaped).then_some(end)),
        b'1'..=b'9' => number_end(body, at),
        _ => None,
    }
}

/// Returns the end of the whole number at this position.
fn number_end(body: &[u8], at: usize) -> Option<usize> {
    let end = scalar_end(body, at);
    let digits = body.get(at..end)?;
    digits.iter().all(u8::is_ascii_digit).then_some(end)
}

/// Returns the text between the quotes of a value, if it has quotes.
pub(super) fn unquoted<'b>(body: &'b [u8], value: &Range<usize>) -> Option<&'b str> {
    let text = body.get(value.clone())?.strip_prefix(b"\"")?;
    std::str::from_utf8(text.get(..text.len().checked_sub(1)?)?).ok()
}

/// Returns whether a path consists of this key only.
#[inline]
fn is_key(path: Path, key: &[u8]) -> bool {
    matches!(path, [only] if only.as_bytes() == key)
}

/// Returns whether this key is the first of several keys of a path.
fn begins_with_key(path: Path, key: &[u8]) -> bool {
    matches!(path, [first, _, ..] if first.as_bytes() == key)
}

/// Returns whether the text contains no control character. No early exit, so that compilers check many bytes at a time.
#[inline]
fn is_without_controls(text: &[u8]) -> bool {
    !text
        .iter()
        .fold(false, |found, byte| found | (*byte < b' '))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde::de::IgnoredAny;

    use super::super::reader::{EnvelopeReader, end_of};
    use super::*;
    use crate::json::text_at;

    const FLAT: Layout = Layout {
        event_type: &["type"],
        payload: &["data"],
        created_at: &["at"],
    };
    const IN_PAYLOAD: Layout = Layout {
        event_type: &["data", "type"],
        payload: &["data"],
        created_at: &["at"],
    };

    /// The time is in an object of its own.
    const NESTED_TIME: Layout = Layout {
        event_type: &["type"],
        payload: &["data"],
        created_at: &["id", "at"],
    };

    fn event_type<'b>(body: &'b str, layout: &Layout) -> Option<&'b str> {
        Prefix::read(body.as_bytes(), layout).map(|(event_type, _)| event_type)
    }

    #[test]
    fn plain_bodies_have_a_prefix() {
        for (body, layout) in [
            (r#"{"type":"a.b","at":"now","data":{}}"#, &FLAT),
            (r#"{"id":"1","n":17,"type":"a.b","data":[1,{}]}"#, &FLAT),
            (
                r#"{"at":17,"data":{"id":"1","type":"a.b","x":[]}}"#,
                &IN_PAYLOAD,
            ),
            (r#"{"type":"event","data":{"type":"a.b""#, &IN_PAYLOAD),
        ] {
            assert_eq!(event_type(body, layout), Some("a.b"), "{body}");
        }
    }

    #[test]
    fn other_bodies_have_no_prefix() {
        for body in [
            "",
            "{",
            "[]",
            r#"{"type":"a.b"}"#,
            r#" {"type":"a.b","data":{}}"#,
            r#"{"type": "a.b","data":{}}"#,
            r#"{"type":"a.b" ,"data":{}}"#,
            r#"{"type":"a\u002eb","data":{}}"#,
            r#"{"t\u0079pe":"a.b","data":{}}"#,
            r#"{"type":"a.b","type":"a.b","data":{}}"#,
            r#"{"at":"now","type":"a.b","at":"now","data":{}}"#,
            r#"{"x":null,"type":"a.b","data":{}}"#,
            r#"{"x":{},"type":"a.b","data":{}}"#,
            r#"{"x":01,"type":"a.b","data":{}}"#,
            r#"{"x":1.5,"type":"a.b","data":{}}"#,
            r#"{"type":7,"data":{}}"#,
            r#"{"data":{},"type":"a.b"}"#,
            "{\"x\":\"\t\",\"type\":\"a.b\",\"data\":{}}",
        ] {
            assert_eq!(event_type(body, &FLAT), None, "{body}");
        }
        let no_object = r#"{"id":"1","type":"a.b","data":{}}"#;
        assert_eq!(event_type(no_object, &NESTED_TIME), None);
    }

    /// Reads a body around its payload: returns the end of the payload and the time.
    fn read(
        body: &str,
        layout: &'static Layout,
        event_type: &str,
        prefix: Option<&Prefix>,
    ) -> Option<(usize, String)> {
        let mut reader = EnvelopeReader::new(body, layout, event_type);
        let at = match prefix {
            Some(prefix) => reader.skip_prefix(prefix),
            None => reader.reach_payload().ok()??,
        };
        let mut json = reader.json(at);
        IgnoredAny::deserialize(&mut json).ok()?;
        let end = end_of(at, json);
        reader.finish(end).ok()?;
        Some((end, format!("{:?}", reader.created_at)))
    }

    #[test]
    fn keys_of_the_prefix_are_not_repeated_after_it() {
        for (body, layout) in [
            (r#"{"type":"a.b","at":"now","data":{},"type":"a.b"}"#, &FLAT),
            (r#"{"type":"a.b","at":"now","data":{},"at":"now"}"#, &FLAT),
            (r#"{"type":"a.b","at":"now","data":{},"data":{}}"#, &FLAT),
            (r#"{"at":17,"data":{"type":"a.b"},"data":{}}"#, &IN_PAYLOAD),
        ] {
            let (event_type, prefix) = Prefix::read(body.as_bytes(), layout).unwrap();
            assert_eq!(
                read(body, layout, event_type, Some(&prefix)),
                None,
                "{body}"
            );
        }
    }

    proptest! {
        #[test]
        fn prefix_reader_agrees_with_the_other_readers(
            at in 0..90_usize,
            byte in prop_oneof![0..128_u8, Just(b'"'), Just(b'\\'), Just(b','), Just(b'}')],
            shape in 0..3,
        ) {
            let (body, layout) = match shape {
                0 => (r#"{"id":"e1","n":12,"at":"now","type":"a.b","data":{"k":"v"},"type2":"x","z":-1.5e3}"#, &FLAT),
                1 => (r#"{"n":"e1","type":"a.b","data":{"k":"v"},"id":{"at":"now"},"x":[0,1,2,3,4,5,6]}"#, &NESTED_TIME),
                _ => (r#"{"id":"e1","at":1700000000,"data":{"id":"1","type":"a.b","k":[]},"x":1,"type":"event"}"#, &IN_PAYLOAD),
            };
            let mut bytes = body.as_bytes().to_vec();
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
            let body = String::from_utf8(bytes).unwrap();
            if let Some((found, prefix)) = Prefix::read(body.as_bytes(), layout) {
                prop_assert_eq!(
                    text_at(body.as_bytes(), layout.event_type),
                    Ok(Some(found.into())),
                    "{}", body
                );
                prop_assert_eq!(
                    read(&body, layout, found, Some(&prefix)),
                    read(&body, layout, found, None),
                    "{}", body
                );
            }
        }

        #[test]
        fn arbitrary_bytes_do_not_panic(body: Vec<u8>, cut: u8) {
            let mut broken = br#"{"type":"a.b","at":1,"data":{"type":"x"}}"#.to_vec();
            broken.truncate(usize::from(cut) % 42);
            broken.extend_from_slice(&body);
            for body in [body, broken] {
                let _ = Prefix::read(&body, &IN_PAYLOAD);
            }
        }
    }
}
