//! Finds one value in a JSON body and stops there, without parsing the rest.
//!
//! Not a validating parser: skipped values are not checked. A handled delivery is also read completely by
//! [`envelope`](crate::envelope), which compares its event type with the one found here. The search does not recurse
//! with the nesting of the body, and allocates only for strings with escapes.

use std::borrow::Cow;

mod pointer;

pub(crate) use self::pointer::scalar_at;

/// Path in a JSON document: the keys from the root to a value.
pub(crate) type Path = &'static [&'static str];

/// Reason why no string was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanError {
    /// The body is not a JSON object, or is incomplete before the end of the path.
    Malformed,
    /// The value at the path is not a string.
    NotText,
}

/// Returns the string at `path`, if every key of the path exists.
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

/// Returns the number at `path` as it is spelled, or the characters of a string at `path`, without decoding escapes.
pub(crate) fn number_at<'b>(body: &'b [u8], path: &[&str]) -> Option<&'b [u8]> {
    let at = find(body, path, member).flatten()?;
    if body.get(at)? == &b'"' {
        return body.get(at + 1..string_end(body, at)?.0 - 1);
    }
    body.get(at..scalar_end(body, at))
}

// Positions are passed and returned by value, so that they stay in registers. The outer `None` of a result means that
// the body is malformed, the inner one that the value does not exist.

/// Returns the position of the value at `path`. `step` goes from the position of a value to that of its member.
fn find<'p>(
    body: &[u8],
    path: impl IntoIterator<Item = &'p &'p str>,
    step: impl Fn(&[u8], usize, &str) -> Option<Option<usize>>,
) -> Option<Option<usize>> {
    let mut at = skip_space(body, 0)?;
    for key in path {
        match step(body, at, key)? {
            Some(value) => at = value,
            None => return Some(None),
        }
    }
    Some(Some(at))
}

/// Returns the position of the next byte that is not white space.
#[inline]
pub(crate) fn skip_space(body: &[u8], mut at: usize) -> Option<usize> {
    while matches!(body.get(at)?, b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    Some(at)
}

/// Goes from an object to the value of `key`, if it exists.
fn member(body: &[u8], at: usize, key: &str) -> Option<Option<usize>> {
    if body.get(at) != Some(&b'{') {
        // The value is not an object.
        return Some(None);
    }
    let at = skip_space(body, at + 1)?;
    if body.get(at)? == &b'}' {
        return Some(None);
    }
    member_from(body, at, key)
}

/// Goes from one key of an object to the value of `key`, if it is this key or a later one.
fn member_from(body: &[u8], mut at: usize, key: &str) -> Option<Option<usize>> {
    loop {
        let (end, is_escaped) = string_end(body, at)?;
        let found = is_key(body.get(at + 1..end - 1)?, is_escaped, key)?;
        at = skip_space(body, end)?;
        if body.get(at)? != &b':' {
            return None;
        }
        at = skip_space(body, at + 1)?;
        if found {
            return Some(Some(at));
        }
        match next_key(body, at)? {
            Some(next) => at = next,
            None => return Some(None),
        }
    }
}

/// Goes from a value of an object to the next key, if there is one.
fn next_key(body: &[u8], at: usize) -> Option<Option<usize>> {
    let at = skip_space(body, value_end(body, at)?)?;
    match body.get(at)? {
        b',' => skip_space(body, at + 1).map(Some),
        b'}' => Some(None),
        _ => None,
    }
}

/// Returns whether every key of `path` occurs exactly once in its object.
pub(crate) fn is_unique<'p>(body: &[u8], path: impl IntoIterator<Item = &'p &'p str>) -> bool {
    let mut at = skip_space(body, 0);
    for key in path {
        at = at.and_then(|at| unique_member(body, at, key));
    }
    at.is_some()
}

/// Goes from an object to the value of `key`, if it occurs exactly once.
fn unique_member(body: &[u8], at: usize, key: &str) -> Option<usize> {
    let found = member(body, at, key)??;
    let second = match next_key(body, found)? {
        Some(next) => member_from(body, next, key)?,
        None => None,
    };
    second.is_none().then_some(found)
}

/// Returns whether a key, as it is spelled, is `key`.
#[inline]
fn is_key(raw: &[u8], is_escaped: bool, key: &str) -> Option<bool> {
    if is_escaped {
        return Some(unescape(raw)? == key);
    }
    Some(raw == key.as_bytes())
}

/// Returns the string at this position.
#[inline]
fn text(body: &[u8], at: usize) -> Option<Cow<'_, str>> {
    let (end, is_escaped) = string_end(body, at)?;
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

/// Returns the end of the string at this position, and whether it contains escapes.
///
/// Not inlined: the search is long, and all code that runs for a delivery should fit into the instruction cache.
#[inline(never)]
pub(crate) fn string_end(body: &[u8], at: usize) -> Option<(usize, bool)> {
    if body.get(at)? != &b'"' {
        return None;
    }
    let end = quote_or_backslash(body, at + 1)?;
    if body.get(end)? == &b'"' {
        return Some((end + 1, false));
    }
    escaped_string_end(body, end).map(|end| (end, true))
}

