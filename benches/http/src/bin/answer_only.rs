//! axum that counts the request and answers 200 without reading the body.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use webhook_http::{Handled, serve};
use webhook_runtime::BoxError;

async fn answer(State(handled): State<Handled>) -> StatusCode {
    handled.count(());
    StatusCode::OK
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let handled = Handled::default();
    let web = axum::Router::new()
        .route("/webhooks/anthropic", post(answer))
        .route("/webhooks/wacht", post(answer))
        .with_state(handled.clone());
    serve(web, &handled).await
}
