//! Encoding and decoding of rows.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

use super::error::PostgresError;
use crate::inbox::{Row, State, StoredDelivery};
use crate::store::{DeliveryKey, FencingToken};
use crate::{Tenant, Timestamp};

/// A century, the longest interval that is sent to the server. Longer ones may overflow when they are added to a time.
const MAX_INTERVAL: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Columns of a delivery, in the order that [`delivery`] reads.
pub(super) const DELIVERY: &str = "i.key, i.endpoint, i.provider, i.tenant, i.delivery_id, i.event_type, i.timestamp, \
     i.is_timestamp_signed, i.header_names, i.header_values, i.body, i.ordering_key";
/// Number of columns in [`DELIVERY`].
pub(super) const DELIVERY_COLUMNS: usize = 12;

/// Columns of a row, in the order that [`row`] reads.
pub(super) const ROW: &str = "i.id, i.state, i.endpoint, i.provider, i.tenant, i.delivery_id, i.event_type, \
     i.ordering_key, i.attempts, i.enqueued_at, CASE WHEN i.state = 'pending' THEN i.due_at END, i.ended_at, \
     i.last_error";
/// Number of columns in [`ROW`].
pub(super) const ROW_COLUMNS: usize = 13;

/// Returns the hash by which a key is found: indexes do not accept long texts.
pub(super) fn hash(key: &DeliveryKey) -> Vec<u8> {
    Sha256::digest(key.as_str().as_bytes()).to_vec()
}

/// Returns the lane of an endpoint's rows with one ordering key: a hash of both.
///
/// If the hashes of two ordering keys collide, their rows share a lane and are handled one after another, too.
pub(super) fn lane(endpoint: &str, ordering_key: &str) -> i64 {
    let hash = Sha256::new()
        .chain_update(endpoint.len().to_le_bytes())
        .chain_update(endpoint)
        .chain_update(ordering_key)
        .finalize();
    first_eight_bytes(&hash)
}

/// Returns the payload of a notification about an endpoint: a hash, because payloads have a maximum length.
pub(super) fn notification_tag(endpoint: &str) -> String {
    format!("{:016x}", first_eight_bytes(&Sha256::digest(endpoint)))
}

fn first_eight_bytes(hash: &[u8]) -> i64 {
    hash.first_chunk()
        .map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

/// Replaces NUL, the one character that PostgreSQL does not store.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        true => text.replace('\0', "\u{fffd}").into(),
        false => text.into(),
    }
}

/// Microseconds.
pub(super) fn interval(time: Duration) -> i64 {
    i64::try_from(time.min(MAX_INTERVAL).as_micros()).unwrap_or(i64::MAX)
}

/// Microseconds since the Unix epoch, at most a century from it.
pub(super) fn since_epoch(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => interval(since),
        Err(before) => -interval(before.duration()),
    }
}

/// Encodes a fencing token; -1, which no row has, if it is out of range.
pub(super) fn encode_fence(fence: FencingToken) -> i64 {
    i64::try_from(fence.get()).unwrap_or(-1)
}

pub(super) fn decode_fence(number: i64) -> FencingToken {
    FencingToken::new(u64::try_from(number).unwrap_or_default())
}

pub(super) fn header_names(headers: &HeaderMap) -> Vec<&str> {
    headers.iter().map(|(name, _)| name.as_str()).collect()
}

pub(super) fn header_values(headers: &HeaderMap) -> Vec<&[u8]> {
    headers.iter().map(|(_, value)| value.as_bytes()).collect()
}

fn headers(names: &[String], values: &[&[u8]]) -> Option<HeaderMap> {
    if names.len() != values.len() {
        return None;
    }
    let mut headers = HeaderMap::with_capacity(names.len());
    for (name, value) in names.iter().zip(values) {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(headers)
}

/// Decodes the delivery whose first column has this index.
pub(super) fn delivery(
    row: &tokio_postgres::Row,
    first: usize,
) -> Result<StoredDelivery, PostgresError> {
    let names: Vec<String> = row.try_get(first + 8)?;
    let values: Vec<&[u8]> = row.try_get(first + 9)?;
    let mut delivery = StoredDelivery::new(DeliveryKey::new(row.try_get::<_, &str>(first)?));
    delivery.endpoint = row.try_get(first + 1)?;
    delivery.provider = row.try_get(first + 2)?;
    delivery.tenant = Tenant::new(row.try_get(first + 3)?);
    delivery.delivery_id = row.try_get(first + 4)?;
    delivery.event_type = row.try_get(first + 5)?;
    delivery.timestamp = Timestamp::from_second(row.try_get(first + 6)?);
    delivery.is_timestamp_signed = row.try_get(first + 7)?;
    delivery.headers = headers(&names, &values).ok_or(PostgresError::Malformed("headers"))?;
    delivery.body = Bytes::copy_from_slice(row.try_get(first + 10)?);
    delivery.ordering_key = row.try_get(first + 11)?;
    Ok(delivery)
}

/// Decodes the facts of a row, which are the first columns.
pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, PostgresError> {
    Ok(Row {
        id: row.try_get(0)?,
        state: state(row.try_get(1)?)?,
        endpoint: row.try_get(2)?,
        provider: row.try_get(3)?,
        tenant: row.try_get(4)?,
        delivery_id: row.try_get(5)?,
        event_type: row.try_get(6)?,
        ordering_key: row.try_get(7)?,
        attempts: attempts(row.try_get(8)?),
        enqueued_at: row.try_get(9)?,
        due_at: row.try_get(10)?,
        ended_at: row.try_get(11)?,
        last_error: row.try_get(12)?,
    })
}

pub(super) fn state(name: &str) -> Result<State, PostgresError> {
    let mut all = State::ALL.into_iter();
    all.find(|state| state.as_str() == name)
        .ok_or(PostgresError::Malformed("state"))
}

pub(super) fn attempts(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
