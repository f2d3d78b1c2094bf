//! View of a family, with one field.

#[derive(Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct SessionId {
    id: String,
}
