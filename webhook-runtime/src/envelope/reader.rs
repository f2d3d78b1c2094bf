//! Reads the envelope of a body whose event type is known: strictly, once, and without a parser where plain text stands.
//!
//! Everything that is not the structure of an object on the way, or a text without escapes, is read by
//! `serde_json`; and what cannot be right is shown to it whole, for its words.

use serde::de::{DeserializeSeed, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::prefix::{Prefix, unquoted};
use super::{EventTypeSeed, LenientTime, REPEATED};
use crate::delivery::DateTime;
use crate::json::{Path, skip_space, string_end};
use crate::profile::Layout;

/// What does not fit in a body.
#[derive(Debug)]
pub(crate) struct EnvelopeError {
    pub(crate) problem: serde_json::Error,
    /// Where the text begins whose lines and columns it counts.
    pub(crate) from: usize,
}

impl EnvelopeError {
    pub(super) fn at(from: usize, problem: &str) -> Self {
        Self {
            problem: serde::de::Error::custom(problem),
            from,
        }
    }
}

/// A parser of a text's beginning.
pub(crate) type Json<'b> = serde_json::Deserializer<serde_json::de::StrRead<'b>>;

/// A set of the things that are looked for, as bits.
type Wanted = u8;
const EVENT_TYPE: Wanted = 1;
const PAYLOAD: Wanted = 2;
const CREATED_AT: Wanted = 4;
const ALL: Wanted = EVENT_TYPE | PAYLOAD | CREATED_AT;

/// Reads a body from its first byte to its last, but for the payload, where it stops.
pub(super) struct EnvelopeReader<'w, 'b> {
    body: &'b str,
    layout: &'static Layout,
    event_type: &'w str,
    /// When the event happened, if the body has said so by now.
    pub(super) created_at: Option<DateTime>,
    /// How many objects are open around the one that is read.
    depth: usize,
    /// What can stand in it.
    wanted: Wanted,
    /// The keys that were there: in it, or where the way to something else leaves the way to it.
    seen: Wanted,
}

impl<'w, 'b> EnvelopeReader<'w, 'b> {
    pub(super) const fn new(body: &'b str, layout: &'static Layout, event_type: &'w str) -> Self {
        Self {
            body,
            layout,
            event_type,
            created_at: None,
            depth: 0,
            wanted: ALL,
            seen: 0,
        }
    }

    /// From the beginning to the payload; to the end if there is none.
    pub(super) fn reach_payload(&mut self) -> Result<Option<usize>, EnvelopeError> {
        if self.layout.payload.is_empty() {
            return Ok(Some(0));
        }
        let begin = self.space(0)?;
        match self.open(begin)? {
            Next::Key(at) => self.run(at),
            Next::Behind(at) => self.end(at).map(|()| None),
        }
    }

    /// At the payload, since all before it has been read.
    pub(super) fn skip_prefix(&mut self, prefix: &Prefix) -> usize {
        self.seen = self.under_payload();
        if prefix.has_event_type {
            self.seen |= EVENT_TYPE;
        }
        let time = &prefix.created_at;
        if !time.is_empty() {
            self.seen |= CREATED_AT;
            if let Some(text) = unquoted(self.body.as_bytes(), time) {
                DateTime::write_into(&mut self.created_at, text);
            } else if let Ok((number, _)) = self.read_time(time.start) {
                self.created_at = number;
            }
        }
        prefix.payload
    }

    /// What stands under the payload's own key, which is one of the outermost object.
    fn under_payload(&self) -> Wanted {
        match self.layout.payload {
            [key] => self.under(key.as_bytes()),
            _ => 0,
        }
    }

    /// From behind the payload to the end.
    pub(super) fn finish(&mut self, at: usize) -> Result<(), EnvelopeError> {
        if self.layout.payload.is_empty() {
            return self.end(at);
        }
        let Some(key) = self.next_key(at)? else {
            return Ok(());
        };
        match self.run(key)? {
            None => Ok(()),
            // It would have been repeated.
            Some(_) => Err(self.broken()),
        }
    }

    /// That nothing but white space follows.
    fn end(&self, at: usize) -> Result<(), EnvelopeError> {
        match skip_space(self.body.as_bytes(), at) {
            None => Ok(()),
            Some(_) => Err(self.broken()),
        }
    }

    /// From a key.
    fn run(&mut self, mut at: usize) -> Result<Option<usize>, EnvelopeError> {
        loop {
            let (under, end) = match self.plain(at) {
                Some((key, end)) => (self.under(key), end),
                None => self.escaped_key(at)?,
            };
            if self.seen & under != 0 {
                return Err(EnvelopeError::at(at, REPEATED));
            }
            self.seen |= under;
            let colon = self.space(end)?;
            if self.byte(colon) != Some(b':') {
                return Err(self.broken());
            }
            let value = self.space(colon + 1)?;
            let end = if under == 0 {
                self.skip(value)?
            } else {
                match self.ending(under) {
                    0 => match self.enter(value, under)? {
                        Next::Key(key) => {
                            at = key;
                            continue;
                        }
                        Next::Behind(end) => end,
                    },
                    ending if ending & PAYLOAD != 0 => return Ok(Some(value)),
                    ending if ending & EVENT_TYPE != 0 => self.event_type(value)?,
                    _ => self.created_at(value)?,
                }
            };
            match self.next_key(end)? {
                Some(key) => at = key,
                None => return Ok(None),
            }
        }
    }

    /// Into an object in which something is wanted.
    fn enter(&mut self, at: usize, under: Wanted) -> Result<Next, EnvelopeError> {
        let next = self.open(at)?;
        if let Next::Key(_) = next {
            self.depth += 1;
            self.wanted = under;
            self.seen &= !under;
        }
        Ok(next)
    }

    /// From an object to its first key, or behind it.
    fn open(&self, at: usize) -> Result<Next, EnvelopeError> {
        if self.byte(at) != Some(b'{') {
            return Err(self.no_object(at));
        }
        let at = self.space(at + 1)?;
        Ok(match self.byte(at) {
            Some(b'}') => Next::Behind(at + 1),
            _ => Next::Key(at),
        })
    }

    /// From behind a value to the next key of its object, or of one around it; none at the end of the body.
    fn next_key(&mut self, at: usize) -> Result<Option<usize>, EnvelopeError> {
        let mut at = self.space(at)?;
        loop {
            match self.byte(at) {
                Some(b',') => return self.space(at + 1).map(Some),
                Some(b'}') if self.depth > 0 => {
                    self.leave();
                    at = self.space(at + 1)?;
                }
                Some(b'}') => return self.end(at + 1).map(|()| None),
                _ => return Err(self.broken()),
            }
        }
    }

    /// From an object to the one around it. The way to what can stand in the one leads through a key of the other.
    fn leave(&mut self) {
        self.depth -= 1;
        self.seen |= self.wanted;
        self.wanted = self.layout.beside(self.wanted, self.depth);
    }

    /// What is wanted under a key.
    #[inline]
    fn under(&self, key: &[u8]) -> Wanted {
        let mut under = 0;
        for (path, bit) in self.layout.paths() {
            if self.wanted & bit != 0 && path.get(self.depth).is_some_and(|k| k.as_bytes() == key) {
                under |= bit;
            }
        }
        under
    }

    /// What of it is the key's own value.
    fn ending(&self, under: Wanted) -> Wanted {
        let mut ending = 0;
        for (path, bit) in self.layout.paths() {
            if under & bit != 0 && path.len() == self.depth + 1 {
                ending |= bit;
            }
        }
        ending
    }

    /// A value that nobody asked for.
    fn skip(&self, at: usize) -> Result<usize, EnvelopeError> {
        match self.plain(at) {
            Some((_, end)) => Ok(end),
            None => self.skip_json(at),
        }
    }

    fn skip_json(&self, at: usize) -> Result<usize, EnvelopeError> {
        self.read(at, |json| IgnoredAny::deserialize(json))
            .map(|(_, end)| end)
    }

    /// The event type again, now that all of the body is read: it must be what the scan saw.
    fn event_type(&self, at: usize) -> Result<usize, EnvelopeError> {
        if let Some((text, end)) = self.plain(at)
            && text == self.event_type.as_bytes()
        {
            return Ok(end);
        }
        let event_type = self.event_type;
        self.read(at, |json| EventTypeSeed { event_type }.deserialize(json))
            .map(|(_, end)| end)
    }

    fn created_at(&mut self, at: usize) -> Result<usize, EnvelopeError> {
        if let Some((_, end)) = self.plain(at)
            && let Some(text) = self.body.get(at + 1..end - 1)
        {
            DateTime::write_into(&mut self.created_at, text);
            return Ok(end);
        }
        let (time, end) = self.read_time(at)?;
        self.created_at = time;
        Ok(end)
    }

    fn read_time(&self, at: usize) -> Result<(Option<DateTime>, usize), EnvelopeError> {
        self.read(at, |json| LenientTime::deserialize(json).map(|time| time.0))
    }

    /// What is wanted under a key with escapes, and where it ends.
    #[cold]
    fn escaped_key(&self, at: usize) -> Result<(Wanted, usize), EnvelopeError> {
        if self.byte(at) != Some(b'"') {
            return Err(self.broken());
        }
        let (key, end) = self.read(at, |json| String::deserialize(json))?;
        Ok((self.under(key.as_bytes()), end))
    }

    /// What `serde_json` reads here, and where it ends.
    fn read<T>(
        &self,
        at: usize,
        read: impl FnOnce(&mut Json<'b>) -> Result<T, serde_json::Error>,
    ) -> Result<(T, usize), EnvelopeError> {
        let mut json = self.json(at);
        match read(&mut json) {
            Ok(value) => Ok((value, end_of(at, json))),
            Err(problem) => Err(EnvelopeError { problem, from: at }),
        }
    }

    /// The text that begins here, if it is written without escapes, and where it ends. Not inlined, as [`string`].
    #[inline(never)]
    fn plain(&self, at: usize) -> Option<(&'b [u8], usize)> {
        let body = self.body.as_bytes();
        let (end, is_escaped) = string_end(body, at)?;
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

    fn space(&self, at: usize) -> Result<usize, EnvelopeError> {
        skip_space(self.body.as_bytes(), at).ok_or_else(|| self.broken())
    }

    pub(super) fn json(&self, at: usize) -> Json<'b> {
        Json::from_str(self.body.get(at..).unwrap_or_default())
    }

    /// What `serde_json` says of the body.
    #[cold]
    fn broken(&self) -> EnvelopeError {
        match serde_json::from_str::<IgnoredAny>(self.body) {
            Err(problem) => EnvelopeError { problem, from: 0 },
            Ok(_) => EnvelopeError::at(0, "the body is no JSON object"),
        }
    }

    /// What `serde_json` says of something in the place of an object.
    #[cold]
    fn no_object(&self, from: usize) -> EnvelopeError {
        struct Object;
        impl serde::de::Visitor<'_> for Object {
            type Value = ();

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
        }
        match self.json(from).deserialize_any(Object) {
            Err(problem) => EnvelopeError { problem, from },
            Ok(()) => self.broken(),
        }
    }
}

/// What comes next.
enum Next {
    Key(usize),
    /// Nothing in this object: from behind it.
    Behind(usize),
}

/// Behind what was read.
pub(super) fn end_of(at: usize, json: Json<'_>) -> usize {
    at + json.into_iter::<IgnoredAny>().byte_offset()
}

impl Layout {
    /// The key of the event type, if it stands in the payload's own object.
    pub(super) fn event_type_in_payload(&self) -> Option<&'static str> {
        match self.event_type.strip_prefix(self.payload)? {
            [key] => Some(key),
            _ => None,
        }
    }

    /// What can stand in an object at this depth on the way to these.
    fn beside(&self, these: Wanted, depth: usize) -> Wanted {
        let paths = self.paths();
        let way = paths.iter().find(|(_, bit)| these & bit != 0);
        let way = way.and_then(|(path, _)| path.get(..depth));
        let mut beside = 0;
        for (path, bit) in paths {
            if path.len() > depth && path.get(..depth) == way {
                beside |= bit;
            }
        }
        beside
    }

    const fn paths(&self) -> [(Path, Wanted); 3] {
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
    fn read(body: &str) -> Result<Option<DateTime>, EnvelopeError> {
        read_as(body, &LAYOUT)
    }

    fn read_as(body: &str, layout: &'static Layout) -> Result<Option<DateTime>, EnvelopeError> {
        let mut reader = EnvelopeReader::new(body, layout, "a.b");
        if let Some(at) = reader.reach_payload()? {
            let mut json = reader.json(at);
            match IgnoredAny::deserialize(&mut json) {
                Ok(_) => reader.finish(end_of(at, json))?,
                Err(problem) => return Err(EnvelopeError { problem, from: at }),
            }
        }
        Ok(reader.created_at)
    }

    #[test]
    fn the_time_is_read_however_it_is_written() {
        let time = |body: &str| read(body).unwrap().map(|time| time.to_string());
        assert_eq!(time(r#"{"type":"a.b","at":"now"}"#).as_deref(), Some("now"));
        assert_eq!(time(r#"{"a\u0074":"\u006eow"}"#).as_deref(), Some("now"));
        assert_eq!(time(r#"{"at":7 , "data" : [ ] } "#).as_deref(), Some("7"));
        assert_eq!(time(r#"{"at":{}}"#), None);
        assert_eq!(time("{}"), None);
        assert_eq!(time(" { } "), None);
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

    /// The ways to the three part, meet again and part again.
    const DEEP: Layout = Layout {
        event_type: &["a", "b", "type"],
        payload: &["a", "b", "data"],
        created_at: &["a", "at"],
    };

    #[test]
    fn ways_are_followed_through_the_objects_around_the_payload() {
        let time = |body: &str| {
            let time = read_as(body, &DEEP).map_err(|misfit| misfit.problem.to_string());
            time.map(|time| time.map(|time| time.to_string()))
        };
        let now = Ok(Some("now".to_owned()));
        assert_eq!(
            time(r#"{"a":{"at":"now","b":{"type":"a.b","data":{}}}}"#),
            now
        );
        assert_eq!(
            time(r#"{"a":{"b":{"data":{},"type":"a.b"},"at":"now"},"at":1}"#),
            now
        );
        assert_eq!(time(r#"{"x":{"a":{}},"a":{"b":{},"at":"now"},"b":1}"#), now);
        assert_eq!(time(r#"{"a":{"b":{"data":{"b":{},"at":1}}}}"#), Ok(None));
        for repeated in [
            r#"{"a":{},"a":{}}"#,
            r#"{"a":{"b":{"data":{}}},"a":{}}"#,
            r#"{"a":{"b":{"x":1}},"a":{}}"#,
            r#"{"a":{"b":{"x":1},"b":{}}}"#,
            r#"{"a":{"b":{"data":{}},"b":{}}}"#,
            r#"{"a":{"b":{"data":{},"data":{}}}}"#,
            r#"{"a":{"b":{"type":"a.b","data":{},"type":"a.b"}}}"#,
            r#"{"a":{"at":"now","b":{"data":{}},"at":"now"}}"#,
        ] {
            assert_eq!(time(repeated), Err(REPEATED.to_owned()), "{repeated}");
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
            "{}}",
            "{} x",
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
