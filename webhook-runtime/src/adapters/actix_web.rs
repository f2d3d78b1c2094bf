//! Adapter for actix-web: an endpoint is a handler.

use std::pin::{Pin, pin};
use std::task::Context;

use ::actix_web::body::{BodyStream, MessageBody as _};
use ::actix_web::http::StatusCode;
use ::actix_web::web::Payload;
use ::actix_web::{Handler, HttpRequest, HttpResponse};
use bytes::Bytes;
use http::{Request, Response};

use super::local_body;
use crate::endpoint::Endpoint;
use crate::router::Router;

/// Handler of actix-web: `App::new().route("/webhooks/openai", web::to(endpoint.clone()))`.
///
/// Use a route without a method guard, so that the endpoint answers other methods than POST itself.
///
/// After the sender disconnects, the handler continues on the worker that received the request, and stops with that
/// worker. Therefore shut down the endpoint first, then the server:
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// # use std::time::Duration;
/// # use webhook_runtime::{BoxError, Endpoint, Router};
/// use actix_web::{App, HttpServer, web};
///
/// # async fn program<R: Router>(endpoint: Endpoint<R>, stop_signal: impl Future<Output = ()>) -> Result<(), BoxError> {
/// let shared = endpoint.clone();
/// let app = move || App::new().route("/webhooks/openai", web::to(shared.clone()));
/// let server = HttpServer::new(app).bind("127.0.0.1:8080")?.disable_signals().run();
/// let handle = server.handle();
/// let server = actix_web::rt::spawn(server);
/// stop_signal.await;
/// endpoint.shutdown_within(Duration::from_secs(25)).await; // Answers new deliveries with 503.
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
                let chunk = body.as_mut().poll_next(cx);
                // The error is not `Send`, so only its text is passed on.
                chunk.map_err(|error| error.to_string().into())
            };
            response(local_body::handle(&endpoint, head, next).await)
        })
    }
}

/// Converts all but the body to `http` 1.
fn head(request: &HttpRequest) -> Result<Request<()>, http::Error> {
    let mut head = Request::builder()
        .method(request.method().as_str())
        .uri(request.uri().to_string());
    for (name, value) in request.headers() {
        head = head.header(name.as_str(), value.as_bytes());
    }
    head.body(())
}

fn response(from: Response<Bytes>) -> HttpResponse {
    let status = StatusCode::from_u16(from.status().as_u16());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in from.headers() {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    response.body(from.into_body())
}
