//! The body of a request, read within the limits of size and time.
//!
//! The rest of a rejected body is read, too, up to 256 KiB and for a second, so that the sender reads the answer before it
//! meets a closed connection; no longer, because it may wait for the answer before it sends anything.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::{Buf, Bytes};
use http::{HeaderMap, header};
use http_body::{Body, Frame};
use http_body_util::LengthLimitError;

use crate::endpoint::running::Running;
use crate::endpoint::running::timer::Timer;
use crate::observe::DeliveryOutcome;
use crate::outcome::BoxError;

/// Maximum number of bytes of a rejected body that are read and discarded.
const DRAIN_LIMIT: usize = 256 * 1024;

/// Maximum number of empty frames: an endless sequence of them costs time and meets no size limit.
const MAX_EMPTY_FRAMES: u32 = 1000;

/// Reads a whole body, up to the limit, until the body timeout.
pub(in crate::endpoint) async fn read<B>(
    body: B,
    limit: usize,
    running: &Running,
) -> Result<Bytes, DeliveryOutcome>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let body = pin!(body);
    let mut reader = BodyReader::new(body, running.body_timer());
    let mut collected = Collected::Empty;
    loop {
        let Some(data) = reader.next().await? else {
            return Ok(collected.into_bytes());
        };
        if reader.read > limit {
            let read = reader.read as u64;
            reader.timer = running.drain_timer();
            reader.drain().await;
            return Err(DeliveryOutcome::BodyTooLarge { read });
        }
        collected.push(data);
    }
}

/// Reads and discards a bounded part of a rejected body.
pub(in crate::endpoint) async fn drain<B>(headers: &HeaderMap, body: B, running: &Running)
where
    B: Body,
    B::Error: Into<BoxError>,
{
    // With `Expect: 100-continue` the sender waits before it sends the body; the answer ends that wait.
    if !headers.contains_key(header::EXPECT) {
        let body = pin!(body);
        BodyReader::new(body, running.drain_timer()).drain().await;
    }
}

/// A body that is being read.
struct BodyReader<'b, B> {
    body: Pin<&'b mut B>,
    timer: Timer,
    /// Number of bytes received.
    read: usize,
    empty_frames: u32,
}

impl<'b, B> BodyReader<'b, B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    fn new(body: Pin<&'b mut B>, timer: Timer) -> Self {
        Self {
            body,
            timer,
            read: 0,
            empty_frames: 0,
        }
    }

    /// Returns the next data frame that is not empty; `None` at the end.
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
                _ if self.empty_frames == MAX_EMPTY_FRAMES => {
                    return Err(DeliveryOutcome::BodyIncomplete { read });
                }
                _ => self.empty_frames += 1,
            }
        }
    }

    async fn drain(&mut self) {
        let limit = self.read.saturating_add(DRAIN_LIMIT);
        while self.read <= limit && matches!(self.next().await, Ok(Some(_))) {}
    }
}

/// The data frames of a body, joined.
enum Collected {
    Empty,
    /// Nearly every body is one frame, which is not copied.
    One(Bytes),
    Several(Vec<u8>),
}

impl Collected {
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

/// Returns whether the error is that of a limit set by a layer around the endpoint.
fn is_too_long(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_long)
}
