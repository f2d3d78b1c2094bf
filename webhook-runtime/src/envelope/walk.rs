//! Reads the envelope of a body whose event type is known: strictly, once, and without a parser where plain text stands.
//!
//! Everything that is not the structure of an object on the way, or a text without escapes, is read by
//! `serde_json`; and what cannot be right is shown to it whole, for its words.

use serde::de::{DeserializeSeed, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::scan::{space, string};
use super::{EventTypeSeed, Layout, Lenient, REPEATED};
use crate::payload::DateTime;

/// What does not fit in a body.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) problem: serde_json::Error,
    /// Where the text begins whose lines and columns it counts.
    pub(crate) from: usize,
}

impl Misfit {
    pub(super) fn at(from: usize, problem: &str) -> Self {
        Self {
            problem: serde::de::Error::custom(problem),
            from,
        }
    }
}

/// Reads the payload at the beginning of a text. Whether its object is to be watched for another event type: under which
/// key.
pub(super) type ReadPayload<'w, 'b> =
    &'w mut dyn FnMut(&mut Json<'b>, Option<&'static str>) -> Result<(), serde_json::Error>;

/// A parser of a text's beginning.
pub(super) type Json<'b> = serde_json::Deserializer<serde_json::de::StrRead<'b>>;

/// A set of the things that are looked for, as bits.
type Wanted = u8;
const EVENT_TYPE: Wanted = 1;
const PAYLOAD: Wanted = 2;
const CREATED_AT: Wanted = 4;
const ALL: Wanted = EVENT_TYPE | PAYLOAD | CREATED_AT;

struct Walk<'w, 'b> {
    body: &'b str,
    layout: Layout,
    event_type: &'w str,
    payload: ReadPayload<'w, 'b>,
    created_at: Option<DateTime>,
}

/// Reads a body from its first byte to its last. When the event happened, if it says so.
pub(super) fn walk<'b>(
    body: &'b str,
    layout: Layout,
    event_type: &str,
    payload: ReadPayload<'_, 'b>,
) -> Result<Option<DateTime>, Misfit> {
    let mut walk = Walk {
        body,
        layout,
        event_type,
        payload,
        created_at: None,
    };
    let begin = walk.space(0)?;
    let end = walk.object(begin, 0, ALL)?;
    match space(body.as_bytes(), end) {
        None => Ok(walk.created_at),
        Some(_) => Err(walk.broken()),
    }
}

