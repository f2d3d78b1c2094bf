//! The whole job without the framework: verification, one typed pass over the body, a `match`.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;
use webhook_runtime::Provider;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::wacht::Wacht;

use crate::limit;
use crate::one_pass::OnePass;
use crate::payload::{User, UserRef};
use crate::rounds::Candidate;
use crate::wire::{Wire, unix_now};

/// Number of deliveries that reached the handler.
#[derive(Default)]
pub(crate) struct Handled(AtomicU64);

impl Handled {
    pub(crate) fn count<T>(&self, _: T) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Decodes a body in one pass and calls the handler of its event type. None if the body does not parse, or if the type
/// has no handler.
pub(crate) trait ByHand: Provider {
    /// Decodes into a payload that owns its strings.
    fn owned(body: &str, handled: &Handled) -> Option<()>;
    /// Decodes into a view that borrows from the body.
    fn borrowed(body: &str, handled: &Handled) -> Option<()>;
}

pub(crate) fn candidates<P: ByHand>(wire: &Wire) -> Vec<Candidate> {
    vec![
        candidate("by_hand_plain", wire, P::owned),
        candidate("by_hand_best", wire, P::borrowed),
    ]
}

fn candidate(
    name: &'static str,
    wire: &Wire,
    handle: impl Fn(&str, &Handled) -> Option<()> + 'static,
) -> Candidate {
    let (mac, wire, handled) = (limit::keyed(), wire.clone(), Handled::default());
    Candidate::new(name, move || {
        let verified = limit::verify(&mac, &wire, unix_now());
        let done = verified.and_then(|()| handle(std::str::from_utf8(&wire.body).ok()?, &handled));
        assert!(done.is_some());
    })
}

/// Anthropic's envelope. The event type is a field of the payload, and all events of the family have the same fields, so
/// a derive decodes in one pass.
#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handlers only count")]
struct Session<'a> {
    r#type: &'a str,
    id: String,
    organization_id: String,
    workspace_id: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handlers only count")]
struct SessionRef<'a> {
    r#type: &'a str,
    id: &'a str,
    organization_id: &'a str,
    workspace_id: &'a str,
}

impl ByHand for Anthropic {
    fn owned(body: &str, handled: &Handled) -> Option<()> {
        let event: Envelope<Session<'_>> = serde_json::from_str(body).ok()?;
        match event.data.r#type {
            "session.status_idled" => handled.count(event.data),
            _ => return None,
        }
        Some(())
    }

    fn borrowed(body: &str, handled: &Handled) -> Option<()> {
        let event: Envelope<SessionRef<'_>> = serde_json::from_str(body).ok()?;
        match event.data.r#type {
            "session.status_idled" => handled.count(event.data),
            _ => return None,
        }
        Some(())
    }
}

impl ByHand for Wacht {
    fn owned(body: &str, handled: &Handled) -> Option<()> {
        let OnePass(user) = serde_json::from_str::<OnePass<User>>(body).ok()?;
        handled.count(user);
        Some(())
    }

    fn borrowed(body: &str, handled: &Handled) -> Option<()> {
        let OnePass(user) = serde_json::from_str::<OnePass<UserRef<'_>>>(body).ok()?;
        handled.count(user);
        Some(())
    }
}
