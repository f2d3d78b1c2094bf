//! AWS Lambda behind API Gateway, a load balancer or a function URL: an endpoint is a service for `lambda_http`.
//!
//! Lambda suspends the process after the response, so handlers must end before it: do not use `OnTimeout::Finish`.
//!
//! ```text
//! OPENAI_WEBHOOK_SECRET=whsec_… cargo lambda watch --example lambda_http
//! ```
#![allow(clippy::print_stdout, reason = "the output of the program")]

use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::{BoxError, Endpoint, Event, Router, Secret, WebhookRouter, on};

#[on("batch.completed")]
async fn completed(event: Event<BatchCompleted>) {
    println!("{} is complete", event.data.id);
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
struct App;

pub(crate) async fn serve<R: Router>(endpoint: Endpoint<R>) -> Result<(), BoxError> {
    lambda_http::run(endpoint).await
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let secret = Secret::from_env("OPENAI_WEBHOOK_SECRET")?;
    let endpoint = Endpoint::builder(App).secret(secret).build()?;
    serve(endpoint).await
}
