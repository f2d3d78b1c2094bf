//! Sample deliveries of the shipped providers: one for each event and sub-type.

use crate::event::{self, Event};
use crate::payload::Decode;
use crate::profile::Profile;
use crate::provider::Provider;

/// The shipped providers send the event type in the body, so samples need no headers.
const NO_HEADERS: &[(&str, &str)] = &[];

/// Body as the provider sends it, and its event type.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sample {
    /// Event type.
    pub event_type: &'static str,
    /// Body.
    pub body: &'static str,
}

/// Returns all samples of a shipped provider: one for each event and sub-type. Empty for other providers.
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

/// Returns a sample event with the payload `T`.
///
/// If several events carry `T`, it is the first of them. Use [`sample_of`] to select an event type.
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
/// If no shipped catalog has the payload.
#[must_use]
pub fn sample<T: for<'de> Decode<'de>>() -> Event<T> {
    find(|_| true)
}

/// Returns a sample event of an event type, with a payload that several events carry.
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
/// If no shipped catalog has the payload, or the event type does not carry it.
#[must_use]
pub fn sample_of<T: for<'de> Decode<'de>>(event_type: &str) -> Event<T> {
    find(|found| found == event_type)
}

/// Returns the first sample with the payload `T` whose event type is wanted.
#[expect(clippy::panic, reason = "only tests call it")]
fn find<T: for<'de> Decode<'de>>(is_wanted: impl Fn(&str) -> bool) -> Event<T> {
    let carries = T::CARRIES;
    let found = carries.provider.and_then(|provider| {
        let profile = profile(provider)?;
        lines(provider).find_map(|body| {
            let peeked = event::peek(NO_HEADERS, body.as_bytes(), profile).ok()?;
            let is_carried = carries
                .patterns
                .iter()
                .any(|pattern| pattern.matches(&peeked.event_type));
            if !is_carried || !is_wanted(&peeked.event_type) {
                return None;
            }
            // Fails for a sample of another sub-type.
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
            "no sample with the payload `{}`: only events of shipped providers have samples; build the event with `Event::new`",
            carries.payload
        ),
    }
}

/// Returns the bodies of a shipped provider, one on each line.
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

/// Returns the profile of a shipped provider.
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
