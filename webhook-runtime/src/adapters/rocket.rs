//! Adapter for Rocket: an endpoint is a handler and converts to routes.
//!
//! `rocket::build().mount("/webhooks/openai", endpoint)` mounts it at a path; [`routes`] mounts it at a path with
//! parameters.
//!
//! Rocket reads the first bytes of every body before it selects a route, without a timeout, and drops headers that are not
//! UTF-8.

use std::io::Cursor;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::rocket::data::{ByteUnit, DataStream};
use ::rocket::http::{Method, Status};
use ::rocket::route::{Handler, Outcome};
use ::rocket::tokio::io::{AsyncRead as _, ReadBuf};
use ::rocket::{Data, Request, Response, Route};
use bytes::Bytes;

use super::local_body::{self, Chunk};
use crate::endpoint::Endpoint;
use crate::router::Router;

/// Size of the read buffer for a body, in bytes.
const BUFFER: usize = 16 * 1024;

/// Routes of an endpoint: one per method, so that the endpoint answers other methods than POST itself.
///
/// The path is relative to that of `mount` and may have parameters: `mount("/webhooks", routes("/<tenant>", &endpoint))`.
#[must_use]
pub fn routes<R: Router>(path: &str, endpoint: &Endpoint<R>) -> Vec<Route> {
    [
        Method::Post,
        Method::Get,
        Method::Head,
        Method::Put,
        Method::Patch,
        Method::Delete,
        Method::Options,
        Method::Trace,
        Method::Connect,
    ]
    .map(|method| Route::new(method, path, endpoint.clone()))
    .into()
}

impl<R: Router> From<Endpoint<R>> for Vec<Route> {
    fn from(endpoint: Endpoint<R>) -> Self {
        routes("/", &endpoint)
    }
}

#[::rocket::async_trait]
impl<R: Router> Handler for Endpoint<R> {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let Ok(head) = head(request) else {
            return Outcome::Success(empty(Status::BadRequest));
        };
        // The endpoint limits the size.
        let mut body = data.open(ByteUnit::max_value());
        let mut buffer = vec![0; BUFFER];
        let next = |cx: &mut Context<'_>| next(&mut body, &mut buffer, cx);
        Outcome::Success(response(local_body::handle(self, head, next).await))
    }
}

fn next(body: &mut DataStream<'_>, buffer: &mut [u8], cx: &mut Context<'_>) -> Poll<Chunk> {
    let mut buffer = ReadBuf::new(buffer);
    let read = ready!(Pin::new(body).poll_read(cx, &mut buffer));
    Poll::Ready(match read {
        Ok(()) if buffer.filled().is_empty() => None,
        Ok(()) => Some(Ok(Bytes::copy_from_slice(buffer.filled()))),
        Err(error) => Some(Err(error.into())),
    })
}

/// Converts all but the body to `http`.
fn head(request: &Request<'_>) -> Result<http::Request<()>, http::Error> {
    let mut head = http::Request::builder()
        .method(request.method().as_str())
        .uri(request.uri().to_string());
    for header in request.headers().iter() {
        head = head.header(header.name().as_str(), header.value());
    }
    head.body(())
}

/// Converts the response here, so that no catcher of Rocket replaces its body.
fn response<'r>(from: http::Response<Bytes>) -> Response<'r> {
    let mut response = empty(Status::new(from.status().as_u16()));
    for (name, value) in from.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        response.adjoin_raw_header(name.as_str().to_owned(), value);
    }
    let body = from.into_body();
    if !body.is_empty() {
        response.set_sized_body(body.len(), Cursor::new(body));
    }
    response
}

fn empty<'r>(status: Status) -> Response<'r> {
    let mut response = Response::new();
    response.set_status(status);
    response
}
