//! An event without a handler, by hand: verification, and a decoder that stops at the event type.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use webhook_runtime::Provider;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::wacht::Wacht;

use crate::limit;
use crate::rounds::Candidate;
use crate::wire::{Wire, unix_now};

pub(crate) trait TypePath: Provider {
    /// Path to the event type.
    const PATH: &'static [&'static str];
}

impl TypePath for Anthropic {
    const PATH: &'static [&'static str] = &["data", "type"];
}

impl TypePath for Wacht {
    const PATH: &'static [&'static str] = &["type"];
}

pub(crate) fn candidate<P: TypePath>(wire: &Wire) -> Candidate {
    let (mac, wire) = (limit::keyed(), wire.clone());
    Candidate::new("by_hand_unhandled", move || {
        let verified = limit::verify(&mac, &wire, unix_now());
        let event_type = verified.and_then(|()| event_type::<P>(&wire.body));
        assert!(event_type.is_some_and(|event_type| !is_handled(event_type)));
    })
}

fn is_handled(event_type: &str) -> bool {
    matches!(event_type, "vault.created" | "waitlist.entry.created")
}

fn event_type<P: TypePath>(body: &[u8]) -> Option<&str> {
    let mut found = None;
    let peek = Peek {
        path: P::PATH,
        found: &mut found,
    };
    // The decoder stops with an error after it has found the type.
    let _ = peek.deserialize(&mut serde_json::Deserializer::from_slice(body));
    found
}

/// Stores the text at a path in `found`, and leaves the rest unread.
struct Peek<'f, 'de> {
    path: &'static [&'static str],
    found: &'f mut Option<&'de str>,
}

impl<'de> DeserializeSeed<'de> for Peek<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.path.is_empty() {
            deserializer.deserialize_str(self)
        } else {
            deserializer.deserialize_map(self)
        }
    }
}

impl<'de> Visitor<'de> for Peek<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        *self.found = Some(text);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((wanted, path)) = self.path.split_first() else {
            return Ok(());
        };
        while let Some(key) = map.next_key::<&str>()? {
            if key == *wanted {
                let found = self.found;
                return map.next_value_seed(Peek { path, found });
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
