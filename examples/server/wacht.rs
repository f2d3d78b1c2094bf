//! Wacht's events.

use std::io;

use webhook_runtime::wacht::{AgentThreadMessage, UserCreated, Wacht, WachtEvent};
use webhook_runtime::{Event, Router, WebhookRouter, on};

use crate::lines::Lines;

#[on("user.created")]
async fn user_created(event: Event<UserCreated>, lines: &Lines) -> io::Result<()> {
    lines.event("wacht", "user_created", &event).await
}

#[on("agent.thread.message")]
async fn message(event: Event<AgentThreadMessage>, lines: &Lines) -> io::Result<()> {
    lines.event("wacht", "message", &event).await
}

#[on("waitlist.*")]
async fn waitlist(event: Event<WachtEvent>, lines: &Lines) -> io::Result<()> {
    lines.event("wacht", "waitlist", &event).await
}

#[on("*")]
async fn anything(event: Event<WachtEvent>, lines: &Lines) -> io::Result<()> {
    lines.event("wacht", "anything", &event).await
}

#[derive(WebhookRouter)]
#[webhook(provider = Wacht, handlers(user_created, message, waitlist, anything))]
struct WachtEvents {
    #[webhook(state)]
    lines: Lines,
}

pub(crate) fn router(lines: Lines) -> impl Router {
    WachtEvents { lines }
}
