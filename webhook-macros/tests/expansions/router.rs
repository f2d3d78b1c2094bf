//! Two handlers, and nothing to lend but itself.

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, vaults::credential))]
struct App;
