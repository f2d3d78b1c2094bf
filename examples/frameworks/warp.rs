//! warp: filters extract the parts of a request, from which a few lines build a request for the endpoint.
//!
//! ```text
//! OPENAI_WEBHOOK_SECRET=whsec_… PORT=8080 cargo run -p webhook-frameworks --example warp
//! ```
#![allow(clippy::print_stdout, reason = "the output of the program")]

use std::net::Ipv4Addr;

use futures_util::TryStreamExt;
use http_body_util::{BodyExt as _, StreamBody};
use tokio::net::TcpListener;
use warp::{Filter as _, path::FullPath};
use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::{BoxError, Endpoint, Event, Router, Secret, WebhookRouter, on};

#[on("batch.completed")]
async fn completed(event: Event<BatchCompleted>) {
    println!("{} is complete", event.data.id);
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
struct App;

pub(crate) async fn serve<R: Router>(
    listener: TcpListener,
    endpoint: Endpoint<R>,
) -> Result<(), BoxError> {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let web = warp::path!("webhooks" / "openai")
        .and(warp::method().and(warp::path::full()).and(query))
        .and(warp::header::headers_cloned())
        .and(warp::body::stream())
        .then(
            move |method, path: FullPath, query: String, headers, body| {
                let endpoint = endpoint.clone();
                async move {
                    let body = TryStreamExt::map_ok(body, http_body::Frame::data);
                    let mut request = http::Request::new(StreamBody::new(body));
                    (*request.method_mut(), *request.headers_mut()) = (method, headers);
                    let uri = format!("{}?{query}", path.as_str()).parse();
                    *request.uri_mut() = uri.unwrap_or_default();
                    let (parts, body) = endpoint.handle(request).await.into_parts();
                    let Ok(body) = body.collect().await;
                    http::Response::from_parts(parts, body.to_bytes())
                }
            },
        );
    warp::serve(web).incoming(listener).run().await;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let secret = Secret::from_env("OPENAI_WEBHOOK_SECRET")?;
    let endpoint = Endpoint::builder(App).secret(secret).build()?;
    let port = std::env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    serve(listener, endpoint).await
}
