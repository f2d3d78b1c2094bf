//! View that borrows from the body.

#[derive(Payload)]
#[payload(provider = Anthropic, events("vault.created", "vault.deleted"), within = "/object")]
struct VaultId<'body> {
    id: &'body str,
}
