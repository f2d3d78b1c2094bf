//! Rows, as their columns say them.

use bytes::Bytes;
use rusqlite::Row as Columns;
use rusqlite::types::Type;

use super::{clock, headers};
use crate::delivery::Timestamp;
use crate::inbox::{Row, State, StoredDelivery};
use crate::store::DeliveryKey;
use crate::tenant::Tenant;

pub(super) fn select_with_content(condition: &str) -> String {
    format!("SELECT * FROM webhook_inbox JOIN webhook_inbox_content USING (row) WHERE {condition}")
}

pub(super) fn row(columns: &Columns<'_>) -> rusqlite::Result<Row> {
    let state = state(columns, "state")?;
    let due_at: Option<i64> = columns.get("due_at")?;
    let ended_at: Option<i64> = columns.get("ended_at")?;
    Ok(Row {
        id: columns.get("row")?,
        state,
        endpoint: columns.get("endpoint")?,
        provider: columns.get("provider")?,
        tenant: columns.get("tenant")?,
        delivery_id: columns.get("delivery_id")?,
        event_type: columns.get("event_type")?,
        ordering_key: columns.get("serial")?,
        attempts: columns.get("attempts")?,
        enqueued_at: clock::to_system(columns.get("put_at")?),
        due_at: due_at
            .filter(|_| state == State::Pending)
            .map(clock::to_system),
        ended_at: ended_at.map(clock::to_system),
        last_error: columns.get("last_error")?,
    })
}

pub(super) fn delivery(columns: &Columns<'_>) -> rusqlite::Result<StoredDelivery> {
    let headers = headers::from_bytes(columns.get_ref("headers")?.as_blob()?);
    Ok(StoredDelivery {
        key: DeliveryKey::new(columns.get::<_, String>("key")?),
        endpoint: columns.get("endpoint")?,
        provider: columns.get("provider")?,
        tenant: Tenant::new(columns.get_ref("tenant")?.as_str()?),
        delivery_id: columns.get("delivery_id")?,
        event_type: columns.get("event_type")?,
        timestamp: Timestamp::from_second(columns.get("timestamp")?),
        is_timestamp_signed: columns.get("is_timestamp_signed")?,
        headers: headers.ok_or_else(|| unreadable(columns, "headers"))?,
        body: Bytes::from(columns.get::<_, Vec<u8>>("body")?),
        ordering_key: columns.get("serial")?,
    })
}

pub(super) fn state(
    columns: &Columns<'_>,
    index: impl rusqlite::RowIndex + Copy,
) -> rusqlite::Result<State> {
    let text = columns.get_ref(index)?;
    let text = text.as_str()?;
    let state = State::ALL.into_iter().find(|state| state.as_str() == text);
    state.ok_or_else(|| unreadable(columns, "state"))
}

fn unreadable(columns: &Columns<'_>, name: &str) -> rusqlite::Error {
    let row = columns.get("row").unwrap_or(0_i64);
    let problem = format!("the {name} of row {row} cannot be read: it is not as it was written");
    rusqlite::Error::FromSqlConversionFailure(usize::MAX, Type::Blob, problem.into())
}
