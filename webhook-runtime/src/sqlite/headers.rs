//! Serialization of headers: one line for each value, as in HTTP. A header value cannot contain a line break.

use http::{HeaderMap, HeaderName, HeaderValue};

pub(super) fn to_bytes(headers: &HeaderMap) -> Vec<u8> {
    let mut lines = Vec::new();
    for (name, value) in headers {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.push(b':');
        lines.extend_from_slice(value.as_bytes());
        lines.push(b'\n');
    }
    lines
}

/// Parses what [`to_bytes`] wrote; `None` if the bytes are anything else.
pub(super) fn from_bytes(bytes: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n")?;
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        let value = value.strip_prefix(b":")?;
        headers.append(
            HeaderName::from_bytes(name).ok()?,
            HeaderValue::from_bytes(value).ok()?,
        );
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{from_bytes, to_bytes};

    #[test]
    fn headers_survive_a_round_trip() {
        let mut headers = HeaderMap::new();
        assert_eq!(from_bytes(&to_bytes(&headers)), Some(HeaderMap::new()));
        headers.append("x-twice", HeaderValue::from_static("first"));
        headers.append("x-empty", HeaderValue::from_static(""));
        headers.append("x-twice", HeaderValue::from_static(" a: b; c "));
        headers.append("x-odd", HeaderValue::from_bytes(b"\t\xff\x80").unwrap());
        assert_eq!(from_bytes(&to_bytes(&headers)), Some(headers));
    }

    #[test]
    fn malformed_bytes_are_rejected() {
        for bytes in [
            &b"x"[..],
            b"x:y",
            b"\n",
            b":\n",
            b"x\n",
            b"x y:z\n",
            b"x:\x01\n",
        ] {
            assert_eq!(from_bytes(bytes), None, "{bytes:?}");
        }
    }
}
