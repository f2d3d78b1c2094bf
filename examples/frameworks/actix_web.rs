//! actix-web: with the feature `actix-web`, an endpoint is a handler. Register the route for all methods, because the
//! endpoint answers unsupported methods itself.
//!
//! ```text
//! OPENAI_WEBHOOK_SECRET=whsec_… PORT=8080 cargo run -p webhook-frameworks --example actix_web
//! ```
#![allow(clippy::print_stdout, reason = "the output of the program")]

use std::net::{Ipv4Addr, TcpListener};

use actix_web::{HttpServer, web};
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
    let app = move || actix_web::App::new().route("/webhooks/openai", web::to(endpoint.clone()));
    HttpServer::new(app).listen(listener)?.run().await?;
    Ok(())
}

#[actix_web::main]
async fn main() -> Result<(), BoxError> {
    let secret = Secret::from_env("OPENAI_WEBHOOK_SECRET")?;
    let endpoint = Endpoint::builder(App).secret(secret).build()?;
    let port = std::env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    println!("http://{}", listener.local_addr()?);
    serve(listener, endpoint).await
}
