//! Rocket: with the feature `rocket`, an endpoint converts to routes, one for each method.
//!
//! ```text
//! OPENAI_WEBHOOK_SECRET=whsec_… PORT=8080 cargo run -p webhook-frameworks --example rocket
//! ```
#![allow(clippy::print_stdout, reason = "the output of the program")]

use rocket::{Build, Config, Rocket};
use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::{BoxError, Endpoint, Event, Router, Secret, WebhookRouter, on};

#[on("batch.completed")]
async fn completed(event: Event<BatchCompleted>) {
    println!("{} is complete", event.data.id);
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
struct App;

pub(crate) fn web<R: Router>(port: u16, endpoint: Endpoint<R>) -> Rocket<Build> {
    let config = Config {
        port,
        ..Config::default()
    };
    rocket::custom(config).mount("/webhooks/openai", endpoint)
}

#[rocket::main]
async fn main() -> Result<(), BoxError> {
    let secret = Secret::from_env("OPENAI_WEBHOOK_SECRET")?;
    let endpoint = Endpoint::builder(App).secret(secret).build()?;
    let port = std::env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    web(port, endpoint).launch().await?;
    Ok(())
}
