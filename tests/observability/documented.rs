//! The documentation lists exactly what is logged, measured and counted, for every outcome.

use std::collections::{BTreeMap, BTreeSet};

use metrics::Unit;
use webhook_runtime::DeliveryOutcome;
use webhook_runtime::observability::{HealthImpact, OutcomeInfo};

use crate::lines::Line;
use crate::outcomes::{Observed, observe, observe_late};
use crate::series::{self, Value};

const PAGE: &str = include_str!("../../webhook-runtime/src/observe/observability.rs");

/// Returns the rows of the table of the page whose first column has this heading.
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

/// Returns the code spans of a cell.
fn code_spans(cell: &str) -> BTreeSet<String> {
    let spans = cell.split('`').skip(1).step_by(2);
    spans.map(str::to_owned).collect()
}

/// Returns the documented fields of an outcome's log lines.
fn documented_fields(info: &OutcomeInfo) -> BTreeSet<String> {
    let rows = table("field").into_iter().filter_map(|row| {
        let [field, outcomes] = row.as_slice() else {
            panic!("expected two columns: {row:?}");
        };
        let (included, excluded) = outcomes.split_once("except").unwrap_or((outcomes, ""));
        let names = |cell| {
            let spans = code_spans(cell);
            spans.contains(info.name) || spans.contains(info.health.as_str())
        };
        let has_field = included == "all" || (names(included) && !names(excluded));
        has_field.then(|| field.trim_matches('`').to_owned())
    });
    rows.collect()
}

/// Returns the documented levels of an outcome's log lines.
fn documented_levels(info: &OutcomeInfo) -> BTreeSet<String> {
    let has_debug_lines =
        info.health == HealthImpact::Rejected || ["unhandled", "aborted"].contains(&info.name);
    let debug = has_debug_lines.then_some("debug");
    [info.level.as_str()]
        .into_iter()
        .chain(debug)
        .map(str::to_owned)
        .collect()
}

fn levels<'l>(lines: impl Iterator<Item = &'l Line>) -> BTreeSet<String> {
    let levels = lines.map(|line| line.level.as_str().to_lowercase());
    levels.collect()
}

