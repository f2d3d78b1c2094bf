//! `show`: one row with its delivery and its failures.

use std::time::{Duration, SystemTime};

use webhook_runtime::inbox::{Failure as Attempt, Inbox, RowDetails, State, StoredDelivery};

use crate::failure::Failure;
use crate::inspection::describe_state;
use crate::json;
use crate::output::Output;
use crate::{text, times};

/// Maximum number of lines of a body on a terminal.
const MAX_BODY_LINES: usize = 60;

pub(crate) async fn show(inbox: &dyn Inbox, row: i64, output: &mut Output) -> Result<(), Failure> {
    let Some(details) = inbox.inspect(row).await? else {
        return Err(Failure::Failed(format!(
            "no row {row}: it never existed, or was deleted because its retention has passed"
        )));
    };
    if output.is_json {
        return output.document(&json::RowDetails::from(&details));
    }
    let now = SystemTime::now();
    facts(&details, now, output)?;
    headers(&details.delivery, output)?;
    body(&details.delivery, output)?;
    failures(&details.failures, now, output)?;
    if matches!(details.row.state, State::Done | State::Dead) {
        output.line("")?;
        output.line(&format!("`replay {row}` handles it again."))?;
    }
    Ok(())
}

fn facts(details: &RowDetails, now: SystemTime, output: &mut Output) -> Result<(), Failure> {
    let RowDetails { row, delivery, .. } = details;
    let at = |time| format!("{} ({})", times::rfc3339(time), times::relative(time, now));
    let timestamp = u64::try_from(delivery.timestamp.as_second()).unwrap_or_default();
    let timestamp = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(timestamp));
    let signed = match delivery.is_timestamp_signed {
        true => "signed",
        false => "received",
    };
    let attempts = match row.attempts {
        1 => "1 attempt".to_owned(),
        attempts => format!("{attempts} attempts"),
    };
    let facts = [
        ("row", Some(row.id.to_string())),
        (
            "state",
            Some(format!("{}, {attempts}", describe_state(row, now))),
        ),
        ("endpoint", Some(row.endpoint.clone())),
        ("provider", Some(row.provider.clone())),
        (
            "tenant",
            (!row.tenant.is_empty()).then(|| row.tenant.clone()),
        ),
        ("event", Some(row.event_type.clone())),
        ("delivery", Some(row.delivery_id.clone())),
        ("ordering key", row.ordering_key.clone()),
        (signed, timestamp.map(at)),
        ("enqueued", Some(at(row.enqueued_at))),
        ("due", row.due_at.map(at)),
        (row.state.as_str(), row.ended_at.map(at)),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            output.line(&format!("{name:<12} {}", text::line(&value)))?;
        }
    }
    if row.ordering_key.is_some() && row.state == State::Pending {
        output.line("             earlier rows with its ordering key run first")?;
    }
    Ok(())
}

fn headers(delivery: &StoredDelivery, output: &mut Output) -> Result<(), Failure> {
    title("headers", output)?;
    for (name, value) in &delivery.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        output.line(&format!("  {name}: {}", text::line(&value)))?;
    }
    Ok(())
}

fn body(delivery: &StoredDelivery, output: &mut Output) -> Result<(), Failure> {
    let bytes = text::number(u64::try_from(delivery.body.len()).unwrap_or(u64::MAX));
    let (note, body) = match std::str::from_utf8(&delivery.body) {
        Ok(body) => ("", text::pretty(body).unwrap_or_else(|| body.to_owned())),
        Err(_) => (", not UTF-8", delivery.body.escape_ascii().to_string()),
    };
    title(&format!("body, {bytes} bytes{note}"), output)?;
    let mut lines = text::lines(&body);
    let limit = if output.is_terminal {
        MAX_BODY_LINES
    } else {
        usize::MAX
    };
    for line in lines.by_ref().take(limit) {
        output.line(&format!("  {line}"))?;
    }
    match lines.count() {
        0 => Ok(()),
        more => Ok(output.line(&format!("  … {more} more lines; add `| less` to see all"))?),
    }
}

fn failures(failures: &[Attempt], now: SystemTime, output: &mut Output) -> Result<(), Failure> {
    title(
        if failures.is_empty() {
            "no failures"
        } else {
            "failures"
        },
        output,
    )?;
    let mut previous: Option<&Attempt> = None;
    for failure in failures {
        let is_replayed = previous.is_some_and(|previous| failure.attempt <= previous.attempt);
        if is_replayed {
            output.line("  replayed")?;
        }
        let is_same_error = previous.is_some_and(|previous| failure.error == previous.error);
        previous = Some(failure);
        output.line(&format!(
            "  attempt {}, {} ({}){}",
            failure.attempt,
            times::rfc3339(failure.at),
            times::relative(failure.at, now),
            if is_same_error { ": same error" } else { "" }
        ))?;
        if is_same_error {
            continue;
        }
        for line in text::lines(&failure.error) {
            output.line(&format!("    {line}"))?;
        }
    }
    Ok(())
}

fn title(title: &str, output: &mut Output) -> std::io::Result<()> {
    output.line("")?;
    output.line(title)
}
