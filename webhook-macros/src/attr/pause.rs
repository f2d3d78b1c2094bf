//! A pause as a user writes it: `"30s"`, or from the first to the longest, `"10s..6h"`.

/// Thirty days, in milliseconds: what the runtime bounds pauses by.
const LONGEST: u64 = 30 * 24 * 60 * 60 * 1000;

/// The units and their milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1000),
    ("m", 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("d", 24 * 60 * 60 * 1000),
];

/// The first pause and, if it is written, the longest, in milliseconds; or what is wrong.
pub(super) fn read(text: &str) -> Result<(u64, Option<u64>), String> {
    parse(text).map_err(|problem| match meant(text) {
        Some(meant) => format!("\"{text}\" is no pause; did you mean \"{meant}\"?"),
        None => problem,
    })
}

/// A pause that is written in another way.
fn meant(text: &str) -> Option<String> {
    let mut meant = text.replace(char::is_whitespace, "");
    for other in ["..=", "...", "-"] {
        meant = meant.replace(other, "..");
    }
    (meant != text && parse(&meant).is_ok()).then_some(meant)
}

fn parse(text: &str) -> Result<(u64, Option<u64>), String> {
    let Some((first, longest)) = text.split_once("..") else {
        return one(text).map(|pause| (pause, None));
    };
    if first.is_empty() || longest.is_empty() {
        return Err(format!(
            "`{text}` lacks the {} pause: both stand around `..`, as in \"10s..6h\"",
            if first.is_empty() { "first" } else { "longest" },
        ));
    }
    match (one(first)?, one(longest)?) {
        (initial_backoff, max_backoff) if initial_backoff > max_backoff => Err(format!(
            "the first pause, `{first}`, is longer than the longest, `{longest}`; did you mean \"{longest}..{first}\"?"
        )),
        (first, longest) => Ok((first, Some(longest))),
    }
}

/// One pause in milliseconds.
fn one(text: &str) -> Result<u64, String> {
    let Some((number, unit)) = split(text) else {
        return Err(format!(
            "\"{text}\" is no pause: write one whole number and its unit, such as \"90m\", or the first and the longest, \"10s..6h\""
        ));
    };
    let Some((_, milliseconds)) = UNITS.iter().find(|(known, _)| *known == unit) else {
        return Err(unknown(number, unit));
    };
    // A number that does not fit is too long, too.
    let count = number.parse().unwrap_or(u64::MAX);
    match count.saturating_mul(*milliseconds) {
        0 => Err(format!(
            "`{text}` is no pause: what fails would be tried again at once, over and over; write \"1ms\" at least"
        )),
        pause if pause > LONGEST => Err(format!(
            "`{text}` is too long: a pause is 30 days at most, \"30d\""
        )),
        pause => Ok(pause),
    }
}

/// The digits in front, and the letters behind them.
fn split(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let is_unit = unit.chars().all(char::is_alphabetic);
    (!number.is_empty() && is_unit).then_some((number, unit))
}

/// The sentence for a unit that is none, or missing.
fn unknown(number: &str, unit: &str) -> String {
    const ARE: &str = "the units are `ms`, `s`, `m`, `h` and `d`";
    if unit.is_empty() {
        return format!("`{number}` has no unit; did you mean \"{number}s\"? {ARE}");
    }
    let meant = match unit.to_lowercase().as_str() {
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
    if meant.is_empty() {
        format!("`{unit}` is no unit of a pause; {ARE}")
    } else {
        format!("`{unit}` is no unit of a pause; did you mean \"{number}{meant}\"? {ARE}")
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_whole_number_and_a_unit_are_a_pause() {
        for (text, pause) in [
            ("1ms", 1),
            ("30s", 30_000),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
            ("007s", 7_000),
            ("30d", 2_592_000_000),
            ("2592000000ms", 2_592_000_000),
        ] {
            assert_eq!(read(text), Ok((pause, None)), "{text}");
        }
        assert_eq!(read("10s..6h"), Ok((10_000, Some(21_600_000))));
        assert_eq!(read("60s..1m"), Ok((60_000, Some(60_000))));
    }

    #[test]
    fn other_forms_are_told_apart() {
        for (text, told) in [
            ("", "no pause: write"),
            ("s", "no pause: write"),
            ("-5s", "no pause: write"),
            ("+5s", "no pause: write"),
            ("1.5h", "no pause: write"),
            ("1h30m", "no pause: write"),
            ("- 5s", "no pause: write"),
            ("6h-10s", "no pause: write"),
            ("5 s", "did you mean \"5s\"?"),
            (" 5s ", "did you mean \"5s\"?"),
            ("10s .. 6h", "did you mean \"10s..6h\"?"),
            ("10s-6h", "did you mean \"10s..6h\"?"),
            ("10s...6h", "did you mean \"10s..6h\"?"),
            ("10s..=6h", "did you mean \"10s..6h\"?"),
            ("1s..2s..3s", "no pause: write"),
            ("٣s", "no pause: write"),
            ("30", "did you mean \"30s\"?"),
            ("10..6h", "did you mean \"10s\"?"),
            ("10sec", "did you mean \"10s\"?"),
            ("2Hours", "did you mean \"2h\"?"),
            ("10S", "did you mean \"10s\"?"),
            ("10M", "did you mean \"10m\"?"),
            ("5min..1h", "did you mean \"5m\"?"),
            ("1w", "`w` is no unit of a pause; the units are"),
            ("9us", "`us` is no unit of a pause; the units are"),
            ("9µs", "`µs` is no unit of a pause; the units are"),
            ("0s", "over and over"),
            ("0ms..6h", "over and over"),
            ("31d", "30 days at most"),
            ("2592000001ms", "30 days at most"),
            ("1s..721h", "30 days at most"),
            ("99999999999999999999d", "30 days at most"),
            ("18446744073709551615d", "30 days at most"),
            ("..6h", "lacks the first pause"),
            ("10s..", "lacks the longest pause"),
            ("..", "lacks the first pause"),
            ("6h..10s", "did you mean \"10s..6h\"?"),
        ] {
            let problem = read(text).expect_err(text);
            assert!(problem.contains(told), "{text}: {problem}");
            assert!(!problem.contains('\n'));
        }
    }
}
