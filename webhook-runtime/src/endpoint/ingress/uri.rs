//! Values in a request's URI, decoded strictly: an ambiguous value is rejected.

use std::borrow::Cow;

/// Returns the value of a query parameter. `None`: it is missing, repeated or not encoded correctly.
pub(super) fn parameter<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode_form(key)? == name && found.replace(value).is_some() {
            return None;
        }
    }
    decode_form(found?)
}

/// Decodes a segment of a path. `None`: it is not percent-encoded correctly, or not UTF-8.
pub(super) fn segment(text: &str) -> Option<Cow<'_, str>> {
    decode(text, b'+')
}

/// Decodes a key or a value of a form, where `+` is a space.
fn decode_form(text: &str) -> Option<Cow<'_, str>> {
    decode(text, b' ')
}

fn decode(text: &str, plus: u8) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => plus,
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? << 4 | digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_parameter_must_occur_once_and_is_decoded() {
        let of = |query| parameter(query, "hub.challenge").map(Cow::into_owned);
        assert_eq!(of("hub.challenge=12"), Some("12".to_owned()));
        assert_eq!(
            of("a=b&hub%2Echallenge=1%2b2+3&c"),
            Some("1+2 3".to_owned())
        );
        assert_eq!(of("hub.challenge"), Some(String::new()));
        assert_eq!(of("hub.challenge=a=b"), Some("a=b".to_owned()));
        for none in [
            "",
            "&&",
            "challenge=1",
            "hub.challenge=1&hub.challenge=1",
            "hub.challenge=1&hub%2Echallenge=2",
            "hub.challenge=%",
            "hub.challenge=%1",
            "hub.challenge=%g0",
            "hub.challenge=%+1",
            "hub.challenge=%ff",
            "%=&hub.challenge=1",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn plus_in_a_path_segment_stays_a_plus() {
        let of = |text| segment(text).map(Cow::into_owned);
        assert_eq!(of("a+b"), Some("a+b".to_owned()));
        assert_eq!(of("a%2Bb%C3%BC"), Some("a+b\u{fc}".to_owned()));
        for none in ["%", "%4", "%zz", "%+1", "%ff", "%C3", "a%"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
