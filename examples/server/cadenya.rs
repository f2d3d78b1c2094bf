//! Cadenya's events. The payload of each is its member of the one-of, not the whole `data` object.

use std::io;

use webhook_runtime::cadenya::{Cadenya, CadenyaEvent, ToolApprovalRequested, UserMessage};
use webhook_runtime::{Event, Router, WebhookRouter, on};

use crate::lines::Lines;

#[on("objective_event.tool_approval_requested")]
async fn approval(event: Event<ToolApprovalRequested>, lines: &Lines) -> io::Result<()> {
    lines.event("cadenya", "approval", &event).await
}

#[on("objective_event.user_message")]
async fn user_message(event: Event<UserMessage>, lines: &Lines) -> io::Result<()> {
    lines.event("cadenya", "user_message", &event).await
}

#[on("*")]
async fn anything(event: Event<CadenyaEvent>, lines: &Lines) -> io::Result<()> {
    lines.event("cadenya", "anything", &event).await
}

#[derive(WebhookRouter)]
#[webhook(provider = Cadenya, handlers(approval, user_message, anything))]
struct CadenyaEvents {
    #[webhook(state)]
    lines: Lines,
}

pub(crate) fn router(lines: Lines) -> impl Router {
    CadenyaEvents { lines }
}
