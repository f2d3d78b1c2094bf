//! Parsing and formatting of times.

use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Parses a time, a day, or an age.
pub(crate) fn parse(text: &str) -> Result<SystemTime, String> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.into());
    }
    if let Ok(time) = text.parse::<DateTime>() {
        let time = time
            .to_zoned(TimeZone::UTC)
            .map_err(|error| error.to_string())?;
        return Ok(time.timestamp().into());
    }
    ago(text).map(Into::into).ok_or_else(|| {
        "expected a time such as 2026-01-31T02:00:00Z, a day such as 2026-01-31, or an age such as 2h or '1d 12h'"
            .to_owned()
    })
}

fn ago(text: &str) -> Option<Timestamp> {
    let span = text
        .trim_end_matches("ago")
        .trim_end()
        .parse::<Span>()
        .ok()?;
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let then = now.checked_sub(span.abs()).ok()?;
    Some(then.timestamp())
}

/// Formats a time in RFC 3339, in UTC, to the millisecond.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    match Timestamp::try_from(time) {
        Ok(time) => format!("{time:.3}"),
        // Outside of the years that RFC 3339 can express.
        Err(_) => "?".to_owned(),
    }
}

/// Formats a time relative to now: `3h 12m ago`, `in 4s`.
pub(crate) fn relative(time: SystemTime, now: SystemTime) -> String {
    match now.duration_since(time) {
        Ok(past) => format!("{} ago", short(past)),
        Err(ahead) => format!("in {}", short(ahead.duration())),
    }
}

/// Formats the time that has passed: `3h 12m`.
pub(crate) fn age(time: SystemTime, now: SystemTime) -> String {
    short(now.duration_since(time).unwrap_or_default())
}

/// Formats a duration with its two greatest units.
pub(crate) fn short(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let (greater, less) = match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, seconds) => ((seconds, "s"), (0, "")),
        (0, 0, minutes, seconds) => ((minutes, "m"), (seconds, "s")),
        (0, hours, minutes, _) => ((hours, "h"), (minutes, "m")),
        (days @ ..30, hours, ..) => ((days, "d"), (hours, "h")),
        (days, ..) => ((days, "d"), (0, "")),
    };
    match less {
        (0, _) => format!("{}{}", greater.0, greater.1),
        (number, unit) => format!("{}{} {number}{unit}", greater.0, greater.1),
    }
}
