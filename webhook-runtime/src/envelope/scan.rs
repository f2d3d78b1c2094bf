//! Finds one value in a JSON body, and stops there.
//!
//! Not a validating parser: what it skips it does not judge. A handled delivery is read whole by
//! [`decode`](super::decode), which compares what it finds with what was found here. Never recurses by the body's
//! nesting, never allocates unless the string is written with escapes.

use std::borrow::Cow;

mod pointer;

pub(crate) use self::pointer::scalar_at;

/// Why there is nothing to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanError {
    /// No JSON object, or it breaks off before the place.
    Malformed,
    /// There is something at the place, but no string.
    NotText,
}

/// The string at `path`, if all objects on the way and the key are there.
#[inline]
pub(crate) fn text_at<'b, 'p>(
    body: &'b [u8],
    path: impl IntoIterator<Item = &'p &'p str>,
) -> Result<Option<Cow<'b, str>>, ScanError> {
    let Some(found) = find(body, path, member) else {
        return Err(ScanError::Malformed);
    };
    let Some(at) = found else { return Ok(None) };
    if body.get(at) != Some(&b'"') {
        return Err(ScanError::NotText);
    }
    text(body, at).map(Some).ok_or(ScanError::Malformed)
}

/// The number at `path`, as it is written; or the text, if it is written without escapes.
pub(crate) fn number_at<'b>(body: &'b [u8], path: &[&str]) -> Option<&'b [u8]> {
    let at = find(body, path, member).flatten()?;
    if body.get(at)? == &b'"' {
        return body.get(at + 1..string(body, at)?.0 - 1);
    }
    body.get(at..scalar(body, at))
}

// Places are passed and returned by value, so that they stay in registers. None: the body is malformed.

/// Where the value at `path` begins, by steps from a value to the one inside it.
fn find<'p>(
    body: &[u8],
    path: impl IntoIterator<Item = &'p &'p str>,
    step: impl Fn(&[u8], usize, &str) -> Option<Option<usize>>,
) -> Option<Option<usize>> {
    let mut at = space(body, 0)?;
    for key in path {
        match step(body, at, key)? {
            Some(value) => at = value,
            None => return Some(None),
        }
    }
    Some(Some(at))
}

/// The next byte that is not white space.
#[inline]
pub(super) fn space(body: &[u8], mut at: usize) -> Option<usize> {
    while matches!(body.get(at)?, b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    Some(at)
}

/// From an object to the value of `key`, if it is there.
fn member(body: &[u8], at: usize, key: &str) -> Option<Option<usize>> {
    if body.get(at) != Some(&b'{') {
        // Something else stands where an object should be.
        return Some(None);
    }
    let at = space(body, at + 1)?;
    if body.get(at)? == &b'}' {
        return Some(None);
    }
    further(body, at, key)
}

/// From one key of an object to the value of `key`, if it is here or further on.
fn further(body: &[u8], mut at: usize, key: &str) -> Option<Option<usize>> {
    loop {
        let (end, is_escaped) = string(body, at)?;
        let found = is(body.get(at + 1..end - 1)?, is_escaped, key)?;
        at = space(body, end)?;
        if body.get(at)? != &b':' {
            return None;
        }
        at = space(body, at + 1)?;
        if found {
            return Some(Some(at));
        }
        match next_key(body, at)? {
            Some(next) => at = next,
            None => return Some(None),
        }
    }
}

/// From a value of an object to the key behind it, if there is one.
fn next_key(body: &[u8], at: usize) -> Option<Option<usize>> {
    let at = space(body, value(body, at)?)?;
    match body.get(at)? {
        b',' => space(body, at + 1).map(Some),
        b'}' => Some(None),
        _ => None,
    }
}

/// Whether every key on the way to `path` is there, and once in its object.
pub(crate) fn is_only<'p>(body: &[u8], path: impl IntoIterator<Item = &'p &'p str>) -> bool {
    let mut at = space(body, 0);
    for key in path {
        at = at.and_then(|at| only(body, at, key));
    }
    at.is_some()
}

/// From an object to the value of `key`, if it is there once.
fn only(body: &[u8], at: usize, key: &str) -> Option<usize> {
    let found = member(body, at, key)??;
    let second = match next_key(body, found)? {
        Some(next) => further(body, next, key)?,
        None => None,
    };
    second.is_none().then_some(found)
}

/// Whether a key is this one. An escape makes a text longer.
#[inline]
fn is(raw: &[u8], is_escaped: bool, key: &str) -> Option<bool> {
    if is_escaped {
        return Some(unescape(raw)? == key);
    }
    Some(raw == key.as_bytes())
}

/// The string that begins here.
#[inline]
fn text(body: &[u8], at: usize) -> Option<Cow<'_, str>> {
    let (end, is_escaped) = string(body, at)?;
    let raw = body.get(at + 1..end - 1)?;
    if is_escaped {
        unescape(raw).map(Cow::Owned)
    } else {
        std::str::from_utf8(raw).ok().map(Cow::Borrowed)
    }
}

#[cold]
fn unescape(raw: &[u8]) -> Option<String> {
    serde_json::from_slice(&[b"\"", raw, b"\""].concat()).ok()
}

