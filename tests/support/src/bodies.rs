//! Bodies in chunks: complete, incomplete, stuck or endless.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

type Chunk = Result<Bytes, io::Error>;

/// Body in chunks. Each chunk is pending once before it is ready, and the size hint is empty.
pub struct Chunks {
    source: Source,
    is_pending: bool,
    read: Arc<AtomicUsize>,
}

enum Source {
    Listed(VecDeque<Chunk>),
    Endless(Bytes),
    Stuck(Option<Bytes>),
}

impl Chunks {
    pub fn new(chunks: impl IntoIterator<Item = Chunk>) -> Self {
        Self::of(Source::Listed(chunks.into_iter().collect()))
    }

    /// Splits a body into chunks of this size, in bytes.
    pub fn split(body: &Bytes, size: usize) -> Self {
        Self::new(body.chunks(size).map(|chunk| Ok(body.slice_ref(chunk))))
    }

    /// The first `length` bytes of a body, then pending for ever.
    pub fn stuck(body: &Bytes, length: usize) -> Self {
        Self::of(Source::Stuck(Some(body.slice(..length))))
    }

    /// The first `length` bytes of a body, then an error.
    pub fn incomplete(body: &Bytes, length: usize) -> Self {
        let error = io::Error::other("connection reset");
        Self::new([Ok(body.slice(..length)), Err(error)])
    }

    /// One chunk, repeated for ever.
    pub fn endless(chunk: Bytes) -> Self {
        Self::of(Source::Endless(chunk))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            is_pending: false,
            read: Arc::default(),
        }
    }

    /// Number of chunks that were read.
    pub fn read(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.read)
    }
}

impl Body for Chunks {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.is_pending = !self.is_pending;
        if self.is_pending {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let chunk = match &mut self.source {
            Source::Listed(chunks) => chunks.pop_front(),
            Source::Endless(chunk) => Some(Ok(chunk.clone())),
            Source::Stuck(first) => match first.take() {
                Some(chunk) => Some(Ok(chunk)),
                None => return Poll::Pending,
            },
        };
        self.read.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }
}
