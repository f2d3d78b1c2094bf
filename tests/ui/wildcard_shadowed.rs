//! More specific handlers handle all events of a wildcard.

use webhook_runtime::anthropic::{Anthropic, AnyVault, VaultDeleted};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("vault.*")]
async fn vaults(_: Event<AnyVault>) {}

#[on("vault.created", "vault.archived")]
async fn two(_: Event<AnyVault>) {}

#[on("vault.deleted")]
async fn one(_: Event<VaultDeleted>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vaults, two, one))]
struct App;

fn main() {}
