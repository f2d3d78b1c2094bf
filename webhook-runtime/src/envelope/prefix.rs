//! What stands in prefix of the payload, where it is written as providers write it: plain texts and whole numbers, no
//! white space. Read once, for the event type and for the decoding.
//!
//! A body that is written in another way has no prefix: [`scan`](super::scan) and [`reader`](super::reader) read all of it.

use std::ops::Range;

use crate::json::{Path, scalar_end, string_end};
use crate::profile::Layout;

/// The places in a body up to its payload, which is a value of the outermost object.
#[derive(Clone, Debug)]
pub(crate) struct Prefix {
    /// Whether the event type stands there.
    pub(super) has_event_type: bool,
    /// The time of the event as it is written, with its quotes; empty if there is none.
    pub(super) created_at: Range<usize>,
    pub(crate) payload: usize,
}

impl Prefix {
    /// The event type, and what stands around it.
    pub(crate) fn read<'b>(body: &'b [u8], layout: &Layout) -> Option<(&'b str, Self)> {
        let (mut event_type, mut created_at) = (None, None);
        let mut at = opened(body, 0)?;
        loop {
            let (name, value) = key(body, at)?;
            if is(layout.payload, name) {
                if !is_without_controls(body.get(..value)?) {
                    return None;
                }
                let prefix = Self {
                    has_event_type: event_type.is_some(),
                    created_at: created_at.unwrap_or_default(),
                    payload: value,
                };
                let place = match event_type {
                    Some(place) => place,
                    None => member(body, value, layout.event_type_in_payload()?)?,
                };
                return Some((unquoted(body, &place)?, prefix));
            }
            let end = plain(body, value)?;
            at = next(body, end)?;
            let place = if is(layout.event_type, name) {
                &mut event_type
            } else if is(layout.created_at, name) {
                &mut created_at
            } else if leads_on(layout.created_at, name) {
                // An object should stand here.
                return None;
            } else {
                continue;
            };
            if place.replace(value..end).is_some() {
                return None;
            }
        }
    }
}

/// The value of a key among the first of an object, if it is plain as those before it.
fn member(body: &[u8], at: usize, wanted: &str) -> Option<Range<usize>> {
    let mut at = opened(body, at)?;
    loop {
        let (name, value) = key(body, at)?;
        let end = plain(body, value)?;
        if name == wanted.as_bytes() {
            return Some(value..end);
        }
        at = next(body, end)?;
    }
}

/// From an object to its first key.
fn opened(body: &[u8], at: usize) -> Option<usize> {
    (body.get(at)? == &b'{').then_some(at + 1)
}

/// From behind a value to the next key.
fn next(body: &[u8], at: usize) -> Option<usize> {
    (body.get(at)? == &b',').then_some(at + 1)
}

/// The key that begins here, and where its value does.
#[inline]
fn key(body: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let (end, is_escaped) = string_end(body, at)?;
    if is_escaped || body.get(end)? != &b':' {
        return None;
    }
    Some((body.get(at + 1..end - 1)?, end + 1))
}

/// Behind the text or the whole number that begins here.
#[inline]
fn plain(body: &[u8], at: usize) -> Option<usize> {
    match body.get(at)? {
        b'"' => string_end(body, at).and_then(|(end, is_escaped)| (!is_escaped).then_some(end)),
        b'1'..=b'9' => number(body, at),
        _ => None,
    }
}

fn number(body: &[u8], at: usize) -> Option<usize> {
    let end = scalar_end(body, at);
    let digits = body.get(at..end)?;
    digits.iter().all(u8::is_ascii_digit).then_some(end)
}

/// What stands between the quotes, if these are some.
pub(super) fn unquoted<'b>(body: &'b [u8], value: &Range<usize>) -> Option<&'b str> {
    let text = body.get(value.clone())?.strip_prefix(b"\"")?;
    std::str::from_utf8(text.get(..text.len().checked_sub(1)?)?).ok()
}

/// Whether a path is this key.
#[inline]
fn is(path: Path, key: &[u8]) -> bool {
    matches!(path, [only] if only.as_bytes() == key)
}

/// Whether this key is the first of several on a path.
fn leads_on(path: Path, key: &[u8]) -> bool {
    matches!(path, [first, _, ..] if first.as_bytes() == key)
}

/// Compilers look at many bytes at once.
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

    const BEFORE: Layout = Layout {
        event_type: &["type"],
        payload: &["data"],
        created_at: &["at"],
    };
    const INSIDE: Layout = Layout {
        event_type: &["data", "type"],
        payload: &["data"],
        created_at: &["at"],
    };

    /// The time stands in an object of its own.
    const APART: Layout = Layout {
        event_type: &["type"],
        payload: &["data"],
        created_at: &["id", "at"],
    };

    fn event_type<'b>(body: &'b str, layout: &Layout) -> Option<&'b str> {
        Prefix::read(body.as_bytes(), layout).map(|(event_type, _)| event_type)
    }

    #[test]
    fn what_is_written_plainly_has_a_prefix() {
        for (body, layout) in [
            (r#"{"type":"a.b","at":"now","data":{}}"#, &BEFORE),
            (r#"{"id":"1","n":17,"type":"a.b","data":[1,{}]}"#, &BEFORE),
            (
                r#"{"at":17,"data":{"id":"1","type":"a.b","x":[]}}"#,
                &INSIDE,
            ),
            (r#"{"type":"event","data":{"type":"a.b""#, &INSIDE),
        ] {
            assert_eq!(event_type(body, layout), Some("a.b"), "{body}");
        }
    }

    #[test]
    fn what_is_written_otherwise_has_none() {
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
            assert_eq!(event_type(body, &BEFORE), None, "{body}");
        }
        let no_object = r#"{"id":"1","type":"a.b","data":{}}"#;
        assert_eq!(event_type(no_object, &APART), None);
    }

    /// All that is read of a body around its payload: the payload's end and the time.
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
    fn what_stood_in_prefix_is_not_there_again_behind() {
        for (body, layout) in [
            (
                r#"{"type":"a.b","at":"now","data":{},"type":"a.b"}"#,
                &BEFORE,
            ),
            (r#"{"type":"a.b","at":"now","data":{},"at":"now"}"#, &BEFORE),
            (r#"{"type":"a.b","at":"now","data":{},"data":{}}"#, &BEFORE),
            (r#"{"at":17,"data":{"type":"a.b"},"data":{}}"#, &INSIDE),
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
        fn it_reads_what_is_read_without_it(
            at in 0..90_usize,
            byte in prop_oneof![0..128_u8, Just(b'"'), Just(b'\\'), Just(b','), Just(b'}')],
            shape in 0..3,
        ) {
            let (body, layout) = match shape {
                0 => (r#"{"id":"e1","n":12,"at":"now","type":"a.b","data":{"k":"v"},"type2":"x","z":-1.5e3}"#, &BEFORE),
                1 => (r#"{"n":"e1","type":"a.b","data":{"k":"v"},"id":{"at":"now"},"x":[0,1,2,3,4,5,6]}"#, &APART),
                _ => (r#"{"id":"e1","at":1700000000,"data":{"id":"1","type":"a.b","k":[]},"x":1,"type":"event"}"#, &INSIDE),
            };
            let mut bytes = body.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
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
        fn no_bytes_make_it_panic(body: Vec<u8>, cut: u8) {
            let mut broken = br#"{"type":"a.b","at":1,"data":{"type":"x"}}"#.to_vec();
            broken.truncate(usize::from(cut) % 42);
            broken.extend_from_slice(&body);
            for body in [body, broken] {
                let _ = Prefix::read(&body, &INSIDE);
            }
        }
    }
}
