//! The receiving program: handlers, a router for each provider, endpoints, and the web server's routes.

use std::time::Duration;

use webhook_runtime::anthropic::{Anthropic, AnySession, AnyVaultCredential, SessionStatusIdled};
use webhook_runtime::cadenya::{Cadenya, ToolApprovalRequested};
use webhook_runtime::openai::{BatchFailed, OpenAi, ResponseCompleted};
use webhook_runtime::{BuildError, Endpoint, Event, Outcome, WebhookRouter, on};

use crate::journal::Journal;

/// Signing secrets as the providers' consoles show them. A real program reads them from its environment.
pub(crate) const ANTHROPIC_SECRET: &str = "whsec_cXVpY2tzdGFydCBzZWNyZXQgbnVtYmVyIG9uZSE=";
pub(crate) const OPENAI_SECRET: &str = "a-secret-whose-text-is-the-key";
pub(crate) const CADENYA_SECRET: &str = "cXVpY2tzdGFydCBzZWNyZXQgbnVtYmVyIHR3byE=";

/// Handles one event, by its exact name.
#[on("session.status_idled")]
async fn session_waits(event: Event<SessionStatusIdled>, journal: &Journal) {
    let session = event.data.id;
    journal.note("session_waits", &format!("{session} waits for input"));
}

/// Handles a family of events. The exact name above is more specific, so `session.status_idled` is not handled here.
#[on("session.*")]
async fn session(event: Event<AnySession>, journal: &Journal) {
    journal.note("session", &format!("{} changed", event.data.id));
}

/// Families match whole segments: `vault.*` does not match these events.
#[on("vault_credential.*")]
async fn credential(event: Event<AnyVaultCredential>, journal: &Journal) {
    let credential = event.data.id;
    journal.note("credential", &format!("{credential} needs a look"));
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(session_waits, session, credential))]
struct Sessions {
    #[webhook(state)]
    journal: Journal,
}

#[on("response.completed")]
async fn response(event: Event<ResponseCompleted>, journal: &Journal) {
    journal.note("response", &format!("{} is ready", event.data.id));
}

/// A handler returns any error type. The error is logged, not sent: OpenAI receives 500 and redelivers.
#[on("batch.failed")]
async fn batch(event: Event<BatchFailed>, journal: &Journal) -> Result<(), String> {
    journal.note("batch", "its error is logged; OpenAI receives 500");
    Err(format!("no record of {}", event.data.id))
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(response, batch))]
struct Responses {
    #[webhook(state)]
    journal: Journal,
}

/// Returns an explicit outcome: 503 with `Retry-After`.
#[on("objective_event.tool_approval_requested")]
async fn approval(_: Event<ToolApprovalRequested>, journal: &Journal) -> Outcome {
    journal.note("approval", "no reviewer is available: retry later");
    Outcome::RetryLater(Duration::from_secs(30))
}

#[derive(WebhookRouter)]
#[webhook(provider = Cadenya, handlers(approval))]
struct Approvals {
    #[webhook(state)]
    journal: Journal,
}

/// Mounts an endpoint for each router as a service.
pub(crate) fn web(journal: &Journal) -> Result<axum::Router, BuildError> {
    let sessions = Sessions {
        journal: journal.clone(),
    };
    let responses = Responses {
        journal: journal.clone(),
    };
    let approvals = Approvals {
        journal: journal.clone(),
    };
    let anthropic = Endpoint::builder(sessions)
        .secret(ANTHROPIC_SECRET)
        .build()?;
    let openai = Endpoint::builder(responses).secret(OPENAI_SECRET).build()?;
    let cadenya = Endpoint::builder(approvals)
        .secret(CADENYA_SECRET)
        .build()?;
    Ok(axum::Router::new()
        .route_service("/webhooks/anthropic", anthropic)
        .route_service("/webhooks/openai", openai)
        .route_service("/webhooks/cadenya", cadenya))
}
