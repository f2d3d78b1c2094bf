//! Endpoints at the routes of the `server` example. The handlers only count.

use axum::http::StatusCode;
use axum::routing::get;
use webhook_http::{Handled, serve};
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{
    BoxError, Endpoint, Event, Provider as _, Router, Secret, WebhookRouter, on,
};

use crate::payload::{Session, User};

#[allow(
    dead_code,
    reason = "the borrowed payload types are for other measurements"
)]
#[path = "../../../../webhook-runtime/benches/receive/payload.rs"]
mod payload;

#[on("session.status_idled")]
async fn session_idled(event: Event<Session>, handled: &Handled) {
    handled.count(event);
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(session_idled))]
struct AnthropicEvents {
    #[webhook(state)]
    handled: Handled,
}

#[on("user.created")]
async fn user_created(event: Event<User>, handled: &Handled) {
    handled.count(event);
}

#[derive(WebhookRouter)]
#[webhook(provider = Wacht, handlers(user_created))]
struct WachtEvents {
    #[webhook(state)]
    handled: Handled,
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let handled = Handled::default();
    let anthropic = AnthropicEvents {
        handled: handled.clone(),
    };
    let wacht = WachtEvents {
        handled: handled.clone(),
    };
    let web = axum::Router::new();
    let web = mount(web, anthropic, "ANTHROPIC_WEBHOOK_SIGNING_KEY")?;
    let web = mount(web, wacht, "WACHT_WEBHOOK_SECRET")?;
    serve(web, &handled).await
}

fn mount<R: Router>(
    web: axum::Router,
    router: R,
    variable: &str,
) -> Result<axum::Router, BoxError> {
    let provider = R::Provider::PROFILE.name();
    let endpoint = Endpoint::builder(router)
        .secret(Secret::from_env(variable)?)
        .build()?;
    let health = endpoint.clone();
    Ok(web
        .route_service(&format!("/webhooks/{provider}"), endpoint)
        .route(
            &format!("/health/{provider}"),
            get(async move || (StatusCode::OK, health.health().to_string())),
        ))
}