fn fields<'l>(lines: impl Iterator<Item = &'l Line>) -> BTreeSet<String> {
    let names = lines.flat_map(|line| line.fields.keys());
    names.map(|name| (*name).to_owned()).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Returns the effect of the observed deliveries on health.
fn health(observed: &Observed) -> HealthImpact {
    let health = &observed.health;
    match (
        health.succeeded,
        health.failed,
        health.gone,
        health.rejected,
    ) {
        (1.., 0, 0, 0) => HealthImpact::Success,
        (0, 1.., 0, 0) => HealthImpact::Failure,
        (0, 0, 1.., 0) => HealthImpact::Gone,
        (0, 0, 0, 1..) => HealthImpact::Rejected,
        (0, 0, 0, 0) => HealthImpact::None,
        other => panic!("more than one effect: {other:?}"),
    }
}

#[test]
fn names_of_outcomes_are_unique() {
    let names = set(DeliveryOutcome::NAMES);
    assert_eq!(names.len(), DeliveryOutcome::NAMES.len());
}

#[tokio::test(start_paused = true)]
async fn every_outcome_is_logged_and_counted_as_documented() {
    for info in DeliveryOutcome::TABLE {
        let outcome = info.name;
        let observed = observe(outcome).await;
        let lines: Vec<&Line> = observed.lines_of(outcome).collect();
        assert!(!lines.is_empty(), "{outcome} is not logged");
        assert_eq!(
            levels(lines.iter().copied()),
            documented_levels(info),
            "{outcome}"
        );
        let mut expected = documented_fields(info);
        expected.extend(set(&["message"]));
        assert_eq!(fields(lines.iter().copied()), expected, "{outcome}");
        for line in &lines {
            let provider = observed.health.provider;
            assert_eq!(line.field("provider"), Some(provider), "{outcome}");
            let message = line.field("message").unwrap();
            let is_unread = outcome == "aborted" && line.field("delivery_id").is_none();
            assert!(is_unread || message.starts_with(info.message), "{message}");
        }

        // The counter has as many deliveries as the log has lines.
        let counted = series::deliveries(&observed.series);
        let counted = counted.iter().filter(|(_, other, _)| *other == outcome);
        let counted: u64 = counted.map(|(_, _, count)| count).sum();
        assert_eq!(counted, lines.len() as u64, "{outcome}");

        // The first delivery of `at_capacity` is done.
        if outcome != "at_capacity" {
            assert_eq!(health(&observed), info.health, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn handler_that_finishes_after_its_response_has_two_lines() {
    for outcome in ["done", "retry_later", "failed", "gone", "panicked"] {
        let observed = observe_late(outcome).await;
        assert_eq!(observed.lines_of("handler_timeout").count(), 1, "{outcome}");
        let late: Vec<&Line> = observed.lines_of(outcome).collect();
        let [late] = late.as_slice() else {
            panic!("expected one line for {outcome}: {late:?}");
        };
        assert_eq!(late.field("after_response"), Some("true"), "{outcome}");
        let level = late.level.as_str();
        assert_eq!(level == "INFO", matches!(outcome, "done" | "retry_later"));

        // The counter has the response, the histogram has the outcome of the handler.
        let counted = series::deliveries(&observed.series);
        assert_eq!(
            counted,
            [("batch.failed", "handler_timeout", 1)],
            "{outcome}"
        );
        let handled = observed
            .series
            .iter()
            .find(|series| series.label("outcome") == outcome);
        assert!(handled.is_some_and(|series| matches!(series.value, Value::Histogram(_))));
        assert_eq!(
            (observed.health.failed, observed.health.succeeded),
            (1, 0),
            "{outcome}"
        );
    }
}

#[tokio::test]
async fn span_of_a_handler_has_the_documented_fields() {
    let observed = observe("done").await;
    let spans: Vec<&Line> = observed
        .lines
        .iter()
        .filter(|line| line.span.is_some())
        .collect();
    let [span] = spans.as_slice() else {
        panic!("expected one span: {spans:?}");
    };
    let rows = table("span");
    let [row] = rows.as_slice() else {
        panic!("expected one row: {rows:?}");
    };
    assert_eq!(row[0].trim_matches('`'), span.span.unwrap().0);
    assert_eq!(code_spans(&row[1]), levels(spans.iter().copied()));
    assert_eq!(code_spans(&row[2]), fields(spans.iter().copied()));
    for (field, value) in [
        ("delivery_id", "msg_test"),
        ("event_type", "batch.failed"),
        ("handler", "act"),
        ("outcome", "done"),
        ("status", "200"),
    ] {
        assert_eq!(span.field(field), Some(value), "{field}");
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_have_the_documented_kinds_and_labels() {
    let mut seen = BTreeMap::new();
    for outcome in DeliveryOutcome::NAMES {
        for series in observe(outcome).await.series {
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
        (name, (row[1].clone(), code_spans(&row[2])))
    });
    let seen = seen.into_iter();
    let seen = seen.map(|(name, (kind, labels))| (name, (kind.to_owned(), labels)));
    assert_eq!(documented.collect::<BTreeMap<_, _>>(), seen.collect());
}

#[tokio::test(start_paused = true)]
async fn histogram_has_the_documented_outcomes() {
    let line = PAGE
        .split("has the outcomes of **handlers**, also of late ones: ")
        .nth(1)
        .and_then(|rest| rest.split(". ").next())
        .expect("the sentence");
    let mut seen = BTreeSet::new();
    for outcome in DeliveryOutcome::NAMES {
        let histograms = observe(outcome).await.series.into_iter();
        let histograms = histograms.filter(|series| matches!(series.value, Value::Histogram(_)));
        seen.extend(histograms.map(|series| series.label("outcome").to_owned()));
    }
    assert_eq!(code_spans(line), seen);
}
