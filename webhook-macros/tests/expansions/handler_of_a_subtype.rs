//! Handler of one sub-type of an event.

#[on("agent.thread.message", message_type = "approval_request")]
async fn approval(event: Event<ApprovalRequest>) {
    ask(event).await
}
