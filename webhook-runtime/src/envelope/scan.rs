//! Finds one string in a JSON body, and stops there.
//!
//! Not a validating parser: what it skips it does not judge. A handled delivery is read whole by
//! [`decode`](super::decode), which compares what it finds with what was found here. Never recurses by the body's
//! nesting, never allocates unless the string is written with escapes.

use std::borrow::Cow;

/// Why there is nothing to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanError {
    /// No JSON object, or it breaks off before the place.
    Malformed,
    /// There is something at the place, but no string.
    NotText,
}

/// The string at `path`, if all objects on the way and the key are there.
pub(crate) fn text_at<'b, 'p>(
    body: &'b [u8],
    path: impl IntoIterator<Item = &'p &'p str>,
) -> Result<Option<Cow<'b, str>>, ScanError> {
    let mut scan = Scan { rest: body };
    for key in path {
        if scan.peek()? != b'{' {
            // Something else stands where an object should be.
            return Ok(None);
        }
        if !scan.enter(key)? {
            return Ok(None);
        }
    }
    match scan.peek()? {
        b'"' => scan.string()?.text().map(Some),
        _ => Err(ScanError::NotText),
    }
}

struct Scan<'b> {
    rest: &'b [u8],
}

/// A string as it stands in the body, between its quotes.
struct Raw<'b> {
    bytes: &'b [u8],
    escaped: bool,
}

impl<'b> Raw<'b> {
    fn is(&self, key: &str) -> Result<bool, ScanError> {
        if self.escaped {
            Ok(self.unescape()? == key)
        } else {
            Ok(self.bytes == key.as_bytes())
        }
    }

    fn text(&self) -> Result<Cow<'b, str>, ScanError> {
        if self.escaped {
            self.unescape().map(Cow::Owned)
        } else {
            let text = std::str::from_utf8(self.bytes).map_err(|_| ScanError::Malformed)?;
            Ok(Cow::Borrowed(text))
        }
    }

    fn unescape(&self) -> Result<String, ScanError> {
        let quoted = [b"\"", self.bytes, b"\""].concat();
        serde_json::from_slice(&quoted).map_err(|_| ScanError::Malformed)
    }
}

impl<'b> Scan<'b> {
    /// The next byte that is not white space; it stays.
    fn peek(&mut self) -> Result<u8, ScanError> {
        loop {
            match self.rest {
                [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] => self.rest = rest,
                [byte, ..] => return Ok(*byte),
                [] => return Err(ScanError::Malformed),
            }
        }
    }

    fn take(&mut self, byte: u8) -> Result<(), ScanError> {
        if self.peek()? != byte {
            return Err(ScanError::Malformed);
        }
        self.rest = self.rest.get(1..).unwrap_or_default();
        Ok(())
    }

    /// Goes into the object here, to the value of `key`. False: the object ended without it.
    fn enter(&mut self, key: &str) -> Result<bool, ScanError> {
        self.take(b'{')?;
        if self.peek()? == b'}' {
            self.take(b'}')?;
            return Ok(false);
        }
        loop {
            self.peek()?;
            let found = self.string()?.is(key)?;
            self.take(b':')?;
            if found {
                return Ok(true);
            }
            self.skip_value()?;
            match self.peek()? {
                b',' => self.take(b',')?,
                b'}' => {
                    self.take(b'}')?;
                    return Ok(false);
                }
                _ => return Err(ScanError::Malformed),
            }
        }
    }