/// Returns the end of a string from the position of its first escape.
fn escaped_string_end(body: &[u8], mut at: usize) -> Option<usize> {
    while body.get(at)? != &b'"' {
        at = quote_or_backslash(body, at + 2)?;
    }
    Some(at + 1)
}

/// Returns the position of the next quote or backslash.
///
/// Calls the SSE2 search directly: most strings are shorter than the feature detection that `memchr2` begins with.
#[inline]
fn quote_or_backslash(body: &[u8], at: usize) -> Option<usize> {
    let rest = body.get(at..)?;
    #[cfg(target_arch = "x86_64")]
    if let Some(two) = memchr::arch::x86_64::sse2::memchr::Two::new(b'"', b'\\') {
        return two.find(rest).map(|found| at + found);
    }
    memchr::memchr2(b'"', b'\\', rest).map(|found| at + found)
}

/// Returns the end of the value at this position.
fn value_end(body: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        at = skip_space(body, at)?;
        match body.get(at)? {
            b'"' => at = string_end(body, at)?.0,
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
            _ => at = scalar_end(body, at),
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Returns the end of a number, `true`, `false`, `null` or junk: the next byte that can follow a value.
pub(crate) fn scalar_end(body: &[u8], at: usize) -> usize {
    let ends = |byte: &u8| {
        matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"') || byte.is_ascii_whitespace()
    };
    let rest = body.get(at..).unwrap_or_default();
    at + rest.iter().position(ends).unwrap_or(rest.len()).max(1)
}

/// Returns the first key of the object at `path`, as it is spelled.
pub(crate) fn first_key<'b>(body: &'b [u8], path: &[&str]) -> Option<&'b [u8]> {
    let at = find(body, path, member).flatten()?;
    first_key_of(body, at)
}

/// Returns the first key of the object at this position, as it is spelled.
pub(crate) fn first_key_of(body: &[u8], at: usize) -> Option<&[u8]> {
    if body.get(at)? != &b'{' {
        return None;
    }
    let at = skip_space(body, at + 1)?;
    body.get(at + 1..string_end(body, at)?.0 - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn find_text(body: &str, path: &[&str]) -> Result<Option<String>, ScanError> {
        text_at(body.as_bytes(), path).map(|found| found.map(Cow::into_owned))
    }

    #[test]
    fn event_type_is_found_at_any_position() {
        let found = Ok(Some("a.b".to_owned()));
        assert_eq!(find_text(r#"{"type":"a.b"}"#, &["type"]), found);
        assert_eq!(
            find_text(r#"{"x":[{"type":"no"},1,"]"],"type" : "a.b"}"#, &["type"]),
            found
        );
        assert_eq!(
            find_text(r#"{"data":{"id":1.5e3,"type":"a.b"}}"#, &["data", "type"]),
            found
        );
        assert_eq!(find_text(r#"{"t\u0079pe":"a\u002eb"}"#, &["type"]), found);
        assert_eq!(find_text("\r\n\t {\"type\"\n:\t\"a.b\"", &["type"]), found);
        assert_eq!(
            find_text(r#"{"e\"type":"\\","type":"a.b"}"#, &["type"]),
            found
        );
    }

    #[test]
    fn missing_and_broken_values_are_not_found() {
        assert_eq!(find_text("{}", &["type"]), Ok(None));
        assert_eq!(find_text(r#"{"data":{}}"#, &["data", "type"]), Ok(None));
        assert_eq!(
            find_text(r#"{"data":[{"type":"a"}]}"#, &["data", "type"]),
            Ok(None)
        );
        assert_eq!(
            find_text(r#"{"type":7}"#, &["type"]),
            Err(ScanError::NotText)
        );
        assert_eq!(
            find_text(r#"{"type":null}"#, &["type"]),
            Err(ScanError::NotText)
        );
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
            assert!(find_text(broken, &["type"]).is_err(), "{broken}");
        }
    }

    #[test]
    fn keys_with_escapes_count_as_repetitions() {
        let is_unique = |body: &str| is_unique(body.as_bytes(), &["data", "kind"]);
        assert!(is_unique(r#"{"data":{"kind":"a"}}"#));
        assert!(is_unique(
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
            assert!(!is_unique(other), "{other}");
        }
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let body = format!(
            r#"{{"a":{}{},"type":"x"}}"#,
            "[".repeat(500_000),
            "]".repeat(500_000)
        );
        assert_eq!(find_text(&body, &["type"]), Ok(Some("x".to_owned())));
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
        fn finds_the_same_as_a_complete_parse(value in document(), pretty: bool) {
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
        fn arbitrary_bytes_do_not_panic(body: Vec<u8>, cut: u8) {
            let _ = text_at(&body, &["type"]);
            let whole = br#"{"a":[1,{"b":"\u00e9\\"}],"data":{"type":"x"}}"#;
            let mut broken = whole.to_vec();
            broken.truncate(usize::from(cut) % (whole.len() + 1));
            broken.extend_from_slice(&body);
            let _ = text_at(&broken, &["data", "type"]);
        }
    }
}
