//! `show`: one row with all that is known of it.

use std::time::{Duration, SystemTime};

use webhook_runtime::inbox::{Failure as Attempt, Inbox, RowDetails, State, StoredDelivery};

use crate::documents;
use crate::failure::Failure;
use crate::look;
use crate::output::Output;
use crate::{text, times};

/// How many lines of a body a terminal gets.
const LINES: usize = 60;

pub(crate) async fn show(inbox: &dyn Inbox, row: i64, output: &mut Output) -> Result<(), Failure> {
    let Some(inspected) = inbox.inspect(row).await? else {
        return Err(Failure::Failed(format!(
            "there is no row {row}: it was deleted when it had been kept long enough, or there never was one"
        )));
    };
    if output.is_json {
        return output.document(&documents::Inspected::from(&inspected));
    }
    let now = SystemTime::now();
    facts(&inspected, now, output)?;
    headers(&inspected.delivery, output)?;
    body(&inspected.delivery, output)?;
    failures(&inspected.failures, now, output)?;
    if matches!(inspected.row.state, State::Done | State::Dead) {
        output.line("")?;
        output.line(&format!("`replay {row}` has it handled again."))?;
    }
    Ok(())
}

fn facts(inspected: &RowDetails, now: SystemTime, output: &mut Output) -> Result<(), Failure> {
    let RowDetails { row, delivery, .. } = inspected;
    let at = |time| format!("{} ({})", times::written(time), times::relative(time, now));
    let timestamp = u64::try_from(delivery.timestamp.as_second()).unwrap_or_default();
    let timestamp = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(timestamp));
    let signed = match delivery.is_timestamp_signed {
        true => "signed",
        false => "received",
    };
    let tries = match row.attempts {
        0 => "not tried yet".to_owned(),
        1 => "tried once".to_owned(),
        attempts => format!("tried {attempts} times"),
    };
    let facts = [
        ("row", Some(row.id.to_string())),
        ("state", Some(format!("{}, {tries}", look::state(row, now)))),
        ("endpoint", Some(row.endpoint.clone())),
        ("provider", Some(row.provider.clone())),
        (
            "tenant",
            (!row.tenant.is_empty()).then(|| row.tenant.clone()),
        ),
        ("event", Some(row.event_type.clone())),
        ("delivery", Some(row.delivery_id.clone())),
        ("in order of", row.ordering_key.clone()),
        (signed, timestamp.map(at)),
        ("stored", Some(at(row.enqueued_at))),
        ("due", row.due_at.map(at)),
        (row.state.as_str(), row.ended_at.map(at)),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            output.line(&format!("{name:<12} {}", text::line(&value)))?;
        }
    }
    if row.ordering_key.is_some() && row.state == State::Pending {
        output
            .line("             it waits for the rows before it in its order, even if it is due")?;
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
    let most = if output.is_terminal {
        LINES
    } else {
        usize::MAX
    };
    for line in lines.by_ref().take(most) {
        output.line(&format!("  {line}"))?;
    }
    match lines.count() {
        0 => Ok(()),
        left => Ok(output.line(&format!(
            "  … {left} more lines: add `| less` to see them all"
        ))?),
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
    let mut before: Option<&Attempt> = None;
    for failure in failures {
        let is_replayed = before.is_some_and(|before| failure.attempt <= before.attempt);
        if is_replayed {
            output.line("  replayed")?;
        }
        let is_the_same = before.is_some_and(|before| failure.error == before.error);
        before = Some(failure);
        output.line(&format!(
            "  attempt {}, {} ({}){}",
            failure.attempt,
            times::written(failure.at),
            times::relative(failure.at, now),
            if is_the_same { ": the same" } else { "" }
        ))?;
        if is_the_same {
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
