//! Hand-written counterpart of the `server` example: the same payloads, and the same line of JSON for each delivery.

use std::io::{self, Write as _};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use webhook_http::by_hand::{Key, text};
use webhook_http::{Handled, serve};
use webhook_runtime::BoxError;
use webhook_runtime::wacht::UserCreated;

use crate::one_pass::OnePass;

#[path = "../../../../webhook-runtime/benches/receive/one_pass.rs"]
mod one_pass;

struct App {
    anthropic: Key,
    wacht: Key,
    handled: Handled,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: Session<'a>,
}

#[derive(Deserialize, Serialize)]
struct Session<'a> {
    #[serde(skip_serializing)]
    r#type: &'a str,
    id: String,
    organization_id: String,
    workspace_id: String,
}

#[derive(Serialize)]
struct Line<'a, T> {
    provider: &'static str,
    event_type: &'a str,
    delivery_id: &'a str,
    handler: &'static str,
    data: &'a T,
}

impl<T: Serialize> Line<'_, T> {
    fn print(&self) -> io::Result<()> {
        let mut line = serde_json::to_string(self)?;
        line.push('\n');
        let mut stdout = io::stdout().lock();
        stdout.write_all(line.as_bytes())?;
        stdout.flush()
    }
}

fn id(headers: &HeaderMap) -> &str {
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok());
    id.unwrap_or_default()
}

async fn anthropic(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<StatusCode, StatusCode> {
    let (headers, body) = app.anthropic.receive(request).await?;
    let event: Envelope<'_> =
        serde_json::from_str(text(&body)?).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    match event.data.r#type {
        "session.status_idled" => Line {
            provider: "anthropic",
            event_type: event.data.r#type,
            delivery_id: id(&headers),
            handler: "session_waits",
            data: &event.data,
        }
        .print()
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?,
        _ => return Ok(StatusCode::OK),
    }
    app.handled.count(event);
    Ok(StatusCode::OK)
}

async fn wacht(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, StatusCode> {
    let (headers, body) = app.wacht.receive(request).await?;
    let OnePass::<UserCreated>(user) =
        serde_json::from_str(text(&body)?).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Line {
        provider: "wacht",
        event_type: "user.created",
        delivery_id: id(&headers),
        handler: "user_created",
        data: &user,
    }
    .print()
    .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
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
