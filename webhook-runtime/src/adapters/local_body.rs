//! Bodies that are not `Send`, or borrowed from their framework: read here and passed to the endpoint in chunks.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;

use crate::endpoint::{Endpoint, ResponseBody};
use crate::outcome::BoxError;
use crate::router::Router;

/// Chunk of a body; none at the end.
pub(super) type Chunk = Option<Result<Bytes, BoxError>>;

/// Handles a request whose body is polled by `next`, on the current task.
///
/// Reads a chunk only when the endpoint asks for it: a request that is rejected by its headers is not read, and a slow
/// endpoint slows the sender down. If this future is dropped, a handler that has started continues on the runtime, as with
/// [`Endpoint::handle`].
pub(super) async fn handle<R: Router>(
    endpoint: &Endpoint<R>,
    head: Request<()>,
    mut next: impl FnMut(&mut Context<'_>) -> Poll<Chunk>,
) -> Response<Bytes> {
    let (sender, receiver) = mpsc::channel(1);
    let mut response = pin!(endpoint.handle(head.map(|()| LocalBody(receiver))));
    let mut reading = pin!(async move {
        while let Ok(permit) = sender.reserve().await {
            let chunk = poll_fn(&mut next).await;
            let is_last = !matches!(chunk, Some(Ok(_)));
            permit.send(chunk);
            if is_last {
                return;
            }
        }
    });
    let mut is_read = false;
    let response = poll_fn(|cx| {
        // The endpoint first: it may not need the body.
        let response = response.as_mut().poll(cx);
        if response.is_pending() && !is_read {
            is_read = reading.as_mut().poll(cx).is_ready();
        }
        response
    })
    .await;
    let (parts, body) = response.into_parts();
    let Ok(body) = collect(body).await;
    Response::from_parts(parts, body)
}

/// Collects the body of a response, which is in memory already.
async fn collect(body: ResponseBody) -> Result<Bytes, std::convert::Infallible> {
    Ok(body.collect().await?.to_bytes())
}

/// The endpoint's side of the body.
struct LocalBody(mpsc::Receiver<Chunk>);

impl Body for LocalBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.0.poll_recv(cx).map(|chunk| match chunk {
            Some(chunk) => chunk.map(|chunk| chunk.map(Frame::data)),
            // The channel closed before the end of the body.
            None => Some(Err(
                "the request was dropped before the end of its body".into()
            )),
        })
    }
}
