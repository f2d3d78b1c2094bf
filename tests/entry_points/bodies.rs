//! Bodies of all types, and hostile ones.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame};
use http_body_util::combinators::{BoxBody, UnsyncBoxBody};
use http_body_util::{BodyExt as _, BodyStream, Empty, Full, Limited, StreamBody};
use tokio::time::{Sleep, sleep};
use tower_service::Service as _;
use webhook_runtime::BoxError;

use crate::work::{delivery, endpoint, within};

/// A body that sends one byte at a time.
pub(crate) struct Trickle {
    left: Bytes,
    apart: Duration,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Trickle {
    pub(crate) fn new(body: Bytes, apart: Duration) -> Self {
        Self {
            left: body,
            apart,
            pause: None,
        }
    }
}

impl Body for Trickle {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let apart = self.apart;
        let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(apart)));
        ready!(pause.as_mut().poll(cx));
        self.pause = None;
        Poll::Ready(Some(Ok(Frame::data(self.left.split_to(1)))))
    }
}

/// A body that is `!Unpin`.
struct Unmovable(Mutex<Full<Bytes>>, PhantomPinned);

impl Body for Unmovable {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut *self.0.lock().unwrap()).poll_frame(cx)
    }
}

/// An endless body of empty frames, each ready at once.
struct EmptyFrames;

impl Body for EmptyFrames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::new()))))
    }
}

/// Returns the status of a valid delivery with this body.
async fn status<B>(body: B) -> u16
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    let mut endpoint = endpoint();
    endpoint.router().work.go_on.send_all();
    let mut request = Request::post("/").body(body).expect("a good request");
    *request.headers_mut() = delivery("batch.completed").headers;
    let Ok(answer) = within(endpoint.call(request)).await;
    answer.status().as_u16()
}

#[tokio::test]
async fn body_of_any_type_is_read() {
    let bytes = delivery("batch.completed").body;
    let full = || Full::new(bytes.clone());
    assert_eq!(status(full()).await, 200);
    assert_eq!(status(axum::body::Body::from(bytes.clone())).await, 200);
    assert_eq!(status(BoxBody::new(full())).await, 200);
    assert_eq!(status(UnsyncBoxBody::new(full())).await, 200);
    assert_eq!(status(StreamBody::new(BodyStream::new(full()))).await, 200);
    assert_eq!(status(full().map_err(BoxError::from)).await, 200);
    assert_eq!(
        status(full().map_frame(|frame| frame.map_data(VecDeque::from_iter))).await,
        200
    );
    assert_eq!(
        status(Unmovable(Mutex::new(full()), PhantomPinned)).await,
        200
    );
    assert_eq!(
        status(Trickle::new(bytes.clone(), Duration::ZERO)).await,
        200
    );
    assert_eq!(status(bytes_as_text(&bytes)).await, 200);
    assert_eq!(status(Empty::<Bytes>::new()).await, 401);
    let trailers = async { Some(Ok(http::HeaderMap::new())) };
    assert_eq!(status(full().with_trailers(trailers)).await, 200);
}

fn bytes_as_text(bytes: &Bytes) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn limit_of_an_outer_layer_is_413() {
    let bytes = delivery("batch.completed").body;
    let limited = |limit| Limited::new(Full::new(bytes.clone()), limit);
    assert_eq!(status(limited(bytes.len())).await, 200);
    assert_eq!(status(limited(bytes.len() - 1)).await, 413);
}

#[tokio::test]
async fn endless_empty_frames_are_rejected() {
    assert_eq!(status(EmptyFrames).await, 400);
}
