//! Bodies that come in pieces, break off, or never end.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

type Piece = Result<Bytes, io::Error>;

/// A body in pieces of unknown number, each of which has to be waited for.
pub struct Pieces {
    source: Source,
    waited: bool,
    taken: Arc<AtomicUsize>,
}

enum Source {
    Listed(VecDeque<Piece>),
    Endless(Bytes),
    Stuck(Option<Bytes>),
}

impl Pieces {
    pub fn new(pieces: impl IntoIterator<Item = Piece>) -> Self {
        Self::of(Source::Listed(pieces.into_iter().collect()))
    }

    /// A body cut into pieces of this size.
    pub fn cut(body: &Bytes, size: usize) -> Self {
        Self::new(body.chunks(size).map(|piece| Ok(body.slice_ref(piece))))
    }

    /// The first so many bytes of a body, and then nothing for ever.
    pub fn stuck(body: &Bytes, length: usize) -> Self {
        Self::of(Source::Stuck(Some(body.slice(..length))))
    }

    /// The first so many bytes of a body, and then an error.
    pub fn broken(body: &Bytes, length: usize) -> Self {
        let error = io::Error::other("the connection is gone");
        Self::new([Ok(body.slice(..length)), Err(error)])
    }

    /// One piece, again and again.
    pub fn endless(piece: Bytes) -> Self {
        Self::of(Source::Endless(piece))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            waited: false,
            taken: Arc::default(),
        }
    }

    /// How many pieces have been taken.
    pub fn taken(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.taken)
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.waited = !self.waited;
        if self.waited {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = match &mut self.source {
            Source::Listed(pieces) => pieces.pop_front(),
            Source::Endless(piece) => Some(Ok(piece.clone())),
            Source::Stuck(first) => match first.take() {
                Some(piece) => Some(Ok(piece)),
                None => return Poll::Pending,
            },
        };
        self.taken.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }
}
