//! What is documented is what is seen: no more, no less, for every ending.

use std::collections::{BTreeMap, BTreeSet};

use metrics::Unit;
use webhook_runtime::DeliveryOutcome;

use crate::endings::{Seen, see, see_late};
use crate::lines::Line;
use crate::series::{self, Value};

const PAGE: &str = include_str!("../../webhook-runtime/src/observability.rs");

/// The rows of the page's table whose first column is headed so: its cells, without the first row and the rule.
fn table(head: &str) -> Vec<Vec<String>> {
    let head = format!("//! | {head} |");
    let lines = PAGE.lines().skip_while(|line| !line.starts_with(&head));
    let rows = lines.take_while(|line| line.starts_with("//! |")).skip(2);
    rows.map(|row| {
        let cells = row.trim_start_matches("//! |").trim_end_matches('|');
        cells
            .split(" | ")
            .map(|cell| cell.trim().to_owned())
            .collect()
    })
    .collect()
}

/// The words in code of a cell.
fn words(cell: &str) -> BTreeSet<String> {
    let words = cell.split('`').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

/// Level, fields and health, by outcome.
fn outcomes() -> BTreeMap<String, (BTreeSet<String>, BTreeSet<String>, String)> {
    let rows = table("outcome").into_iter().map(|row| {
        let [outcome, _, level, fields, health] = row.as_slice() else {
            panic!("five columns: {row:?}");
        };
        let name = outcome.trim_matches('`').to_owned();
        (name, (words(level), words(fields), health.clone()))
    });
    rows.collect()
}

fn levels<'l>(lines: impl Iterator<Item = &'l Line>) -> BTreeSet<String> {
    let levels = lines.map(|line| line.level.as_str().to_lowercase());
    levels.collect()
}

fn fields<'l>(lines: impl Iterator<Item = &'l Line>) -> BTreeSet<String> {
    let names = lines.flat_map(|line| line.fields.keys());
    names.map(|name| (*name).to_owned()).collect()
}

fn of(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// What the health makes of it.
fn health(seen: &Seen) -> &'static str {
    let health = &seen.health;
    match (health.succeeded, health.failed, health.gone, health.refused) {
        (1.., 0, 0, 0) => "success",
        (0, 1.., 0, 0) => "failure",
        (0, 0, 1.., 0) => "gone",
        (0, 0, 0, 1..) => "refused",
        (0, 0, 0, 0) => "nothing",
        other => panic!("several things: {other:?}"),
    }
}

#[test]
fn every_ending_has_a_row_and_no_other_has() {
    let names: BTreeSet<String> = of(DeliveryOutcome::NAMES);
    assert_eq!(
        names.len(),
        DeliveryOutcome::NAMES.len(),
        "no name is there twice"
    );
    assert_eq!(table("outcome").len(), names.len(), "no row is there twice");
    assert_eq!(outcomes().into_keys().collect::<BTreeSet<_>>(), names);
}

