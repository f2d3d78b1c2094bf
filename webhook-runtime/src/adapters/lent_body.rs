//! A body that cannot leave its framework's thread or function, read by an endpoint piece by piece.

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

/// A piece of a body; none at its end.
pub(super) type Piece = Option<Result<Bytes, BoxError>>;

/// Handles a request whose body is read by `next`, here and now.
///
/// One piece at a time, when the endpoint wants it: a request that is refused by its headers is not read before, and
/// a slow endpoint makes a slow sender. Dropped, it leaves a handler that has begun to the runtime, as
/// [`Endpoint::handle`] does.
pub(super) async fn handle<R: Router>(
    endpoint: &Endpoint<R>,
    head: Request<()>,
    mut next: impl FnMut(&mut Context<'_>) -> Poll<Piece>,
) -> Response<Bytes> {
    let (sender, receiver) = mpsc::channel(1);
    let mut answer = pin!(endpoint.handle(head.map(|()| LentBody(receiver))));
    let mut reading = pin!(async move {
        while let Ok(place) = sender.reserve().await {
            let piece = poll_fn(&mut next).await;
            let is_last = !matches!(piece, Some(Ok(_)));
            place.send(piece);
            if is_last {
                return;
            }
        }
    });
    let mut has_read = false;
    let answer = poll_fn(|cx| {
        // The endpoint first: it may need nothing of the body.
        let answer = answer.as_mut().poll(cx);
        if answer.is_pending() && !has_read {
            has_read = reading.as_mut().poll(cx).is_ready();
        }
        answer
    })
    .await;
    let (parts, body) = answer.into_parts();
    let Ok(body) = whole(body).await;
    Response::from_parts(parts, body)
}

/// What there is of an answer's body is there at once.
async fn whole(body: ResponseBody) -> Result<Bytes, std::convert::Infallible> {
    Ok(body.collect().await?.to_bytes())
}

/// The endpoint's end of the body.
struct LentBody(mpsc::Receiver<Piece>);

impl Body for LentBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.0.poll_recv(cx).map(|piece| match piece {
            Some(piece) => piece.map(|piece| piece.map(Frame::data)),
            // The end has not been said.
            None => Some(Err("the request is gone".into())),
        })
    }
}
