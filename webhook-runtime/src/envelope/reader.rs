//! Strict reader of the envelope of a body whose event type is known.
//!
//! It reads strings without escapes, and the structure of the objects on the paths. All other values are read by
//! `serde_json`. A broken body is parsed by `serde_json` as a whole, for its error message.

use serde::de::{DeserializeSeed, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::created_at::LenientTime;
use super::event_type::EventTypeSeed;
use super::prefix::{Prefix, unquoted};
use crate::delivery::DateTime;
use crate::json::{Path, skip_space, string_end};
use crate::profile::Layout;

/// Message for a repeated key.
pub(crate) const REPEATED: &str = "repeated key on the path of the event type or the payload";

/// Mismatch between a body and its layout or payload type.
#[derive(Debug)]
pub(crate) struct EnvelopeError {
    pub(crate) problem: serde_json::Error,
    /// Position in the body from which `problem` counts lines and columns.
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

/// Parser of a value at the start of a text.
pub(crate) type Json<'b> = serde_json::Deserializer<serde_json::de::StrRead<'b>>;

/// Set of target fields, as bits.
type Fields = u8;
const EVENT_TYPE: Fields = 1;
const PAYLOAD: Fields = 2;
const CREATED_AT: Fields = 4;
const ALL: Fields = EVENT_TYPE | PAYLOAD | CREATED_AT;

/// Reads a body from the first byte to the last, except for the payload, where it stops.
pub(super) struct EnvelopeReader<'w, 'b> {
    body: &'b str,
    layout: &'static Layout,
    event_type: &'w str,
    /// Time of the event, once it is read.
    pub(super) created_at: Option<DateTime>,
    /// Number of objects around the current one.
    depth: usize,
    /// Target fields within the current object.
    targets: Fields,
    /// Target fields whose key was already seen on the current path; a second occurrence is an error.
    seen: Fields,
}

impl<'w, 'b> EnvelopeReader<'w, 'b> {
    pub(super) const fn new(body: &'b str, layout: &'static Layout, event_type: &'w str) -> Self {
        Self {
            body,
            layout,
            event_type,
            created_at: None,
            depth: 0,
            targets: ALL,
            seen: 0,
        }
    }

    /// Reads up to the payload and returns its position. Without a payload, reads to the end and returns `None`.
    pub(super) fn reach_payload(&mut self) -> Result<Option<usize>, EnvelopeError> {
        if self.layout.payload.is_empty() {
            return Ok(Some(0));
        }
        let begin = self.skip_space(0)?;
        match self.open(begin)? {
            Next::Key(at) => self.read_keys(at),
            Next::End(at) => self.end(at).map(|()| None),
        }
    }

    /// Skips the prefix, which is already read, and returns the position of the payload.
    pub(super) fn skip_prefix(&mut self, prefix: &Prefix) -> usize {
        self.seen = self.targets_under_payload();
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

    /// Returns the target fields under the payload's key, which is in the outermost object.
    fn targets_under_payload(&self) -> Fields {
        match self.layout.payload {
            [key] => self.targets_under(key.as_bytes()),
            _ => 0,
        }
    }

    /// Reads from the end of the payload to the end of the body.
    pub(super) fn finish(&mut self, at: usize) -> Result<(), EnvelopeError> {
        if self.layout.payload.is_empty() {
            return self.end(at);
        }
        let Some(key) = self.next_key(at)? else {
            return Ok(());
        };
        match self.read_keys(key)? {
            None => Ok(()),
            // Unreachable: a second payload is reported as a repeated key.
            Some(_) => Err(self.broken()),
        }
    }

    /// Checks that only white space follows.
    fn end(&self, at: usize) -> Result<(), EnvelopeError> {
        match skip_space(self.body.as_bytes(), at) {
            None => Ok(()),
            Some(_) => Err(self.broken()),
        }
    }

    /// Reads keys and values, beginning with a key, up to the payload or the end.
    fn read_keys(&mut self, mut at: usize) -> Result<Option<usize>, EnvelopeError> {
        loop {
            let (targets, end) = match self.plain_string(at) {
                Some((key, end)) => (self.targets_under(key), end),
                None => self.escaped_key(at)?,
            };
            if self.seen & targets != 0 {
                return Err(EnvelopeError::at(at, REPEATED));
            }
            self.seen |= targets;
            let colon = self.skip_space(end)?;
            if self.byte(colon) != Some(b':') {
                return Err(self.broken());
            }
            let value = self.skip_space(colon + 1)?;
            let end = if targets == 0 {
                self.skip_value(value)?
            } else {
                match self.targets_at(targets) {
                    0 => match self.enter(value, targets)? {
                        Next::Key(key) => {
                            at = key;
                            continue;
                        }
                        Next::End(end) => end,
                    },
                    found if found & PAYLOAD != 0 => return Ok(Some(value)),
                    found if found & EVENT_TYPE != 0 => self.check_event_type(value)?,
                    _ => self.read_created_at(value)?,
                }
            };
            match self.next_key(end)? {
                Some(key) => at = key,
                None => return Ok(None),
            }
        }
    }

    /// Enters an object that contains target fields.
    fn enter(&mut self, at: usize, targets: Fields) -> Result<Next, EnvelopeError> {
        let next = self.open(at)?;
        if let Next::Key(_) = next {
            self.depth += 1;
            self.targets = targets;
            self.seen &= !targets;
        }
        Ok(next)
    }

    /// Goes from an object to its first key, or to its end if it is empty.
    fn open(&self, at: usize) -> Result<Next, EnvelopeError> {
        if self.byte(at) != Some(b'{') {
            return Err(self.not_an_object(at));
        }
        let at = self.skip_space(at + 1)?;
        Ok(match self.byte(at) {
            Some(b'}') => Next::End(at + 1),
            _ => Next::Key(at),
        })
    }

    /// Goes from the end of a value to the next key of its object or of an outer one; `None` at the end of the body.
    fn next_key(&mut self, at: usize) -> Result<Option<usize>, EnvelopeError> {
        let mut at = self.skip_space(at)?;
        loop {
            match self.byte(at) {
                Some(b',') => return self.skip_space(at + 1).map(Some),
                Some(b'}') if self.depth > 0 => {
                    self.leave();
                    at = self.skip_space(at + 1)?;
                }
                Some(b'}') => return self.end(at + 1).map(|()| None),
                _ => return Err(self.broken()),
            }
        }
    }

    /// Leaves an object for the outer one. The fields of the inner object are under a key of the outer one, so that key
    /// counts as seen.
    fn leave(&mut self) {
        self.depth -= 1;
        self.seen |= self.targets;
        self.targets = self.layout.targets_beside(self.targets, self.depth);
    }

    /// Returns the target fields under a key of the current object.
    #[inline]
    fn targets_under(&self, key: &[u8]) -> Fields {
        let mut targets = 0;
        for (path, bit) in self.layout.paths() {
            if self.targets & bit != 0 && path.get(self.depth).is_some_and(|k| k.as_bytes() == key)
            {
                targets |= bit;
            }
        }
        targets
    }

    /// Returns the target fields among `targets` whose path ends at the current key.
    fn targets_at(&self, targets: Fields) -> Fields {
        let mut found = 0;
        for (path, bit) in self.layout.paths() {
            if targets & bit != 0 && path.len() == self.depth + 1 {
                found |= bit;
            }
        }
        found
    }

    /// Skips a value that contains no target field.
    fn skip_value(&self, at: usize) -> Result<usize, EnvelopeError> {
        match self.plain_string(at) {
            Some((_, end)) => Ok(end),
            None => self.skip_json(at),
        }
    }

    /// Skips a value with `serde_json`.
    fn skip_json(&self, at: usize) -> Result<usize, EnvelopeError> {
        self.read(at, |json| IgnoredAny::deserialize(json))
            .map(|(_, end)| end)
    }

    /// Compares the event type with the one that selected the handler.
    fn check_event_type(&self, at: usize) -> Result<usize, EnvelopeError> {
        if let Some((text, end)) = self.plain_string(at)
            && text == self.event_type.as_bytes()
        {
            return Ok(end);
        }
        let event_type = self.event_type;
        self.read(at, |json| EventTypeSeed { event_type }.deserialize(json))
            .map(|(_, end)| end)
    }

    /// Reads the time of the event.
    fn read_created_at(&mut self, at: usize) -> Result<usize, EnvelopeError> {
        if let Some((_, end)) = self.plain_string(at)
            && let Some(text) = self.body.get(at + 1..end - 1)
        {
            DateTime::write_into(&mut self.created_at, text);
            return Ok(end);
        }
        let (time, end) = self.read_time(at)?;
        self.created_at = time;
        Ok(end)
    }

    /// Reads a time with `serde_json`.
    fn read_time(&self, at: usize) -> Result<(Option<DateTime>, usize), EnvelopeError> {
        self.read(at, |json| LenientTime::deserialize(json).map(|time| time.0))
    }

    /// Returns the target fields under a key with escapes, and the end of the key.
    #[cold]
    fn escaped_key(&self, at: usize) -> Result<(Fields, usize), EnvelopeError> {
        if self.byte(at) != Some(b'"') {
            return Err(self.broken());
        }
        let (key, end) = self.read(at, |json| String::deserialize(json))?;
        Ok((self.targets_under(key.as_bytes()), end))
    }

    /// Reads a value with `serde_json`, and returns it with its end.
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

    /// Returns the string at this position and its end, if it has no escapes. Not inlined, like [`string_end`].
    #[inline(never)]
    fn plain_string(&self, at: usize) -> Option<(&'b [u8], usize)> {
        let body = self.body.as_bytes();
        let (end, is_escaped) = string_end(body, at)?;
        let text = body.get(at + 1..end - 1)?;
        // No early exit, so that compilers check many bytes at a time.
        let has_controls = text
            .iter()
            .fold(false, |found, byte| found | (*byte < b' '));
        (!is_escaped && !has_controls).then_some((text, end))
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.body.as_bytes().get(at).copied()
    }

    fn skip_space(&self, at: usize) -> Result<usize, EnvelopeError> {
        skip_space(self.body.as_bytes(), at).ok_or_else(|| self.broken())
    }

    /// Returns a parser that starts at this position.
    pub(super) fn json(&self, at: usize) -> Json<'b> {
        Json::from_str(self.body.get(at..).unwrap_or_default())
    }

    /// Returns the error of `serde_json` for the body.
    #[cold]
    fn broken(&self) -> EnvelopeError {
        match serde_json::from_str::<IgnoredAny>(self.body) {
            Err(problem) => EnvelopeError { problem, from: 0 },
            Ok(_) => EnvelopeError::at(0, "the body is not a JSON object"),
        }
    }

    /// Returns the error of `serde_json` for a value where an object is expected.
    #[cold]
    fn not_an_object(&self, from: usize) -> EnvelopeError {
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

/// Next position in an object.
enum Next {
    Key(usize),
    /// The object is empty; the position is its end.
    End(usize),
}

/// Returns the position after the bytes that `json` has read, which began at `at`.
pub(super) fn end_of(at: usize, json: Json<'_>) -> usize {
    at + json.into_iter::<IgnoredAny>().byte_offset()
}

impl Layout {
    /// Returns the key of the event type, if it is a member of the payload.
    pub(super) fn event_type_in_payload(&self) -> Option<&'static str> {
        match self.event_type.strip_prefix(self.payload)? {
            [key] => Some(key),
            _ => None,
        }
    }

    /// Returns the target fields within the object at this depth that contains `targets`.
    fn targets_beside(&self, targets: Fields, depth: usize) -> Fields {
        let paths = self.paths();
        let inner = paths.iter().find(|(_, bit)| targets & bit != 0);
        let object = inner.and_then(|(path, _)| path.get(..depth));
        let mut beside = 0;
        for (path, bit) in paths {
            if path.len() > depth && path.get(..depth) == object {
                beside |= bit;
            }
        }
        beside
    }

    /// Returns the path and the bit of each target field.
    const fn paths(&self) -> [(Path, Fields); 3] {
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

    /// Reads a body with any payload.
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
    fn time_is_read_in_every_spelling() {
        let time = |body: &str| read(body).unwrap().map(|time| time.to_string());
        assert_eq!(time(r#"{"type":"a.b","at":"now"}"#).as_deref(), Some("now"));
        assert_eq!(time(r#"{"a\u0074":"\u006eow"}"#).as_deref(), Some("now"));
        assert_eq!(time(r#"{"at":7 , "data" : [ ] } "#).as_deref(), Some("7"));
        assert_eq!(time(r#"{"at":{}}"#), None);
        assert_eq!(time("{}"), None);
        assert_eq!(time(" { } "), None);
    }

    #[test]
    fn repeated_keys_and_other_event_types_are_rejected() {
        for body in [
            r#"{"type":"a.b","type":"a.b"}"#,
            r#"{"data":1,"d\u0061ta":1}"#,
            r#"{"type":"a.c"}"#,
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }

    /// The three paths share some keys and differ in others.
    const DEEP: Layout = Layout {
        event_type: &["a", "b", "type"],
        payload: &["a", "b", "data"],
        created_at: &["a", "at"],
    };

    #[test]
    fn paths_are_followed_through_nested_objects() {
        let time = |body: &str| {
            let time = read_as(body, &DEEP).map_err(|error| error.problem.to_string());
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
    fn invalid_json_is_rejected() {
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
        fn bodies_that_serde_json_rejects_are_rejected(
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
