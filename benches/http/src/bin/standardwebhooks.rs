//! axum with the crate `standardwebhooks`, `serde_json::Value` and a `match`, as in most programs.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Value;
use standardwebhooks::Webhook;
use webhook_http::{Handled, serve};
use webhook_runtime::BoxError;

const LIMIT: usize = 1 << 20;

struct App {
    anthropic: Webhook,
    wacht: Webhook,
    handled: Handled,
}

async fn anthropic(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<StatusCode, StatusCode> {
    let event = receive(&app.anthropic, request).await?;
    match event.pointer("/data/type").and_then(Value::as_str) {
        Some("session.status_idled") => app.handled.count(event),
        _ => return Ok(StatusCode::OK),
    }
    Ok(StatusCode::OK)
}

async fn wacht(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, StatusCode> {
    let event = receive(&app.wacht, request).await?;
    match event.get("type").and_then(Value::as_str) {
        Some("user.created") => app.handled.count(event),
        _ => return Ok(StatusCode::OK),
    }
    Ok(StatusCode::OK)
}

async fn receive(webhook: &Webhook, request: Request) -> Result<Value, StatusCode> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LIMIT)
        .await
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    webhook
        .verify(&body, &parts.headers)
        .map_err(|_| StatusCode::UNAUTHORIZED)?;
    serde_json::from_slice(&body).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let handled = Handled::default();
    let app = App {
        anthropic: Webhook::new(&std::env::var("ANTHROPIC_WEBHOOK_SIGNING_KEY")?)?,
        wacht: Webhook::new(&std::env::var("WACHT_WEBHOOK_SECRET")?)?,
        handled: handled.clone(),
    };
    let web = axum::Router::new()
        .route("/webhooks/anthropic", post(anthropic))
        .route("/webhooks/wacht", post(wacht))
        .with_state(Arc::new(app));
    serve(web, &handled).await
}
