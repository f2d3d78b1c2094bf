//! Backoffs: an initial one, `"30s"`, or the initial and the maximum, `"10s..6h"`.

/// Maximum backoff, in milliseconds: 30 days, the bound of the runtime.
const MAXIMUM: u64 = 30 * 24 * 60 * 60 * 1000;

/// Units, and their lengths in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1000),
    ("m", 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("d", 24 * 60 * 60 * 1000),
];

/// Returns the initial and, if given, the maximum backoff in milliseconds.
///
/// # Errors
/// The message for a malformed backoff, with a suggestion if there is one.
pub(super) fn parse(text: &str) -> Result<(u64, Option<u64>), String> {
    bounds(text).map_err(|problem| match respelled(text) {
        Some(fix) => format!("invalid backoff \"{text}\"; did you mean \"{fix}\"?"),
        None => problem,
    })
}

/// Returns a well-formed backoff that differs from the text only in spaces and in the separator.
fn respelled(text: &str) -> Option<String> {
    let mut fix = text.replace(char::is_whitespace, "");
    for separator in ["..=", "...", "-"] {
        fix = fix.replace(separator, "..");
    }
    (fix != text && bounds(&fix).is_ok()).then_some(fix)
}

/// Returns the initial and the maximum backoff in milliseconds, without suggestions for other spellings.
fn bounds(text: &str) -> Result<(u64, Option<u64>), String> {
    let Some((initial, maximum)) = text.split_once("..") else {
        return duration(text).map(|initial| (initial, None));
    };
    if initial.is_empty() || maximum.is_empty() {
        return Err(format!(
            "invalid backoff \"{text}\": missing {} backoff; write both, such as \"10s..6h\"",
            if initial.is_empty() {
                "initial"
            } else {
                "maximum"
            },
        ));
    }
    match (duration(initial)?, duration(maximum)?) {
        (initial_ms, maximum_ms) if initial_ms > maximum_ms => Err(format!(
            "invalid backoff \"{text}\": the initial backoff exceeds the maximum; did you mean \"{maximum}..{initial}\"?"
        )),
        (initial_ms, maximum_ms) => Ok((initial_ms, Some(maximum_ms))),
    }
}

/// Returns a duration in milliseconds.
fn duration(text: &str) -> Result<u64, String> {
    let Some((number, unit)) = split(text) else {
        return Err(format!(
            "invalid backoff \"{text}\": expected a whole number with a unit; write one such as \"90m\", or a range such as \"10s..6h\""
        ));
    };
    let Some((_, milliseconds)) = UNITS.iter().find(|(known, _)| *known == unit) else {
        return Err(unknown_unit(number, unit));
    };
    // A number that overflows exceeds the maximum as well.
    let count = number.parse().unwrap_or(u64::MAX);
    match count.saturating_mul(*milliseconds) {
        0 => Err(format!(
            "backoff \"{text}\" is too short: failed deliveries would be retried in a busy loop; write at least \"1ms\""
        )),
        duration if duration > MAXIMUM => Err(format!(
            "backoff \"{text}\" is too long: the maximum is 30 days; write at most \"30d\""
        )),
        duration => Ok(duration),
    }
}

/// Splits the digits from the letters after them.
fn split(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let is_unit = unit.chars().all(char::is_alphabetic);
    (!number.is_empty() && is_unit).then_some((number, unit))
}

/// Returns the message for an unknown or missing unit.
fn unknown_unit(number: &str, unit: &str) -> String {
    const EXPECTED: &str = "expected `ms`, `s`, `m`, `h` or `d`";
    if unit.is_empty() {
        return format!("missing unit in \"{number}\": {EXPECTED}; did you mean \"{number}s\"?");
    }
    let known = match unit.to_lowercase().as_str() {
        "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "day" | "days" => "d",
        "msec" | "msecs" | "milli" | "millis" | "millisecond" | "milliseconds" => "ms",
        lower => UNITS
            .iter()
            .find(|(known, _)| *known == lower)
            .map_or("", |(known, _)| known),
    };
    let problem = format!("unknown unit `{unit}` in \"{number}{unit}\": {EXPECTED}");
    if known.is_empty() {
        problem
    } else {
        format!("{problem}; did you mean \"{number}{known}\"?")
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn whole_number_with_unit_is_a_backoff() {
        for (text, milliseconds) in [
            ("1ms", 1),
            ("30s", 30_000),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
            ("007s", 7_000),
            ("30d", 2_592_000_000),
            ("2592000000ms", 2_592_000_000),
        ] {
            assert_eq!(parse(text), Ok((milliseconds, None)), "{text}");
        }
        assert_eq!(parse("10s..6h"), Ok((10_000, Some(21_600_000))));
        assert_eq!(parse("60s..1m"), Ok((60_000, Some(60_000))));
    }

    #[test]
    fn malformed_backoffs_are_rejected_with_a_suggestion() {
        const FORM: &str = "expected a whole number with a unit; write one such as";
        for (text, expected) in [
            ("", FORM),
            ("s", FORM),
            ("-5s", FORM),
            ("+5s", FORM),
            ("1.5h", FORM),
            ("1h30m", FORM),
            ("- 5s", FORM),
            ("6h-10s", FORM),
            ("5 s", "did you mean \"5s\"?"),
            (" 5s ", "did you mean \"5s\"?"),
            ("10s .. 6h", "did you mean \"10s..6h\"?"),
            ("10s-6h", "did you mean \"10s..6h\"?"),
            ("10s...6h", "did you mean \"10s..6h\"?"),
            ("10s..=6h", "did you mean \"10s..6h\"?"),
            ("1s..2s..3s", FORM),
            ("٣s", FORM),
            ("30", "did you mean \"30s\"?"),
            ("10..6h", "did you mean \"10s\"?"),
            ("10sec", "did you mean \"10s\"?"),
            ("2Hours", "did you mean \"2h\"?"),
            ("10S", "did you mean \"10s\"?"),
            ("10M", "did you mean \"10m\"?"),
            ("5min..1h", "did you mean \"5m\"?"),
            ("1w", "unknown unit `w` in \"1w\": expected"),
            ("9us", "unknown unit `us` in \"9us\": expected"),
            ("9µs", "unknown unit `µs` in \"9µs\": expected"),
            ("0s", "write at least \"1ms\""),
            ("0ms..6h", "write at least \"1ms\""),
            ("31d", "the maximum is 30 days"),
            ("2592000001ms", "the maximum is 30 days"),
            ("1s..721h", "the maximum is 30 days"),
            ("99999999999999999999d", "the maximum is 30 days"),
            ("18446744073709551615d", "the maximum is 30 days"),
            ("..6h", "missing initial backoff"),
            ("10s..", "missing maximum backoff"),
            ("..", "missing initial backoff"),
            ("6h..10s", "did you mean \"10s..6h\"?"),
        ] {
            let problem = parse(text).expect_err(text);
            assert!(problem.contains(expected), "{text}: {problem}");
            assert!(!problem.contains('\n'));
        }
    }
}
