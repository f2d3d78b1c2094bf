//! Headers as a list of names and values, and the rules for single headers.

/// Names and values, in the order of the request.
pub type Headers = Vec<(String, Vec<u8>)>;

/// Result of a verification. Errors have the names of `VerifyError::as_str`.
pub type Verdict = Result<(), &'static str>;

pub const MISSING: Verdict = Err("missing_header");
pub const MALFORMED: Verdict = Err("malformed_header");
pub const TOO_OLD: Verdict = Err("timestamp_too_old");
pub const TOO_NEW: Verdict = Err("timestamp_too_new");
pub const BAD_SIGNATURE: Verdict = Err("bad_signature");

/// Returns all values of a header.
pub fn values<'h>(headers: &'h Headers, name: &str) -> Vec<&'h [u8]> {
    let named = |(other, _): &&(String, Vec<u8>)| other.to_ascii_lowercase() == name;
    let found = headers.iter().filter(named);
    found.map(|(_, value)| value.as_slice()).collect()
}

/// Returns whether a header is absent, or has a single empty value.
pub fn is_missing(values: &[&[u8]]) -> bool {
    values == [b""] || values.is_empty()
}

/// Returns whether a header is absent, or has only empty values.
pub fn is_all_empty(values: &[&[u8]]) -> bool {
    values.iter().all(|value| value.is_empty())
}

pub fn is_visible_ascii(text: &[u8]) -> bool {
    text.iter().all(|byte| (b'!'..=b'~').contains(byte))
}

/// Parses a number of seconds in its canonical form: decimal, not negative, no leading zero or sign.
pub fn seconds(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let seconds: i64 = text.parse().ok()?;
    (seconds >= 0 && seconds.to_string() == text).then_some(seconds)
}

/// Compares a timestamp with the clock. All values are in seconds.
pub fn age(signed_at: i64, now: i64, tolerance: u64) -> Verdict {
    let age = i128::from(now) - i128::from(signed_at);
    if age > i128::from(tolerance) {
        TOO_OLD
    } else if -age > i128::from(tolerance) {
        TOO_NEW
    } else {
        Ok(())
    }
}
