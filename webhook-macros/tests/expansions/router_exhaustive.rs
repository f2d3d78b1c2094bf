//! State, a family that must be handled, and an event that is left out on purpose.

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(session), exhaustive("session.*"), ignore("session.pending"))]
struct App {
    #[webhook(state)]
    db: Db,
    name: String,
}
