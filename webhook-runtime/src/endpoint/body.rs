//! Reading a request's body, within bounds.

use std::pin::{Pin, pin};

use bytes::{Buf as _, Bytes};
use http::{HeaderMap, header};
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::Ending;
use crate::outcome::BoxError;

/// How much of a refused body is read and thrown away, so that the sender reads the answer before it meets a
/// closed connection.
const DRAIN_LIMIT: usize = 256 * 1024;

/// Collects a body, up to the limit.
pub(super) async fn read<B>(body: B, limit: usize) -> Result<Bytes, Ending>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let mut body = pin!(body);
    match Limited::new(body.as_mut(), limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if is_too_long(&*error) => {
            drain_rest(body).await;
            Err(Ending::TooLarge)
        }
        Err(_) => Err(Ending::BrokeOff),
    }
}

/// Whether a limit was met: ours, or that of a layer around this endpoint.
fn is_too_long(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_long)
}

/// Reads a bounded part of a refused body and drops it.
pub(super) async fn drain<B: Body>(headers: &HeaderMap, body: B) {
    // Such a sender waits for our word before it sends the body; the answer is the word.
    if !headers.contains_key(header::EXPECT) {
        drain_rest(pin!(body)).await;
    }
}

async fn drain_rest<B: Body>(mut body: Pin<&mut B>) {
    let mut left = DRAIN_LIMIT;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, |data| data.remaining());
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => break,
        }
    }
}
