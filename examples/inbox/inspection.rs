//! `summary`, `list` and `count`.

use std::time::SystemTime;

use comfy_table::Cell;
use webhook_runtime::inbox::{Inbox, Row, State};

use crate::arguments::{FilterOptions, Page};
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::table::{self, Width};
use crate::{text, times};

/// Number of rows requested at a time.
const BATCH: u64 = 1_000;

pub(crate) async fn summary(inbox: &dyn Inbox, output: &mut Output) -> Result<(), Failure> {
    let summaries = inbox.summary().await?;
    if output.is_json {
        return summaries
            .iter()
            .try_for_each(|summary| output.document(&json::Summary::from(summary)));
    }
    if summaries.is_empty() {
        return Ok(output.line("the inbox is empty")?);
    }
    let now = SystemTime::now();
    let mut previous_endpoint = None;
    let rows = summaries.iter().map(|summary| {
        let endpoint = match previous_endpoint.replace(&summary.endpoint) {
            Some(previous) if *previous == summary.endpoint => "",
            _ => &summary.endpoint,
        };
        vec![
            table::cell(endpoint),
            table::state_cell(summary.state, summary.state.as_str()),
            Cell::new(text::number(summary.rows)),
            Cell::new(times::age(summary.oldest, now)),
        ]
    });
    let columns = [
        ("ENDPOINT", Width::Flexible),
        ("STATE", Width::Fixed),
        ("ROWS", Width::Number),
        ("OLDEST", Width::Number),
    ];
    for line in table::lines(&columns, rows.collect()) {
        output.line(&line)?;
    }
    let dead: u64 = (summaries.iter())
        .filter(|summary| summary.state == State::Dead)
        .map(|summary| summary.rows)
        .sum();
    if dead > 0 {
        output.line("")?;
        let dead = text::number(dead);
        output.line(&format!(
            "{dead} dead: `list --state dead` shows them, `replay --dead` handles them again."
        ))?;
    }
    Ok(())
}

pub(crate) async fn count(
    inbox: &dyn Inbox,
    matching: &FilterOptions,
    output: &mut Output,
) -> Result<(), Failure> {
    let rows = inbox.count(&matching.filter()).await?;
    match output.is_json {
        true => output.document(&json::Count { rows }),
        false => Ok(output.line(&rows.to_string())?),
    }
}

pub(crate) async fn list(
    inbox: &dyn Inbox,
    page: &Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let (filter, mut after) = (page.matching.filter(), page.after);
    let (mut remaining, mut rows) = (page.limit, Vec::new());
    loop {
        let limit = remaining.min(BATCH);
        let batch = inbox
            .list(&filter, after, usize::try_from(limit).unwrap_or(usize::MAX))
            .await?;
        let found = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        after = batch.last().map(|row| row.id).or(after);
        if output.is_json {
            batch
                .iter()
                .try_for_each(|row| output.document(&json::Row::from(row)))?;
            // The reader gets each batch at once, and a closed output ends the program early.
            output.flush()?;
        } else {
            rows.extend(batch);
        }
        remaining = remaining.saturating_sub(found);
        if found < limit || remaining == 0 {
            break;
        }
    }
    if output.is_json {
        return Ok(());
    }
    if rows.is_empty() {
        return Ok(output.line("no rows match")?);
    }
    print(&rows, output)?;
    let has_more = remaining == 0 && !inbox.list(&filter, after, 1).await?.is_empty();
    output.line("")?;
    let rows = text::rows(page.limit - remaining);
    output.line(&match after {
        Some(after) if has_more => {
            format!("{rows}; add `--after {after}` for the next ones.")
        }
        _ => format!("{rows}."),
    })?;
    Ok(output.line("`show ROW` prints one with its body and all its failures.")?)
}

fn print(rows: &[Row], output: &mut Output) -> Result<(), Failure> {
    let now = SystemTime::now();
    let have_tenants = rows.iter().any(|row| !row.tenant.is_empty());
    let have_errors = rows.iter().any(|row| row.last_error.is_some());
    let columns = [
        (true, "ROW", Width::Number),
        (true, "AGE", Width::Number),
        (true, "STATE", Width::Fixed),
        (true, "ATTEMPTS", Width::Number),
        (true, "ENDPOINT", Width::Flexible),
        (have_tenants, "TENANT", Width::Flexible),
        (true, "EVENT", Width::Flexible),
        (true, "DELIVERY", Width::Flexible),
        (have_errors, "LAST ERROR", Width::Flexible),
    ];
    let is_shown = columns.map(|(is_shown, ..)| is_shown);
    let columns = columns.into_iter().filter(|(is_shown, ..)| *is_shown);
    let columns: Vec<_> = columns.map(|(_, title, width)| (title, width)).collect();
    let cells = rows.iter().map(|row| {
        let cells = [
            Cell::new(row.id),
            Cell::new(times::age(row.enqueued_at, now)),
            table::state_cell(row.state, &describe_state(row, now)),
            Cell::new(row.attempts),
            table::cell(&row.endpoint),
            table::cell(&row.tenant),
            table::cell(&row.event_type),
            table::cell(&row.delivery_id),
            table::cell(row.last_error.as_deref().unwrap_or_default()),
        ];
        let cells = cells.into_iter().zip(is_shown);
        cells
            .filter(|(_, is_shown)| *is_shown)
            .map(|(cell, _)| cell)
            .collect()
    });
    let delivery = columns.iter().position(|(title, _)| *title == "DELIVERY");
    let first_line = delivery.unwrap_or(columns.len());
    let lines = table::folded(&columns, first_line, cells.collect());
    Ok(lines.iter().try_for_each(|line| output.line(line))?)
}

/// Describes the state of a row, with the time at which it is due or ended.
pub(crate) fn describe_state(row: &Row, now: SystemTime) -> String {
    let state = row.state.as_str();
    match (row.state, row.due_at, row.ended_at) {
        (State::Pending, Some(due), _) => format!("{state}, due {}", times::relative(due, now)),
        (State::Done | State::Dead, _, Some(ended)) => {
            format!("{state} {}", times::relative(ended, now))
        }
        _ => state.to_owned(),
    }
}
