//! An exact name and a family, for one payload.

#[on("vault.created", "vault_credential.*")]
async fn vaults(event: Event<AnthropicEvent>) {
    log(event)
}