/// Behind the string that begins here, and whether there are escapes in it.
///
/// Not inlined: the search is long, and all that runs for a delivery should fit into the processor's cache for code.
#[inline(never)]
pub(super) fn string(body: &[u8], at: usize) -> Option<(usize, bool)> {
    if body.get(at)? != &b'"' {
        return None;
    }
    let end = quote_or_backslash(body, at + 1)?;
    if body.get(end)? == &b'"' {
        return Some((end + 1, false));
    }
    escaped(body, end).map(|end| (end, true))
}

/// Behind the string whose first escape begins here.
fn escaped(body: &[u8], mut at: usize) -> Option<usize> {
    while body.get(at)? != &b'"' {
        at = quote_or_backslash(body, at + 2)?;
    }
    Some(at + 1)
}

/// The next of these two. Most texts are shorter than the look at the processor that `memchr2` begins with.
#[inline]
fn quote_or_backslash(body: &[u8], at: usize) -> Option<usize> {
    let rest = body.get(at..)?;
    #[cfg(target_arch = "x86_64")]
    if let Some(two) = memchr::arch::x86_64::sse2::memchr::Two::new(b'"', b'\\') {
        return two.find(rest).map(|found| at + found);
    }
    memchr::memchr2(b'"', b'\\', rest).map(|found| at + found)
}

/// Behind the value that begins here.
fn value(body: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        at = space(body, at)?;
        match body.get(at)? {
            b'"' => at = string(body, at)?.0,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
                continue;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b',' | b':' if depth > 0 => {
                at += 1;
                continue;
            }
            b',' | b':' => return None,
            _ => at = scalar(body, at),
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Behind a number, `true`, `false`, `null`, or junk: all up to what can stand behind a value.
pub(super) fn scalar(body: &[u8], at: usize) -> usize {
    let ends = |byte: &u8| {
        matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"') || byte.is_ascii_whitespace()
    };
    let rest = body.get(at..).unwrap_or_default();
    at + rest.iter().position(ends).unwrap_or(rest.len()).max(1)
}

/// The first key of the object at `path`, as it is written.
pub(crate) fn first_key<'b>(body: &'b [u8], path: &[&str]) -> Option<&'b [u8]> {
    let at = find(body, path, member).flatten()?;
    first_key_of(body, at)
}

/// The first key of the object that begins here, as it is written.
pub(crate) fn first_key_of(body: &[u8], at: usize) -> Option<&[u8]> {
    if body.get(at)? != &b'{' {
        return None;
    }
    let at = space(body, at + 1)?;
    body.get(at + 1..string(body, at)?.0 - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn look(body: &str, path: &[&str]) -> Result<Option<String>, ScanError> {
        text_at(body.as_bytes(), path).map(|found| found.map(Cow::into_owned))
    }

    #[test]
    fn the_type_is_found_wherever_it_stands() {
        let found = Ok(Some("a.b".to_owned()));
        assert_eq!(look(r#"{"type":"a.b"}"#, &["type"]), found);
        assert_eq!(
            look(r#"{"x":[{"type":"no"},1,"]"],"type" : "a.b"}"#, &["type"]),
            found
        );
        assert_eq!(
            look(r#"{"data":{"id":1.5e3,"type":"a.b"}}"#, &["data", "type"]),
            found
        );
        assert_eq!(look(r#"{"t\u0079pe":"a\u002eb"}"#, &["type"]), found);
        assert_eq!(look("\r\n\t {\"type\"\n:\t\"a.b\"", &["type"]), found);
        assert_eq!(look(r#"{"e\"type":"\\","type":"a.b"}"#, &["type"]), found);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(look("{}", &["type"]), Ok(None));
        assert_eq!(look(r#"{"data":{}}"#, &["data", "type"]), Ok(None));
        assert_eq!(
            look(r#"{"data":[{"type":"a"}]}"#, &["data", "type"]),
            Ok(None)
        );
        assert_eq!(look(r#"{"type":7}"#, &["type"]), Err(ScanError::NotText));
        assert_eq!(look(r#"{"type":null}"#, &["type"]), Err(ScanError::NotText));
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
            assert!(look(broken, &["type"]).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_key_is_the_only_one_however_it_is_spelled() {
        let is_only = |body: &str| is_only(body.as_bytes(), &["data", "kind"]);
        assert!(is_only(r#"{"data":{"kind":"a"}}"#));
        assert!(is_only(
            r#"{"kind":1,"data":{"x":{"kind":2},"kind":"a","y":[]},"z":0}"#
        ));
        for other in [
            r#"{"data":{"kind":"a","kind":"a"}}"#,
            r#"{"data":{"kind":"a","x":1,"k\u0069nd":"b"}}"#,
            r#"{"data":{"kind":"a"},"data":{}}"#,
            r#"{"data":{"kind":"a"},"d\u0061ta":null}"#,
            r#"{"data":{}}"#,
            r#"{"data":["kind"]}"#,
            r#"{"data":{"kind":"a""#,
            "",
        ] {
            assert!(!is_only(other), "{other}");
        }
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let body = format!(
            r#"{{"a":{}{},"type":"x"}}"#,
            "[".repeat(500_000),
            "]".repeat(500_000)
        );
        assert_eq!(look(&body, &["type"]), Ok(Some("x".to_owned())));
    }

    pub(super) fn document() -> impl Strategy<Value = Value> {
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
