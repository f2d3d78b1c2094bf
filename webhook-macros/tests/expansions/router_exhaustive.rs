//! Router with state, an exhaustive family and an ignored event.

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(session), exhaustive("session.*"), ignore("session.pending"))]
struct App {
    #[webhook(state)]
    db: Db,
    name: String,
}
