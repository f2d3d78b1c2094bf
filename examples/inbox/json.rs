//! JSON documents of `--json`. Field names are stable, times are in RFC 3339, and absent values are `null`.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use webhook_runtime::inbox;

use crate::times;

#[derive(Serialize)]
pub(crate) struct Summary<'r> {
    endpoint: &'r str,
    state: &'static str,
    rows: u64,
    oldest_enqueued_at: String,
}

impl<'r> From<&'r inbox::StateSummary> for Summary<'r> {
    fn from(summary: &'r inbox::StateSummary) -> Self {
        Self {
            endpoint: &summary.endpoint,
            state: summary.state.as_str(),
            rows: summary.rows,
            oldest_enqueued_at: times::rfc3339(summary.oldest),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Count {
    pub(crate) rows: u64,
}

#[derive(Serialize)]
pub(crate) struct Row<'r> {
    id: i64,
    state: &'static str,
    endpoint: &'r str,
    provider: &'r str,
    tenant: &'r str,
    delivery_id: &'r str,
    event_type: &'r str,
    ordering_key: Option<&'r str>,
    attempts: u32,
    enqueued_at: String,
    due_at: Option<String>,
    ended_at: Option<String>,
    last_error: Option<&'r str>,
}

impl<'r> From<&'r inbox::Row> for Row<'r> {
    fn from(row: &'r inbox::Row) -> Self {
        Self {
            id: row.id,
            state: row.state.as_str(),
            endpoint: &row.endpoint,
            provider: &row.provider,
            tenant: &row.tenant,
            delivery_id: &row.delivery_id,
            event_type: &row.event_type,
            ordering_key: row.ordering_key.as_deref(),
            attempts: row.attempts,
            enqueued_at: times::rfc3339(row.enqueued_at),
            due_at: row.due_at.map(times::rfc3339),
            ended_at: row.ended_at.map(times::rfc3339),
            last_error: row.last_error.as_deref(),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct RowDetails<'r> {
    #[serde(flatten)]
    row: Row<'r>,
    key: &'r str,
    /// Seconds since the Unix epoch: time of signing, or of receipt if the scheme signs no time.
    timestamp: i64,
    is_timestamp_signed: bool,
    headers: Vec<(&'r str, Cow<'r, str>)>,
    /// The body, if it is UTF-8.
    body: Option<&'r str>,
    /// The body in base64, if it is not UTF-8.
    body_base64: Option<String>,
    failures: Vec<Failure<'r>>,
}

#[derive(Serialize)]
struct Failure<'r> {
    attempt: u32,
    at: String,
    error: &'r str,
}

impl<'r> From<&'r inbox::RowDetails> for RowDetails<'r> {
    fn from(details: &'r inbox::RowDetails) -> Self {
        let inbox::RowDetails {
            row,
            delivery,
            failures,
        } = details;
        let body = std::str::from_utf8(&delivery.body).ok();
        Self {
            row: row.into(),
            key: delivery.key.as_str(),
            timestamp: delivery.timestamp.as_second(),
            is_timestamp_signed: delivery.is_timestamp_signed,
            headers: (delivery.headers.iter())
                .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
                .collect(),
            body,
            body_base64: body.is_none().then(|| STANDARD.encode(&delivery.body)),
            failures: (failures.iter())
                .map(|failure| Failure {
                    attempt: failure.attempt,
                    at: times::rfc3339(failure.at),
                    error: &failure.error,
                })
                .collect(),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Replayed {
    /// Number of rows to replay.
    pub(crate) matched: u64,
    pub(crate) replayed: u64,
    /// Whether Ctrl-C stopped it before all rows were replayed.
    pub(crate) interrupted: bool,
}