impl<'b> Walk<'_, 'b> {
    /// From an object on the way to behind it.
    fn object(&mut self, at: usize, depth: usize, wanted: Wanted) -> Result<usize, Misfit> {
        if self.byte(at) != Some(b'{') {
            return Err(self.no_object(at));
        }
        let mut at = self.space(at + 1)?;
        if self.byte(at) == Some(b'}') {
            return Ok(at + 1);
        }
        let keys = self.layout.keys(depth, wanted);
        let mut seen = 0;
        loop {
            let (under, end) = match self.plain(at) {
                Some((key, end)) => (under(&keys, key), end),
                None => self.escaped_key(&keys, at)?,
            };
            if seen & under != 0 {
                return Err(Misfit::at(at, REPEATED));
            }
            seen |= under;
            let colon = self.space(end)?;
            if self.byte(colon) != Some(b':') {
                return Err(self.broken());
            }
            let value = self.space(colon + 1)?;
            let end = self.value(value, depth, under)?;
            at = self.space(end)?;
            match self.byte(at) {
                Some(b',') => at = self.space(at + 1)?,
                Some(b'}') => return Ok(at + 1),
                _ => return Err(self.broken()),
            }
        }
    }

    /// From the value of a key to behind it.
    fn value(&mut self, at: usize, depth: usize, under: Wanted) -> Result<usize, Misfit> {
        if under == 0 {
            return self.skip(at);
        }
        match self.layout.ending(depth, under) {
            0 => self.object(at, depth + 1, under),
            ending if ending & PAYLOAD != 0 => {
                let watched = match self.layout.event_type.get(depth + 1..) {
                    Some([key]) if under & EVENT_TYPE != 0 => Some(*key),
                    _ => None,
                };
                let mut json = self.json(at);
                let read = (self.payload)(&mut json, watched);
                behind(at, json, read)
            }
            ending if ending & EVENT_TYPE != 0 => self.event_type(at),
            _ => self.created_at(at),
        }
    }

    /// A value that nobody asked for.
    fn skip(&self, at: usize) -> Result<usize, Misfit> {
        match self.plain(at) {
            Some((_, end)) => Ok(end),
            None => self.skip_json(at),
        }
    }

    fn skip_json(&self, at: usize) -> Result<usize, Misfit> {
        let mut json = self.json(at);
        let read = IgnoredAny::deserialize(&mut json);
        behind(at, json, read)
    }

    /// The event type again, now that all of the body is read: it must be what the scan saw.
    fn event_type(&self, at: usize) -> Result<usize, Misfit> {
        if let Some((text, end)) = self.plain(at)
            && text == self.event_type.as_bytes()
        {
            return Ok(end);
        }
        let mut json = self.json(at);
        let event_type = self.event_type;
        let read = EventTypeSeed { event_type }.deserialize(&mut json);
        behind(at, json, read)
    }

    fn created_at(&mut self, at: usize) -> Result<usize, Misfit> {
        if let Some((_, end)) = self.plain(at)
            && let Some(text) = self.body.get(at + 1..end - 1)
        {
            self.created_at = Some(DateTime::from_text(text));
            return Ok(end);
        }
        let mut json = self.json(at);
        let read = Lenient::deserialize(&mut json).map(|time| self.created_at = time.0);
        behind(at, json, read)
    }

    /// What is wanted under a key with escapes, and where it ends.
    #[cold]
    fn escaped_key(&self, keys: &Keys, at: usize) -> Result<(Wanted, usize), Misfit> {
        if self.byte(at) != Some(b'"') {
            return Err(self.broken());
        }
        let mut json = self.json(at);
        let mut wanted = 0;
        let read = String::deserialize(&mut json).map(|key| wanted = under(keys, key.as_bytes()));
        Ok((wanted, behind(at, json, read)?))
    }

    /// The text that begins here, if it is written without escapes, and where it ends.
    #[inline]
    fn plain(&self, at: usize) -> Option<(&'b [u8], usize)> {
        let body = self.body.as_bytes();
        let (end, is_escaped) = string(body, at)?;
        let text = body.get(at + 1..end - 1)?;
        // Compilers look at many at once.
        let is_broken = text
            .iter()
            .fold(false, |found, byte| found | (*byte < b' '));
        (!is_escaped && !is_broken).then_some((text, end))
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.body.as_bytes().get(at).copied()
    }

    fn space(&self, at: usize) -> Result<usize, Misfit> {
        space(self.body.as_bytes(), at).ok_or_else(|| self.broken())
    }

    fn json(&self, at: usize) -> Json<'b> {
        Json::from_str(self.body.get(at..).unwrap_or_default())
    }

    /// What `serde_json` says of the body.
    #[cold]
    fn broken(&self) -> Misfit {
        match serde_json::from_str::<IgnoredAny>(self.body) {
            Err(problem) => Misfit { problem, from: 0 },
            Ok(_) => Misfit::at(0, "the body is no JSON object"),
        }
    }

    /// What `serde_json` says of something in the place of an object.
    #[cold]
    fn no_object(&self, from: usize) -> Misfit {
        struct Object;
        impl serde::de::Visitor<'_> for Object {
            type Value = ();

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
        }
        match self.json(from).deserialize_any(Object) {
            Err(problem) => Misfit { problem, from },
            Ok(()) => self.broken(),
        }
    }
}

