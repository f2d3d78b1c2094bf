//! `summary`, `list` and `count`.

use std::time::SystemTime;

use comfy_table::Cell;
use webhook_runtime::inbox::{Inbox, Row, State};

use crate::arguments::{Page, Pick};
use crate::documents;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, Width};
use crate::{text, times};

/// How many rows are asked for at a time.
const AT_A_TIME: u64 = 1_000;

pub(crate) async fn summary(inbox: &dyn Inbox, output: &mut Output) -> Result<(), Failure> {
    let all = inbox.summary().await?;
    if output.is_json {
        return all
            .iter()
            .try_for_each(|summary| output.document(&documents::Summary::from(summary)));
    }
    if all.is_empty() {
        return Ok(output.line("the inbox is empty")?);
    }
    let now = SystemTime::now();
    let mut endpoint_above = None;
    let rows = all.iter().map(|summary| {
        let endpoint = match endpoint_above.replace(&summary.endpoint) {
            Some(above) if *above == summary.endpoint => "",
            _ => &summary.endpoint,
        };
        vec![
            table::cell(endpoint),
            table::of_state(summary.state, summary.state.as_str()),
            Cell::new(text::number(summary.rows)),
            Cell::new(times::age(summary.oldest, now)),
        ]
    });
    let columns = [
        ("ENDPOINT", Width::Cut),
        ("STATE", Width::Whole),
        ("ROWS", Width::Number),
        ("OLDEST", Width::Number),
    ];
    for line in table::lines(&columns, rows.collect()) {
        output.line(&line)?;
    }
    let dead: u64 = (all.iter())
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
    pick: &Pick,
    output: &mut Output,
) -> Result<(), Failure> {
    let rows = inbox.count(&pick.filter()).await?;
    match output.is_json {
        true => output.document(&documents::Count { rows }),
        false => Ok(output.line(&rows.to_string())?),
    }
}

pub(crate) async fn list(
    inbox: &dyn Inbox,
    page: &Page,
    output: &mut Output,
) -> Result<(), Failure> {
    let (filter, mut after) = (page.pick.filter(), page.after);
    let (mut left, mut rows) = (page.limit, Vec::new());
    loop {
        let most = left.min(AT_A_TIME);
        let some = inbox
            .list(&filter, after, usize::try_from(most).unwrap_or(usize::MAX))
            .await?;
        let found = u64::try_from(some.len()).unwrap_or(u64::MAX);
        after = some.last().map(|row| row.id).or(after);
        if output.is_json {
            some.iter()
                .try_for_each(|row| output.document(&documents::Row::from(row)))?;
            // So that whoever reads hears of it, and the program that nobody reads any more.
            output.flush()?;
        } else {
            rows.extend(some);
        }
        left = left.saturating_sub(found);
        if found < most || left == 0 {
            break;
        }
    }
    if output.is_json {
        return Ok(());
    }
    if rows.is_empty() {
        return Ok(output.line("no row is like this")?);
    }
    print(&rows, output)?;
    let are_there_more = left == 0 && !inbox.list(&filter, after, 1).await?.is_empty();
    output.line("")?;
    let rows = text::rows(page.limit - left);
    output.line(&match after {
        Some(after) if are_there_more => {
            format!("{rows}; for those that come next, add `--after {after}`.")
        }
        _ => format!("{rows}."),
    })?;
    Ok(output.line("`show ROW` shows one with its body and all its failures.")?)
}

fn print(rows: &[Row], output: &mut Output) -> Result<(), Failure> {
    let now = SystemTime::now();
    let have_tenants = rows.iter().any(|row| !row.tenant.is_empty());
    let have_errors = rows.iter().any(|row| row.last_error.is_some());
    let columns = [
        (true, "ROW", Width::Number),
        (true, "AGE", Width::Number),
        (true, "STATE", Width::Whole),
        (true, "TRIES", Width::Number),
        (true, "ENDPOINT", Width::Cut),
        (have_tenants, "TENANT", Width::Cut),
        (true, "EVENT", Width::Cut),
        (true, "DELIVERY", Width::Cut),
        (have_errors, "LAST ERROR", Width::Cut),
    ];
    let is_there = columns.map(|(is_there, ..)| is_there);
    let columns = columns.into_iter().filter(|(is_there, ..)| *is_there);
    let columns: Vec<_> = columns.map(|(_, title, width)| (title, width)).collect();
    let cells = rows.iter().map(|row| {
        let cells = [
            Cell::new(row.id),
            Cell::new(times::age(row.enqueued_at, now)),
            table::of_state(row.state, &state(row, now)),
            Cell::new(row.attempts),
            table::cell(&row.endpoint),
            table::cell(&row.tenant),
            table::cell(&row.event_type),
            table::cell(&row.delivery_id),
            table::cell(row.last_error.as_deref().unwrap_or_default()),
        ];
        let cells = cells.into_iter().zip(is_there);
        cells
            .filter(|(_, is_there)| *is_there)
            .map(|(cell, _)| cell)
            .collect()
    });
    let of_the_delivery = columns.iter().position(|(title, _)| *title == "DELIVERY");
    let first = of_the_delivery.unwrap_or(columns.len());
    let lines = table::folded(&columns, first, cells.collect());
    Ok(lines.iter().try_for_each(|line| output.line(line))?)
}

/// Where a row is, and since or until when.
pub(crate) fn state(row: &Row, now: SystemTime) -> String {
    let state = row.state.as_str();
    match (row.state, row.due_at, row.ended_at) {
        (State::Pending, Some(due), _) => format!("{state}, due {}", times::relative(due, now)),
        (State::Done | State::Dead, _, Some(ended)) => {
            format!("{state} {}", times::relative(ended, now))
        }
        _ => state.to_owned(),
    }
}
