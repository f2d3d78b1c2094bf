//! OpenAI's events.

use std::io;

use webhook_runtime::openai::{OpenAi, OpenAiEvent, RealtimeCallIncoming, ResponseCompleted};
use webhook_runtime::{Event, Router, WebhookRouter, on};

use crate::lines::Lines;

#[on("response.completed")]
async fn response_completed(event: Event<ResponseCompleted>, lines: &Lines) -> io::Result<()> {
    lines.event("openai", "response_completed", &event).await
}

#[on("realtime.call.incoming")]
async fn call(event: Event<RealtimeCallIncoming>, lines: &Lines) -> io::Result<()> {
    lines.event("openai", "call", &event).await
}

#[on("batch.*")]
async fn batch(event: Event<OpenAiEvent>, lines: &Lines) -> io::Result<()> {
    lines.event("openai", "batch", &event).await
}

#[on("*")]
async fn anything(event: Event<OpenAiEvent>, lines: &Lines) -> io::Result<()> {
    lines.event("openai", "anything", &event).await
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(response_completed, call, batch, anything))]
struct OpenAiEvents {
    #[webhook(state)]
    lines: Lines,
}

pub(crate) fn router(lines: Lines) -> impl Router {
    OpenAiEvents { lines }
}
