//! Stand-in beside an error: a router without handlers.

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled), exhausting)]
struct App;
