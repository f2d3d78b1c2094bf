//! Hand-written axum receiver: verifies, decodes into an owned payload in one pass, and counts.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;
use webhook_http::by_hand::{Key, text};
use webhook_http::{Handled, serve};
use webhook_runtime::BoxError;

use crate::one_pass::OnePass;
use crate::payload::User;

#[path = "../../../../webhook-runtime/benches/receive/one_pass.rs"]
mod one_pass;
#[allow(
    dead_code,
    reason = "the other payload types are for other measurements"
)]
#[path = "../../../../webhook-runtime/benches/receive/payload.rs"]
mod payload;

struct App {
    anthropic: Key,
    wacht: Key,
    handled: Handled,
}

/// Anthropic's envelope. The event type is a field of the payload, and all events of the family have the same fields, so
/// a derive decodes in one pass.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: Session<'a>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handler only counts")]
struct Session<'a> {
    r#type: &'a str,
    id: String,
    organization_id: String,
    workspace_id: String,
}

async fn anthropic(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<StatusCode, StatusCode> {
    let (_, body) = app.anthropic.receive(request).await?;
    let event: Envelope<'_> =
        serde_json::from_str(text(&body)?).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    match event.data.r#type {
        "session.status_idled" => app.handled.count(event.data),
        _ => return Ok(StatusCode::OK),
    }
    Ok(StatusCode::OK)
}

async fn wacht(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, StatusCode> {
    let (_, body) = app.wacht.receive(request).await?;
    let OnePass::<User>(user) =
        serde_json::from_str(text(&body)?).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    app.handled.count(user);
    Ok(StatusCode::OK)
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let app = App {
        anthropic: Key::from_env("ANTHROPIC_WEBHOOK_SIGNING_KEY")?,
        wacht: Key::from_env("WACHT_WEBHOOK_SECRET")?,
        handled: Handled::default(),
    };
    let handled = app.handled.clone();
    let web = axum::Router::new()
        .route("/webhooks/anthropic", post(anthropic))
        .route("/webhooks/wacht", post(wacht))
        .with_state(Arc::new(app));
    serve(web, &handled).await
}
