//! Anthropic's events.

use std::io;

use webhook_runtime::anthropic::{Anthropic, AnthropicEvent, SessionStatusIdled};
use webhook_runtime::{Event, Router, WebhookRouter, on};

use crate::lines::Lines;

#[on("session.status_idled")]
async fn session_waits(event: Event<SessionStatusIdled>, lines: &Lines) -> io::Result<()> {
    lines.event("anthropic", "session_waits", &event).await
}

/// The enum of all events serves a family too, where a view with the common fields would leave some out.
#[on("vault_credential.*")]
async fn credential(event: Event<AnthropicEvent>, lines: &Lines) -> io::Result<()> {
    lines.event("anthropic", "credential", &event).await
}

#[on("*")]
async fn anything(event: Event<AnthropicEvent>, lines: &Lines) -> io::Result<()> {
    lines.event("anthropic", "anything", &event).await
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(session_waits, credential, anything))]
struct AnthropicEvents {
    #[webhook(state)]
    lines: Lines,
}

pub(crate) fn router(lines: Lines) -> impl Router {
    AnthropicEvents { lines }
}
