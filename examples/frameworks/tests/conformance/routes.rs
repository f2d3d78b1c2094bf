//! Routes of axum with events as arguments.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use webhook_runtime::adapters::axum::{Extract, Webhook, WebhookDelivery};
use webhook_runtime::openai::{BatchCompleted, OpenAi, OpenAiEvent};
use webhook_runtime::{Endpoint, Payload};

use crate::app::{Mount, Work};

#[derive(Clone)]
struct App {
    work: Arc<Work>,
    openai: Endpoint<Extract<OpenAi>>,
}

impl FromRef<App> for Endpoint<Extract<OpenAi>> {
    fn from_ref(app: &App) -> Self {
        app.openai.clone()
    }
}

/// View of several events.
#[derive(serde::Deserialize, Payload)]
#[payload(provider = OpenAi, events("batch.*", "video.completed"))]
struct Thing {
    id: String,
}

pub fn web(mount: Mount) -> Router {
    Router::new()
        .route("/webhooks/openai", post(all))
        .route("/one", post(one))
        .route("/view", post(view))
        .route("/facts", post(facts))
        .with_state(App {
            openai: mount.extract(),
            work: mount.work,
        })
}

/// Does the same as the handlers of the other servers.
async fn all(State(app): State<App>, Webhook(event): Webhook<OpenAiEvent>) -> Response {
    match event.data {
        OpenAiEvent::BatchCompleted(_) => app.work.handled.send(),
        OpenAiEvent::BatchFailed(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        OpenAiEvent::BatchCancelled(_) => panic!("on purpose"),
        OpenAiEvent::BatchExpired(_) => {
            return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "2")]).into_response();
        }
        OpenAiEvent::EvalRunFailed(_) => return StatusCode::GONE.into_response(),
        _ => {}
    }
    StatusCode::OK.into_response()
}

async fn one(State(app): State<App>, Webhook(event): Webhook<BatchCompleted>) -> String {
    app.work.handled.send();
    event.data.id
}

async fn view(Webhook(event): Webhook<Thing>) -> String {
    format!("{} of {}", event.data.id, event.event_type)
}

async fn facts(delivery: WebhookDelivery<BatchCompleted>) -> String {
    let WebhookDelivery {
        event,
        event_id,
        timestamp,
        headers,
        body,
        ..
    } = delivery;
    assert_eq!(
        headers["webhook-timestamp"],
        *timestamp.as_second().to_string()
    );
    format!("{} {} {}", event.id, event_id.as_str(), body.len())
}
