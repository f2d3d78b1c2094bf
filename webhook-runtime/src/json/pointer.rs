//! Scalar at a JSON pointer, as text: the ordering key of a delivery.
//!
//! Decision: the result is the spelling of the value. Ids are strings or numbers, and `7` and `"7"` are one id. Numbers
//! are not parsed, so no digit is lost. Of a repeated key the first counts, because the search stops there.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::{find, member, skip_space, text, value_end};

/// Returns the string, number or boolean at a JSON pointer, given by its segments.
///
/// `None` if the value is missing, `null`, an object or an array, or if the body ends before it.
pub(crate) fn scalar_at<'b>(body: &'b [u8], segments: &[&str]) -> Option<Cow<'b, str>> {
    let at = find(body, segments, member_or_element)??;
    match body.get(at)? {
        b'"' => text(body, at),
        b'-' | b'0'..=b'9' | b't' | b'f' => literal(body, at).map(Cow::Borrowed),
        _ => None,
    }
}

/// Goes from an object or an array to the value of a segment, if it exists.
fn member_or_element(body: &[u8], at: usize, segment: &str) -> Option<Option<usize>> {
    if body.get(at) == Some(&b'[') {
        index(segment).map_or(Some(None), |index| element(body, at, index))
    } else {
        member(body, at, segment)
    }
}

/// Parses an array index of RFC 6901: no sign, no leading zero.
fn index(segment: &str) -> Option<usize> {
    let is_index = segment.bytes().all(|byte| byte.is_ascii_digit())
        && (segment == "0" || !segment.starts_with('0'));
    is_index.then(|| segment.parse().ok())?
}

/// Goes from the bracket of an array to one of its elements, if it exists.
fn element(body: &[u8], at: usize, index: usize) -> Option<Option<usize>> {
    let mut at = skip_space(body, at + 1)?;
    if body.get(at)? == &b']' {
        return Some(None);
    }
    for _ in 0..index {
        at = skip_space(body, value_end(body, at)?)?;
        match body.get(at)? {
            b',' => at = skip_space(body, at + 1)?,
            b']' => return Some(None),
            _ => return None,
        }
    }
    Some(Some(at))
}

