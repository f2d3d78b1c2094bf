//! actix-web: an endpoint is a handler.

use std::pin::{Pin, pin};
use std::task::Context;

use ::actix_web::body::{BodyStream, MessageBody as _};
use ::actix_web::http::StatusCode;
use ::actix_web::web::Payload;
use ::actix_web::{Handler, HttpRequest, HttpResponse};
use bytes::Bytes;
use http::{Request, Response};

use super::lent_body;
use crate::endpoint::Endpoint;
use crate::router::Router;

/// An endpoint is a handler of actix-web: `App::new().route("/webhooks/openai", web::to(endpoint.clone()))`.
///
/// Give it a route without a method guard, so that it answers other methods than POST itself.
///
/// A handler whose sender has hung up runs on the worker that took it, and a worker that stops takes it along. So shut
/// down the endpoint first, then the server:
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// # use std::time::Duration;
/// # use webhook_runtime::{BoxError, Endpoint, Router};
/// use actix_web::{App, HttpServer, web};
///
/// # async fn program<R: Router>(endpoint: Endpoint<R>, asked_to_stop: impl Future<Output = ()>) -> Result<(), BoxError> {
/// let shared = endpoint.clone();
/// let app = move || App::new().route("/webhooks/openai", web::to(shared.clone()));
/// let server = HttpServer::new(app).bind("127.0.0.1:8080")?.disable_signals().run();
/// let handle = server.handle();
/// let server = actix_web::rt::spawn(server);
/// asked_to_stop.await;
/// endpoint.shutdown_within(Duration::from_secs(25)).await; // New deliveries are answered with 503 meanwhile.
/// handle.stop(true).await;
/// # drop(server);
/// # Ok(())
/// # }
/// # }
/// ```
impl<R: Router> Handler<(HttpRequest, Payload)> for Endpoint<R> {
    type Output = HttpResponse;
    type Future = Pin<Box<dyn Future<Output = HttpResponse>>>;

    fn call(&self, (request, payload): (HttpRequest, Payload)) -> Self::Future {
        let endpoint = self.clone();
        Box::pin(async move {
            let Ok(head) = head(&request) else {
                return HttpResponse::BadRequest().finish();
            };
            let mut body = pin!(BodyStream::new(payload));
            let next = |cx: &mut Context<'_>| {
                let piece = body.as_mut().poll_next(cx);
                // The error may not leave its thread; nobody looks into it.
                piece.map_err(|error| error.to_string().into())
            };
            answer(lent_body::handle(&endpoint, head, next).await)
        })
    }
}

/// All but the body, as of the newer `http`.
fn head(request: &HttpRequest) -> Result<Request<()>, http::Error> {
    let mut head = Request::builder()
        .method(request.method().as_str())
        .uri(request.uri().to_string());
    for (name, value) in request.headers() {
        head = head.header(name.as_str(), value.as_bytes());
    }
    head.body(())
}

fn answer(answer: Response<Bytes>) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status().as_u16());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in answer.headers() {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    response.body(answer.into_body())
}
