//! Reading a request's body, within bounds.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::{Buf, Bytes};
use http::{HeaderMap, header};
use http_body::{Body, Frame};
use http_body_util::LengthLimitError;

use super::DeliveryOutcome;
use super::running::{Running, Timer};
use crate::outcome::BoxError;

/// How much of a refused body is read and thrown away, so that the sender reads the answer before it meets a
/// closed connection.
const DRAIN_LIMIT: usize = 256 * 1024;

/// How many pieces of a body may be empty: one that goes on for ever costs time and meets no limit.
const MAX_EMPTY: u32 = 1000;

/// Puts a body together, up to the limit, before the time is up.
pub(super) async fn read<B>(
    body: B,
    limit: usize,
    running: &Running,
) -> Result<Bytes, DeliveryOutcome>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let body = pin!(body);
    let mut arriving = Arriving::new(body, running.body_timeout());
    let mut whole = Whole::Empty;
    loop {
        let Some(data) = arriving.next().await? else {
            return Ok(whole.into_bytes());
        };
        if arriving.read > limit {
            let read = arriving.read as u64;
            arriving.timer = running.drain_timeout();
            arriving.drain().await;
            return Err(DeliveryOutcome::BodyTooLarge { read });
        }
        whole.push(data);
    }
}

/// Reads a bounded part of a refused body and drops it, before the time is up.
pub(super) async fn drain<B>(headers: &HeaderMap, body: B, running: &Running)
where
    B: Body,
    B::Error: Into<BoxError>,
{
    // Such a sender waits for our word before it sends the body; the answer is the word.
    if !headers.contains_key(header::EXPECT) {
        let body = pin!(body);
        Arriving::new(body, running.drain_timeout()).drain().await;
    }
}

/// A body on its way.
struct Arriving<'b, B> {
    body: Pin<&'b mut B>,
    timer: Timer,
    /// How many bytes have come.
    read: usize,
    empty: u32,
}

impl<'b, B> Arriving<'b, B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    fn new(body: Pin<&'b mut B>, timer: Timer) -> Self {
        Self {
            body,
            timer,
            read: 0,
            empty: 0,
        }
    }

    /// The next piece; none at the end.
    async fn next(&mut self) -> Result<Option<B::Data>, DeliveryOutcome> {
        loop {
            let frame = poll_fn(|cx| match self.body.as_mut().poll_frame(cx) {
                Poll::Pending => self.timer.poll(cx).map(|()| None),
                Poll::Ready(frame) => Poll::Ready(Some(frame)),
            });
            let read = self.read as u64;
            let frame = match frame.await {
                None => return Err(DeliveryOutcome::BodyTimeout { read }),
                Some(None) => return Ok(None),
                Some(Some(Ok(frame))) => frame,
                Some(Some(Err(error))) => {
                    return Err(match is_too_long(&*error.into()) {
                        true => DeliveryOutcome::BodyTooLarge { read },
                        false => DeliveryOutcome::BodyIncomplete { read },
                    });
                }
            };
            match Frame::into_data(frame) {
                Ok(data) if data.has_remaining() => {
                    self.read = self.read.saturating_add(data.remaining());
                    return Ok(Some(data));
                }
                _ if self.empty == MAX_EMPTY => {
                    return Err(DeliveryOutcome::BodyIncomplete { read });
                }
                _ => self.empty += 1,
            }
        }
    }

    async fn drain(&mut self) {
        let most = self.read.saturating_add(DRAIN_LIMIT);
        while self.read <= most && matches!(self.next().await, Ok(Some(_))) {}
    }
}

/// The pieces of a body as one.
enum Whole {
    Empty,
    /// Nearly every body comes in one piece, which need not be copied.
    One(Bytes),
    Several(Vec<u8>),
}

impl Whole {
    fn push(&mut self, mut data: impl Buf) {
        let length = data.remaining();
        *self = match std::mem::replace(self, Self::Empty) {
            Self::Empty => Self::One(data.copy_to_bytes(length)),
            Self::One(first) => {
                let mut bytes = Vec::with_capacity(2 * (first.len() + length));
                bytes.extend_from_slice(&first);
                extend(&mut bytes, data);
                Self::Several(bytes)
            }
            Self::Several(mut bytes) => {
                extend(&mut bytes, data);
                Self::Several(bytes)
            }
        };
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Empty => Bytes::new(),
            Self::One(bytes) => bytes,
            Self::Several(bytes) => bytes.into(),
        }
    }
}

fn extend(bytes: &mut Vec<u8>, mut data: impl Buf) {
    while data.has_remaining() {
        let chunk = data.chunk();
        bytes.extend_from_slice(chunk);
        let length = chunk.len();
        data.advance(length);
    }
}

/// Whether a limit was met that a layer around this endpoint has set.
fn is_too_long(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_long)
}
