//! Headers as a list of names and values, and what the rules say of each alone.

/// Names and values, in the order in which they come.
pub type Headers = Vec<(String, Vec<u8>)>;

/// What a delivery gets, by the name in the log.
pub type Verdict = Result<(), &'static str>;

pub const MISSING: Verdict = Err("missing_header");
pub const MALFORMED: Verdict = Err("malformed_header");
pub const TOO_OLD: Verdict = Err("timestamp_too_old");
pub const TOO_NEW: Verdict = Err("timestamp_too_new");
pub const BAD_SIGNATURE: Verdict = Err("bad_signature");

/// All values of a header.
pub fn values<'h>(headers: &'h Headers, name: &str) -> Vec<&'h [u8]> {
    let named = |(other, _): &&(String, Vec<u8>)| other.to_ascii_lowercase() == name;
    let found = headers.iter().filter(named);
    found.map(|(_, value)| value.as_slice()).collect()
}

/// Not there, or there once and empty.
pub fn is_missing(values: &[&[u8]]) -> bool {
    values == [b""] || values.is_empty()
}

/// Not there, however often nothing is.
pub fn is_all_empty(values: &[&[u8]]) -> bool {
    values.iter().all(|value| value.is_empty())
}

pub fn is_visible_ascii(text: &[u8]) -> bool {
    text.iter().all(|byte| (b'!'..=b'~').contains(byte))
}

/// The number of seconds, if the text is how a number prints.
pub fn seconds(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let seconds: i64 = text.parse().ok()?;
    (seconds >= 0 && seconds.to_string() == text).then_some(seconds)
}

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
