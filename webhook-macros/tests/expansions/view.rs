//! One field of all events of a family.

#[derive(Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct SessionId {
    id: String,
}
