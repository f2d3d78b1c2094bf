//! What the body of a delivery says of its event, as a whole parse sees it.

use super::tree::Tree;

/// Where things stand in the bodies of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    pub event_type: &'static [&'static str],
    pub payload: &'static [&'static str],
    pub created_at: &'static [&'static str],
    /// Whether some events come without the envelope.
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
    /// The event type of a body that can be read in one way only.
    pub fn event_type(&self, body: &Tree) -> Option<String> {
        let text = body.at(self.event_type).and_then(Tree::text);
        match text.filter(|text| !text.is_empty()) {
            Some(text) => {
                let paths = [self.event_type, self.payload, self.created_at];
                let is_repeated = paths.iter().any(|path| body.is_repeated(path));
                (!is_repeated).then(|| text.to_owned())
            }
            None if self.has_bare => bare(body).map(str::to_owned),
            None => None,
        }
    }

    /// Whether the payload may be an envelope again: a replay of Wacht's.
    pub fn is_replay(&self, body: &Tree) -> bool {
        let inner = || body.at(&["data", "type"]);
        self.has_bare && inner().is_some() && body.at(&["data", "data"]).is_some()
    }
}

/// A message of Wacht without its envelope.
fn bare(body: &Tree) -> Option<&'static str> {
    if body.is_repeated(&["message_type"]) {
        return None;
    }
    match body.at(&["message_type"])?.text()? {
        "conversation_message" => Some("agent.thread.message"),
        "platform_event" => Some("agent.thread.platform_event"),
        _ => None,
    }
}