/// Returns the number, `true` or `false` at this position, if `,`, `}` or `]` follows it.
fn literal(body: &[u8], at: usize) -> Option<&str> {
    let end = value_end(body, at)?;
    if !matches!(body.get(skip_space(body, end)?)?, b',' | b'}' | b']') {
        return None;
    }
    let literal = std::str::from_utf8(body.get(at..end)?).ok()?;
    serde_json::from_str::<IgnoredAny>(literal).ok()?;
    Some(literal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::tests::document;
    use super::*;

    fn find_scalar(body: &str, segments: &[&str]) -> Option<String> {
        scalar_at(body.as_bytes(), segments).map(Cow::into_owned)
    }

    fn found(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn scalars_are_returned_as_they_are_spelled() {
        let body = r#"{"data":{"id":"7","at": 7 ,"big":18446744073709551616,"e":-1.50e+3,"yes":true,"no":false}}"#;
        for (key, spelled) in [
            ("id", "7"),
            ("at", "7"),
            ("big", "18446744073709551616"),
            ("e", "-1.50e+3"),
            ("yes", "true"),
            ("no", "false"),
        ] {
            assert_eq!(find_scalar(body, &["data", key]), found(spelled), "{key}");
        }
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        let found = |body: &'static str| scalar_at(body.as_bytes(), &["id"]);
        assert!(matches!(found(r#"{"id":"é"}"#), Some(Cow::Borrowed("é"))));
        assert!(matches!(found(r#"{"id":12}"#), Some(Cow::Borrowed("12"))));
        assert!(matches!(found(r#"{"id":"\u00e9\n"}"#), Some(Cow::Owned(text)) if text == "é\n"));
        assert_eq!(found(r#"{"id":""}"#), Some(Cow::Borrowed("")));
    }

    #[test]
    fn keys_with_escapes_are_found() {
        assert_eq!(find_scalar(r#"{"\u0069d":1}"#, &["id"]), found("1"));
        assert_eq!(
            find_scalar(r#"{"a/b":{"m~n":2}}"#, &["a/b", "m~n"]),
            found("2")
        );
        assert_eq!(find_scalar(r#"{"":3}"#, &[""]), found("3"));
    }

    #[test]
    fn segments_of_digits_are_indices_in_arrays_and_keys_in_objects() {
        let body = r#"{"a":[ "x" , {"b":[1,[2,"]"]]} ],"0":"zero","01":"one"}"#;
        assert_eq!(find_scalar(body, &["a", "0"]), found("x"));
        assert_eq!(find_scalar(body, &["a", "1", "b", "1", "1"]), found("]"));
        assert_eq!(find_scalar(body, &["0"]), found("zero"));
        assert_eq!(find_scalar(body, &["01"]), found("one"));
        for none in ["00", "01", "+0", "-", "", "2", "99999999999999999999", "x"] {
            assert_eq!(find_scalar(body, &["a", none]), None, "{none}");
        }
        assert_eq!(find_scalar("[[],5]", &["0", "0"]), None);
        assert_eq!(find_scalar("[[],5]", &["1"]), found("5"));
    }

    #[test]
    fn values_that_are_not_scalars_are_not_found() {
        for body in [
            r#"{"id":null}"#,
            r#"{"id":{}}"#,
            r#"{"id":[]}"#,
            r#"{"id":["x"]}"#,
            r#"{"other":1}"#,
            "{}",
            "[]",
            "7",
            r#""id""#,
        ] {
            assert_eq!(find_scalar(body, &["id"]), None, "{body}");
        }
        assert_eq!(find_scalar(r#"{"id":"x"}"#, &["id", "more"]), None);
        assert_eq!(find_scalar(r#"{"id":7}"#, &["id", "0"]), None);
    }

    #[test]
    fn broken_values_are_not_found() {
        for body in [
            "",
            r#"{"id":"#,
            r#"{"id":7"#,
            r#"{"id":"x"#,
            r#"{"id":tru}"#,
            r#"{"id":truely}"#,
            r#"{"id":07}"#,
            r#"{"id":7x}"#,
            r#"{"id":7"x"}"#,
            r#"{"id":7:1}"#,
            r#"{"id":-}"#,
            r#"{"id":1.}"#,
            r#"{"id":NaN}"#,
            r#"{"id":"\ud800"}"#,
        ] {
            assert_eq!(find_scalar(body, &["id"]), None, "{body}");
        }
        assert_eq!(find_scalar("[1 2]", &["1"]), None);
        assert_eq!(find_scalar("[1,]", &["1"]), None);
        assert_eq!(scalar_at(b"{\"id\":\"\xff\"}", &["id"]), None);
    }

    #[test]
    fn first_of_repeated_keys_counts() {
        assert_eq!(find_scalar(r#"{"id":1,"id":2}"#, &["id"]), found("1"));
        let apart = r#"{"data":{"a":1},"data":{"id":2}}"#;
        assert_eq!(find_scalar(apart, &["data", "id"]), None);
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let depth = 200_000;
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let beside = format!(r#"{{"a":{open}{close},"id":1}}"#);
        assert_eq!(find_scalar(&beside, &["id"]), found("1"));
        let below = format!("{open}5{close}");
        assert_eq!(find_scalar(&below, &vec!["0"; depth]), found("5"));
    }

    proptest! {
        #[test]
        fn finds_the_same_as_a_complete_parse(value in document(), pretty: bool) {
            let body = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            for segments in [
                &["type"][..], &["data"], &["0"], &["1"], &["data", "type"], &["data", "0"], &["0", "data"], &["1", "1"],
            ] {
                let pointer: String = segments.iter().map(|key| format!("/{key}")).collect();
                let parsed = value.pointer(&pointer).and_then(|value| match value {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
                    Value::Null | Value::Array(_) | Value::Object(_) => None,
                });
                prop_assert_eq!(find_scalar(&body, segments), parsed);
            }
        }

        #[test]
        fn arbitrary_bytes_do_not_panic(body: Vec<u8>, cut: u8) {
            let whole = br#"{"a":[1,{"b":"\u00e9\\"}],"data":[true,{"type":-1.5e3}]}"#;
            let mut broken = whole.to_vec();
            broken.truncate(usize::from(cut) % (whole.len() + 1));
            broken.extend_from_slice(&body);
            for body in [&body, &broken] {
                let _ = scalar_at(body, &["data", "1", "type"]);
                let _ = scalar_at(body, &["0"]);
            }
        }
    }
}
