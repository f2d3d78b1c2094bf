//! Handler of an exact name and a family, with one payload type.

#[on("vault.created", "vault_credential.*")]
async fn vaults(event: Event<AnthropicEvent>) {
    log(event)
}
