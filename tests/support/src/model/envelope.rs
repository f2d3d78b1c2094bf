//! Event type of a body, from a complete parse.

use super::tree::Tree;

/// Paths in the bodies of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    pub event_type: &'static [&'static str],
    pub payload: &'static [&'static str],
    pub created_at: &'static [&'static str],
    /// Whether some events have no envelope.
    pub has_bare: bool,
}

pub const ANTHROPIC: Envelope = Envelope {
    event_type: &["data", "type"],
    payload: &["data"],
    created_at: &["created_at"],
    has_bare: false,
};

pub const OPENAI: Envelope = Envelope {
    event_type: &["type"],
    payload: &["data"],
    created_at: &["created_at"],
    has_bare: false,
};

pub const CADENYA: Envelope = Envelope {
    event_type: &["type"],
    payload: &["data"],
    created_at: &["timestamp"],
    has_bare: false,
};

pub const WACHT: Envelope = Envelope {
    event_type: &["type"],
    payload: &["data"],
    created_at: &["timestamp"],
    has_bare: true,
};

impl Envelope {
    /// Returns the event type of a body. `None`: it has none, or is ambiguous because of duplicate keys.
    pub fn event_type(&self, body: &Tree) -> Option<String> {
        let text = body.at(self.event_type).and_then(Tree::text);
        match text.filter(|text| !text.is_empty()) {
            Some(text) => {
                let paths = [self.event_type, self.payload, self.created_at];
                let is_repeated = paths.iter().any(|path| body.is_repeated(path));
                (!is_repeated).then(|| text.to_owned())
            }
            None if self.has_bare => bare_event_type(body).map(str::to_owned),
            None => None,
        }
    }

    /// Returns whether the payload may be an envelope itself, as in Wacht's replays.
    pub fn is_replay(&self, body: &Tree) -> bool {
        let inner = || body.at(&["data", "type"]);
        self.has_bare && inner().is_some() && body.at(&["data", "data"]).is_some()
    }
}

/// Returns the event type of a Wacht message without an envelope.
fn bare_event_type(body: &Tree) -> Option<&'static str> {
    if body.is_repeated(&["message_type"]) {
        return None;
    }
    match body.at(&["message_type"])?.text()? {
        "conversation_message" => Some("agent.thread.message"),
        "platform_event" => Some("agent.thread.platform_event"),
        _ => None,
    }
}
