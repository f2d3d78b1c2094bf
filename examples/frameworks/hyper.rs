//! hyper, without a framework: an endpoint is a `tower` service, which `hyper-util` converts to a hyper service.
//!
//! It answers on every path. To restrict the path, check `request.uri().path()` in a `service_fn` around it.
//!
//! ```text
//! OPENAI_WEBHOOK_SECRET=whsec_… PORT=8080 cargo run -p webhook-frameworks --example hyper
//! ```
#![allow(clippy::print_stdout, reason = "the output of the program")]

use std::net::Ipv4Addr;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
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
    loop {
        let (stream, _) = listener.accept().await?;
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(
                TokioIo::new(stream),
                TowerToHyperService::new(endpoint.clone()),
            );
        // An error means that the sender has disconnected.
        tokio::spawn(async move { drop(connection.await) });
    }
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