    fn string(&mut self) -> Result<Raw<'b>, ScanError> {
        let [b'"', inside @ ..] = self.rest else {
            return Err(ScanError::Malformed);
        };
        let mut escaped = false;
        let mut from = 0;
        loop {
            let tail = inside.get(from..).ok_or(ScanError::Malformed)?;
            let at = from + memchr::memchr2(b'"', b'\\', tail).ok_or(ScanError::Malformed)?;
            if inside.get(at) == Some(&b'"') {
                self.rest = inside.get(at + 1..).unwrap_or_default();
                let bytes = inside.get(..at).unwrap_or_default();
                return Ok(Raw { bytes, escaped });
            }
            escaped = true;
            from = at + 2;
        }
    }

    fn skip_value(&mut self) -> Result<(), ScanError> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.rest = self.rest.get(1..).unwrap_or_default();
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(ScanError::Malformed)?;
                    self.rest = self.rest.get(1..).unwrap_or_default();
                }
                b',' | b':' if depth > 0 => {
                    self.rest = self.rest.get(1..).unwrap_or_default();
                    continue;
                }
                b',' | b':' => return Err(ScanError::Malformed),
                _ => self.skip_scalar(),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// A number, `true`, `false`, `null`, or junk: all up to what can stand behind a value.
    fn skip_scalar(&mut self) {
        let ends = |byte: &u8| {
            matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"')
                || byte.is_ascii_whitespace()
        };
        let len = self.rest.iter().position(ends).unwrap_or(self.rest.len());
        self.rest = self.rest.get(len.max(1)..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn find(body: &str, path: &[&str]) -> Result<Option<String>, ScanError> {
        text_at(body.as_bytes(), path).map(|found| found.map(Cow::into_owned))
    }

    #[test]
    fn the_type_is_found_wherever_it_stands() {
        let found = Ok(Some("a.b".to_owned()));
        assert_eq!(find(r#"{"type":"a.b"}"#, &["type"]), found);
        assert_eq!(
            find(r#"{"x":[{"type":"no"},1,"]"],"type" : "a.b"}"#, &["type"]),
            found
        );
        assert_eq!(
            find(r#"{"data":{"id":1.5e3,"type":"a.b"}}"#, &["data", "type"]),
            found
        );
        assert_eq!(find(r#"{"t\u0079pe":"a\u002eb"}"#, &["type"]), found);
        assert_eq!(find("\r\n\t {\"type\"\n:\t\"a.b\"", &["type"]), found);
        assert_eq!(find(r#"{"e\"type":"\\","type":"a.b"}"#, &["type"]), found);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(find("{}", &["type"]), Ok(None));
        assert_eq!(find(r#"{"data":{}}"#, &["data", "type"]), Ok(None));
        assert_eq!(
            find(r#"{"data":[{"type":"a"}]}"#, &["data", "type"]),
            Ok(None)
        );
        assert_eq!(find(r#"{"type":7}"#, &["type"]), Err(ScanError::NotText));
        assert_eq!(find(r#"{"type":null}"#, &["type"]), Err(ScanError::NotText));
        for broken in [
            "",
            " ",
            "{",
            r#"{"type"#,
            r#"{"type""#,
            r#"{"type":"#,
            r#"{"type":"a"#,
            r#"{"a":1"#,
            "{a:1}",
            r#"{"a"}"#,
            r#"{"a":}"#,
        ] {
            assert!(find(broken, &["type"]).is_err(), "{broken}");
        }
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let body = format!(
            r#"{{"a":{}{},"type":"x"}}"#,
            "[".repeat(500_000),
            "]".repeat(500_000)
        );
        assert_eq!(find(&body, &["type"]), Ok(Some("x".to_owned())));
    }

    fn document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(|number| json!(number)),
            ".{0,8}".prop_map(Value::from),
        ];
        let key = prop_oneof![Just("type".to_owned()), Just("data".to_owned()), ".{0,4}"];
        leaf.prop_recursive(4, 32, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(key.clone(), inner, 0..4)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_sees_what_a_whole_parse_sees(value in document(), pretty: bool) {
            let body = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            for path in [&["type"][..], &["data", "type"], &["data", "data", "type"]] {
                let pointer: String = path.iter().map(|key| format!("/{key}")).collect();
                let parsed = value.pointer(&pointer).and_then(Value::as_str);
                let found = text_at(body.as_bytes(), path).ok().flatten();
                prop_assert_eq!(found.as_deref(), parsed);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(body: Vec<u8>, cut: u8) {
            let _ = text_at(&body, &["type"]);
            let whole = br#"{"a":[1,{"b":"\u00e9\\"}],"data":{"type":"x"}}"#;
            let mut broken = whole.to_vec();
            broken.truncate(usize::from(cut) % (whole.len() + 1));
            broken.extend_from_slice(&body);
            let _ = text_at(&broken, &["data", "type"]);
        }
    }
}
