//! Conversion of database rows to rows and deliveries of the inbox.

use bytes::Bytes;
use rusqlite::Row as Columns;
use rusqlite::types::Type;

use super::{clock, headers};
use crate::inbox::{Row, State, StoredDelivery};
use crate::store::{DeliveryKey, FencingToken};
use crate::{Tenant, Timestamp};

/// Selects whole rows, with their headers and bodies.
pub(super) fn select_with_content(condition: &str) -> String {
    format!("SELECT * FROM webhook_inbox JOIN webhook_inbox_content USING (id) WHERE {condition}")
}

pub(super) fn row(columns: &Columns<'_>) -> rusqlite::Result<Row> {
    let state = state(columns, "state")?;
    let due_at: Option<i64> = columns.get("due_at")?;
    let ended_at: Option<i64> = columns.get("ended_at")?;
    Ok(Row {
        id: columns.get("id")?,
        state,
        endpoint: columns.get("endpoint")?,
        provider: columns.get("provider")?,
        tenant: columns.get("tenant")?,
        delivery_id: columns.get("delivery_id")?,
        event_type: columns.get("event_type")?,
        ordering_key: columns.get("ordering_key")?,
        attempts: columns.get("attempts")?,
        enqueued_at: clock::to_system_time(columns.get("enqueued_at")?),
        due_at: due_at
            .filter(|_| state == State::Pending)
            .map(clock::to_system_time),
        ended_at: ended_at.map(clock::to_system_time),
        last_error: columns.get("last_error")?,
    })
}

pub(super) fn delivery(columns: &Columns<'_>) -> rusqlite::Result<StoredDelivery> {
    let key = DeliveryKey::new(columns.get::<_, String>("key")?);
    let headers = headers::from_bytes(columns.get_ref("headers")?.as_blob()?);
    let mut delivery = StoredDelivery::new(key);
    delivery.endpoint = columns.get("endpoint")?;
    delivery.provider = columns.get("provider")?;
    delivery.tenant = Tenant::new(columns.get_ref("tenant")?.as_str()?);
    delivery.delivery_id = columns.get("delivery_id")?;
    delivery.event_type = columns.get("event_type")?;
    delivery.timestamp = Timestamp::from_second(columns.get("timestamp")?);
    delivery.is_timestamp_signed = columns.get("is_timestamp_signed")?;
    delivery.headers = headers.ok_or_else(|| unreadable(columns, "headers"))?;
    delivery.body = Bytes::from(columns.get::<_, Vec<u8>>("body")?);
    delivery.ordering_key = columns.get("ordering_key")?;
    Ok(delivery)
}

/// Converts a token to its column. A number beyond `i64` was never issued; -1 matches no row.
pub(super) fn encode_fence(fence: FencingToken) -> i64 {
    i64::try_from(fence.get()).unwrap_or(-1)
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

fn unreadable(columns: &Columns<'_>, column: &str) -> rusqlite::Error {
    let id = columns.get("id").unwrap_or(0_i64);
    let problem = format!(
        "cannot read column `{column}` of row {id}: it was changed by another program; delete or repair the row"
    );
    rusqlite::Error::FromSqlConversionFailure(usize::MAX, Type::Blob, problem.into())
}
