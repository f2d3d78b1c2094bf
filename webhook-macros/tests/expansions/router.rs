//! Router with two handlers and no state.

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, vaults::credential))]
struct App;