/// Behind what was read.
fn behind<T>(
    at: usize,
    json: Json<'_>,
    read: Result<T, serde_json::Error>,
) -> Result<usize, Misfit> {
    match read {
        Ok(_) => Ok(at + json.into_iter::<IgnoredAny>().byte_offset()),
        Err(problem) => Err(Misfit { problem, from: at }),
    }
}

/// The keys of an object under which something is wanted, and what.
type Keys = [(&'static [u8], Wanted); 3];

/// What is wanted under a key.
#[inline]
fn under(keys: &Keys, key: &[u8]) -> Wanted {
    keys.iter()
        .filter(|(wanted, _)| *wanted == key)
        .fold(0, |under, (_, bit)| under | bit)
}

impl Layout {
    /// The keys of an object at this depth, of which this is wanted.
    fn keys(&self, depth: usize, wanted: Wanted) -> Keys {
        self.paths().map(|(path, bit)| match path.get(depth) {
            Some(key) => (key.as_bytes(), bit & wanted),
            None => (&[][..], 0),
        })
    }

    /// Which of `wanted` stand right here, as values of a key at this depth.
    fn ending(&self, depth: usize, wanted: Wanted) -> Wanted {
        let mut ending = 0;
        for (path, bit) in self.paths() {
            if wanted & bit != 0 && path.len() == depth + 1 {
                ending |= bit;
            }
        }
        ending
    }

    const fn paths(&self) -> [(super::Path, Wanted); 3] {
        [
            (self.event_type, EVENT_TYPE),
            (self.payload, PAYLOAD),
            (self.created_at, CREATED_AT),
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LAYOUT: Layout = Layout {
        event_type: &["type"],
        payload: &["data"],
        created_at: &["at"],
    };

    /// Reads a body whose payload can be anything.
    fn read(body: &str) -> Result<Option<DateTime>, Misfit> {
        walk(body, LAYOUT, "a.b", &mut |json, _| {
            IgnoredAny::deserialize(json).map(drop)
        })
    }

    #[test]
    fn the_time_is_read_however_it_is_written() {
        let time = |body: &str| read(body).unwrap().map(|time| time.to_string());
        assert_eq!(time(r#"{"type":"a.b","at":"now"}"#).as_deref(), Some("now"));
        assert_eq!(time(r#"{"a\u0074":"\u006eow"}"#).as_deref(), Some("now"));
        assert_eq!(time(r#"{"at":7 , "data" : [ ] } "#).as_deref(), Some("7"));
        assert_eq!(time(r#"{"at":{}}"#), None);
    }

    #[test]
    fn no_key_on_the_way_is_there_twice() {
        for body in [
            r#"{"type":"a.b","type":"a.b"}"#,
            r#"{"data":1,"d\u0061ta":1}"#,
            r#"{"type":"a.c"}"#,
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }

    #[test]
    fn what_serde_json_refuses_is_refused() {
        for body in [
            "{\"x\u{1}\":1}",
            "{\"x\":\"\u{1f}\"}",
            "{\"at\":\"\t\"}",
            r#"{"x":"\q"}"#,
            r#"{"x":01}"#,
            r#"{"x":tru}"#,
            r#"{"x":1,}"#,
            r#"{"x":1}}"#,
            r#"{"x" 1}"#,
            r#"{"x":[}"#,
            "{",
            "[]",
            "",
        ] {
            assert!(read(body).is_err(), "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn one_byte_changes_nothing_that_serde_json_would_not_see(
            at in 0..80_usize,
            byte in 0..128_u8,
        ) {
            let body = r#"{"id":"e1","x":[1,{"y":null}],"at":"now","type":"a.b","data":{"k":"v"},"n":-1.5e3 }"#;
            let mut bytes = body.as_bytes().to_vec();
            bytes[at] = byte;
            let body = String::from_utf8(bytes).unwrap();
            if serde_json::from_str::<IgnoredAny>(&body).is_err() {
                prop_assert!(read(&body).is_err(), "{}", body);
            }
        }
    }
}
