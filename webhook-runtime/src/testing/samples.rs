//! A sample delivery for every event of the shipped catalogs.

use crate::event::{self, Event};
use crate::payload::Decode;
use crate::profile::Profile;
use crate::provider::Provider;

/// Shipped providers name their events in the body.
const NO_HEADERS: &[(&str, &str)] = &[];

/// A body as the provider would send it, and its event type.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sample {
    /// The event type.
    pub event_type: &'static str,
    /// The body.
    pub body: &'static str,
}

/// All samples of a shipped provider: one for each event, and for each sub-type; none for other providers.
///
/// ```
/// # #[cfg(feature = "anthropic")] {
/// use webhook_runtime::anthropic::Anthropic;
/// use webhook_runtime::testing::samples;
///
/// assert!(samples::<Anthropic>().any(|sample| sample.event_type == "session.created"));
/// # }
/// ```
pub fn samples<P: Provider>() -> impl Iterator<Item = Sample> {
    let events = <P::Catalog as crate::catalog::Catalog>::INFO.events();
    lines(P::PROFILE.name()).filter_map(move |body| {
        let peeked = event::peek(NO_HEADERS, body.as_bytes(), const { &P::PROFILE }).ok()?;
        let event = events
            .iter()
            .find(|event| event.name() == peeked.event_type)?;
        Some(Sample {
            event_type: event.name(),
            body,
        })
    })
}

/// A sample event with this payload.
///
/// For a payload that several events carry it is the first of them; [`sample_of`] takes the event's type.
///
/// ```
/// # #[cfg(feature = "anthropic")] {
/// use webhook_runtime::anthropic::SessionStatusIdled;
/// use webhook_runtime::testing::sample;
///
/// let event = sample::<SessionStatusIdled>();
/// assert_eq!(event.event_type, "session.status_idled");
/// # }
/// ```
///
/// # Panics
/// If the payload is not of a shipped catalog.
#[must_use]
pub fn sample<T: for<'de> Decode<'de>>() -> Event<T> {
    find(|_| true)
}

/// A sample event of this type, with a payload for several events.
///
/// ```
/// # #[cfg(feature = "anthropic")] {
/// use webhook_runtime::anthropic::AnyVault;
/// use webhook_runtime::testing::sample_of;
///
/// assert_eq!(sample_of::<AnyVault>("vault.deleted").event_type, "vault.deleted");
/// # }
/// ```
///
/// # Panics
/// If the payload is not of a shipped catalog, or does not carry the event.
#[must_use]
pub fn sample_of<T: for<'de> Decode<'de>>(event_type: &str) -> Event<T> {
    find(|found| found == event_type)
}

#[expect(clippy::panic, reason = "a kit for tests")]
fn find<T: for<'de> Decode<'de>>(wanted: impl Fn(&str) -> bool) -> Event<T> {
    let carries = T::CARRIES;
    let found = carries.provider.and_then(|provider| {
        let profile = profile(provider)?;
        lines(provider).find_map(|body| {
            let peeked = event::peek(NO_HEADERS, body.as_bytes(), profile).ok()?;
            let carried = carries
                .patterns
                .iter()
                .any(|p| p.matches(&peeked.event_type));
            if !carried || !wanted(&peeked.event_type) {
                return None;
            }
            // A sample of another sub-type does not fit.
            let mut created_at = None;
            let payload = peeked.decode::<T>(body.as_bytes(), &mut created_at).ok()?;
            let mut event = Event::new(payload).with_type(&peeked.event_type);
            event.created_at = created_at;
            Some(event)
        })
    });
    match found {
        Some(event) => event,
        None => panic!(
            "there is no such sample with the payload `{}`",
            carries.payload
        ),
    }
}

/// The bodies of a shipped provider, one a line.
fn lines(provider: &str) -> std::str::Lines<'static> {
    match provider {
        #[cfg(feature = "anthropic")]
        "anthropic" => include_str!("../../samples/anthropic.jsonl"),
        #[cfg(feature = "cadenya")]
        "cadenya" => include_str!("../../samples/cadenya.jsonl"),
        #[cfg(feature = "openai")]
        "openai" => include_str!("../../samples/openai.jsonl"),
        #[cfg(feature = "wacht")]
        "wacht" => include_str!("../../samples/wacht.jsonl"),
        _ => "",
    }
    .lines()
}

fn profile(provider: &str) -> Option<&'static Profile> {
    match provider {
        #[cfg(feature = "anthropic")]
        "anthropic" => Some(const { &crate::anthropic::Anthropic::PROFILE }),
        #[cfg(feature = "cadenya")]
        "cadenya" => Some(const { &crate::cadenya::Cadenya::PROFILE }),
        #[cfg(feature = "openai")]
        "openai" => Some(const { &crate::openai::OpenAi::PROFILE }),
        #[cfg(feature = "wacht")]
        "wacht" => Some(const { &crate::wacht::Wacht::PROFILE }),
        _ => None,
    }
}
