//! What stands beside an error: a router that any endpoint takes.

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled), exhausting)]
struct App;
