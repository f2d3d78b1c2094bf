//! Headers of a signature scheme: lookup, syntax and age.

use http::HeaderName;

use super::VerifyError;
use crate::delivery::{HeaderSource, Timestamp};
use crate::scheme::TimestampUnit;

/// Occurrences of a header, with its value if it occurs once.
#[derive(Clone, Copy)]
pub(super) enum Found<'h> {
    /// Absent or empty.
    Missing,
    Once(&'h [u8]),
    Repeated,
}

/// Finds the occurrences of a header.
pub(super) fn find<'h, H: HeaderSource + ?Sized>(headers: &'h H, name: &HeaderName) -> Found<'h> {
    let mut values = headers.values(name);
    match (values.next(), values.next()) {
        (None, _) | (Some(b""), None) => Found::Missing,
        (Some(value), None) => Found::Once(value),
        (Some(_), Some(_)) => Found::Repeated,
    }
}

/// Returns the error for a repeated header.
pub(super) const fn repeated(header: &'static str) -> VerifyError {
    VerifyError::MalformedHeader {
        header,
        problem: "it occurs more than once",
    }
}

/// Parses an id. `is_end` returns whether a byte would end the id within the signed content.
#[inline]
pub(super) fn parse_id<'d>(
    id: &'d [u8],
    header: &'static str,
    is_end: impl Fn(u8) -> bool,
) -> Result<&'d str, VerifyError> {
    let malformed = |problem| VerifyError::MalformedHeader { header, problem };
    // No early exit, so that the compiler checks many bytes at a time.
    let (graphic, ended) = id.iter().fold((true, false), |(graphic, ended), byte| {
        (graphic & byte.is_ascii_graphic(), ended | is_end(*byte))
    });
    if !graphic {
        return Err(malformed("it is not visible ASCII"));
    }
    if ended {
        return Err(malformed(
            "it contains the signature's separator (ambiguous signed content)",
        ));
    }
    std::str::from_utf8(id).map_err(|_| malformed("it is not visible ASCII"))
}

/// Parses `0` or digits without a leading zero. Milliseconds are rounded down to seconds.
pub(super) fn parse_timestamp(
    text: &[u8],
    unit: TimestampUnit,
    header: &'static str,
) -> Result<Timestamp, VerifyError> {
    let malformed = || VerifyError::MalformedHeader {
        header,
        problem: match unit {
            TimestampUnit::Seconds => "it is not a whole number of seconds since the Unix epoch",
            TimestampUnit::Milliseconds => {
                "it is not a whole number of milliseconds since the Unix epoch"
            }
        },
    };
    let canonical = match text {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !canonical {
        return Err(malformed());
    }
    let mut count: i64 = 0;
    for digit in text {
        count = count
            .checked_mul(10)
            .and_then(|count| count.checked_add(i64::from(digit - b'0')))
            .ok_or_else(malformed)?;
    }
    Ok(Timestamp::from_second(match unit {
        TimestampUnit::Seconds => count,
        TimestampUnit::Milliseconds => count / 1000,
    }))
}

/// Checks that the timestamp is at most `tolerance` seconds before or after `now`.
pub(super) fn check_age(
    timestamp: Timestamp,
    now: Timestamp,
    tolerance: u64,
) -> Result<(), VerifyError> {
    let seconds = now.as_second().abs_diff(timestamp.as_second());
    if seconds <= tolerance {
        Ok(())
    } else if timestamp < now {
        Err(VerifyError::TimestampTooOld { seconds, tolerance })
    } else {
        Err(VerifyError::TimestampTooNew { seconds, tolerance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamp_is_canonical_digits_only() {
        let parse = |text: &str| {
            parse_timestamp(text.as_bytes(), TimestampUnit::Seconds, "t").map(Timestamp::as_second)
        };
        assert_eq!(parse("0"), Ok(0));
        assert_eq!(parse("1614265330"), Ok(1_614_265_330));
        assert_eq!(parse("9223372036854775807"), Ok(i64::MAX));
        let digits = "1".repeat(5000);
        for wrong in [
            "",
            " ",
            "+1",
            "-1",
            "01",
            "00",
            "1.0",
            "1.",
            "0x10",
            "1e9",
            "1_000",
            "1 ",
            " 1",
            "١",
            "９",
            "9223372036854775808",
            "-9223372036854775808",
            &digits,
            "1\n",
            "nan",
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn milliseconds_are_rounded_down_to_seconds() {
        let parse = |text: &str| {
            parse_timestamp(text.as_bytes(), TimestampUnit::Milliseconds, "t")
                .map(Timestamp::as_second)
        };
        assert_eq!(parse("1614265330999"), Ok(1_614_265_330));
        assert_eq!(parse("999"), Ok(0));
        assert!(parse("01614265330999").is_err());
    }
}