#[tokio::test(start_paused = true)]
async fn every_ending_is_logged_and_counted_as_documented() {
    for (outcome, (documented_levels, documented_fields, documented_health)) in outcomes() {
        let seen = see(&outcome).await;
        let lines: Vec<&Line> = seen.lines_of(&outcome).collect();
        assert!(!lines.is_empty(), "{outcome} is not logged");
        assert_eq!(
            levels(lines.iter().copied()),
            documented_levels,
            "{outcome}"
        );
        let mut expected = documented_fields;
        expected.extend(of(&["message", "provider", "outcome"]));
        assert_eq!(fields(lines.iter().copied()), expected, "{outcome}");
        for line in &lines {
            let provider = seen.health.provider;
            assert_eq!(line.field("provider"), Some(provider), "{outcome}");
        }

        // Each once, and the counter says the same.
        let counted = series::deliveries(&seen.series);
        let counted = counted.iter().filter(|(_, other, _)| *other == outcome);
        let counted: u64 = counted.map(|(_, _, count)| count).sum();
        assert_eq!(counted, lines.len() as u64, "{outcome}");

        // The first delivery of this one is done.
        if outcome != "at_capacity" {
            assert_eq!(health(&seen), documented_health, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_past_its_deadline_has_two_lines() {
    for outcome in ["done", "retry_later", "failed", "gone", "panicked"] {
        let seen = see_late(outcome).await;
        assert_eq!(seen.lines_of("handler_timeout").count(), 1, "{outcome}");
        let late: Vec<&Line> = seen.lines_of(outcome).collect();
        let [late] = late.as_slice() else {
            panic!("one line for {outcome}: {late:?}");
        };
        assert_eq!(late.field("late"), Some("true"), "{outcome}");
        let level = late.level.as_str();
        assert_eq!(level == "INFO", matches!(outcome, "done" | "retry_later"));

        // The sender was told one thing; the handler came to another.
        let counted = series::deliveries(&seen.series);
        assert_eq!(
            counted,
            [("batch.failed", "handler_timeout", 1)],
            "{outcome}"
        );
        let handled = seen
            .series
            .iter()
            .find(|series| series.label("outcome") == outcome);
        assert!(handled.is_some_and(|series| matches!(series.value, Value::Histogram(_))));
        assert_eq!(
            (seen.health.failed, seen.health.succeeded),
            (1, 0),
            "{outcome}"
        );
    }
}

#[tokio::test]
async fn the_span_of_a_handler_is_as_documented() {
    let seen = see("done").await;
    let spans: Vec<&Line> = seen
        .lines
        .iter()
        .filter(|line| line.span.is_some())
        .collect();
    let [span] = spans.as_slice() else {
        panic!("one span: {spans:?}");
    };
    let rows = table("span");
    let [row] = rows.as_slice() else {
        panic!("one row: {rows:?}");
    };
    assert_eq!(row[0].trim_matches('`'), span.span.unwrap().0);
    assert_eq!(words(&row[1]), levels(spans.iter().copied()));
    assert_eq!(words(&row[2]), fields(spans.iter().copied()));
    for (field, value) in [
        ("delivery_id", "msg_test"),
        ("event_type", "batch.failed"),
        ("handler", "acts"),
        ("outcome", "done"),
        ("status", "200"),
    ] {
        assert_eq!(span.field(field), Some(value), "{field}");
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_are_as_documented() {
    let mut seen = BTreeMap::new();
    for outcome in DeliveryOutcome::NAMES {
        for series in see(outcome).await.series {
            let kind = match series.value {
                Value::Counter(_) => "counter",
                Value::Gauge(_) => "gauge",
                Value::Histogram(_) => "histogram",
            };
            let labels: BTreeSet<String> = series.labels.into_keys().collect();
            let is_seconds = series.name.ends_with("_seconds");
            let unit = if is_seconds {
                Unit::Seconds
            } else {
                Unit::Count
            };
            assert_eq!(series.unit, Some(unit), "{}", series.name);
            let before = seen.insert(series.name, (kind, labels.clone()));
            assert!(before.is_none_or(|before| before == (kind, labels)));
        }
    }
    let documented = table("metric").into_iter().map(|row| {
        let name = row[0].trim_matches('`').to_owned();
        (name, (row[1].clone(), words(&row[2])))
    });
    let seen = seen.into_iter();
    let seen = seen.map(|(name, (kind, labels))| (name, (kind.to_owned(), labels)));
    assert_eq!(documented.collect::<BTreeMap<_, _>>(), seen.collect());
}

#[tokio::test(start_paused = true)]
async fn the_histogram_has_the_outcomes_that_are_documented() {
    let line = PAGE
        .split("tells what **handlers** came to, however late: ")
        .nth(1)
        .and_then(|rest| rest.split(". ").next())
        .expect("the sentence");
    let mut seen = BTreeSet::new();
    for outcome in DeliveryOutcome::NAMES {
        let histograms = see(outcome).await.series.into_iter();
        let histograms = histograms.filter(|series| matches!(series.value, Value::Histogram(_)));
        seen.extend(histograms.map(|series| series.label("outcome").to_owned()));
    }
    assert_eq!(words(line), seen);
}
