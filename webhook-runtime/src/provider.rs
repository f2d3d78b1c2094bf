//! Providers: who sends. A profile of facts and a catalog of events.

use crate::catalog::Catalog;
use crate::envelope::{Layout, Path};
use crate::payload::Payload;
use crate::secret::BareSecret;

#[cfg(feature = "anthropic")]
#[allow(
    clippy::exhaustive_structs,
    reason = "tests write payloads as literals"
)]
pub mod anthropic;
#[cfg(feature = "cadenya")]
#[allow(
    clippy::exhaustive_structs,
    reason = "tests write payloads as literals"
)]
pub mod cadenya;
#[cfg(feature = "openai")]
#[allow(
    clippy::exhaustive_structs,
    reason = "tests write payloads as literals"
)]
pub mod openai;
#[cfg(feature = "wacht")]
#[allow(
    clippy::exhaustive_structs,
    reason = "tests write payloads as literals"
)]
pub mod wacht;

/// A sender of webhooks.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};
///
/// /// A parcel service.
/// pub struct Acme;
///
/// impl Provider for Acme {
///     type Catalog = AcmeEvent;
///     const PROFILE: Profile = Profile::standard_webhooks("acme");
/// }
///
/// #[derive(Clone, Debug, PartialEq, EventCatalog)]
/// #[catalog(provider = Acme)]
/// pub enum AcmeEvent {
///     #[event("parcel.sent")]
///     ParcelSent(ParcelSent),
///     #[event(unknown)]
///     Unknown(UnknownEvent),
/// }
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// pub struct ParcelSent {
///     pub parcel: String,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a provider of webhooks",
    label = "no provider",
    note = "use a shipped one, such as `webhook_runtime::anthropic::Anthropic`, or write `impl Provider for {Self}` with a profile and a catalog"
)]
pub trait Provider: 'static {
    /// Its events.
    type Catalog: Catalog + Payload;
    /// Its facts.
    const PROFILE: Profile;
}

/// The facts of a provider: its name, how it signs, and where things stand in its bodies.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    pub(crate) name: &'static str,
    pub(crate) bare_secret: BareSecret,
    pub(crate) tolerance_seconds: u64,
    pub(crate) layout: Layout,
    pub(crate) event_id: Path,
    pub(crate) bare: Option<Bare>,
    pub(crate) nested_replays: bool,
}

/// A form without the envelope: its payload is the whole body, and a key of its own tells the event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bare {
    pub(crate) key: &'static str,
    /// Each value of the key, and the event type that it stands for.
    pub(crate) events: &'static [(&'static str, &'static str)],
}

impl Profile {
    /// A provider that follows Standard Webhooks in all: bare secrets are base64, the tolerance is 300 seconds,
    /// the body is `{"type": …, "timestamp": …, "data": …}`.
    #[must_use]
    pub const fn standard_webhooks(name: &'static str) -> Self {
        Self {
            name,
            bare_secret: BareSecret::Base64,
            tolerance_seconds: 300,
            layout: Layout {
                event_type: &["type"],
                payload: &["data"],
                created_at: &["timestamp"],
            },
            event_id: &[],
            bare: None,
            nested_replays: false,
        }
    }

    /// How a secret without `whsec_` reads.
    #[must_use]
    pub const fn bare_secret(mut self, bare_secret: BareSecret) -> Self {
        self.bare_secret = bare_secret;
        self
    }

    /// How many seconds a delivery's time may be off, both ways.
    #[must_use]
    pub const fn tolerance_seconds(mut self, seconds: u64) -> Self {
        self.tolerance_seconds = seconds;
        self
    }

    /// Where the event type stands: the keys on the way to it.
    ///
    /// # Panics
    /// If the way is empty; in a constant, that is a compile error.
    #[must_use]
    pub const fn event_type_at(mut self, path: &'static [&'static str]) -> Self {
        assert!(
            !path.is_empty(),
            "the event type stands under at least one key"
        );
        self.layout.event_type = path;
        self
    }

    /// Where the payload stands: the keys on the way to it; none if it is the whole body.
    #[must_use]
    pub const fn payload_at(mut self, path: &'static [&'static str]) -> Self {
        self.layout.payload = path;
        self
    }

    /// Where the time of the event stands.
    #[must_use]
    pub const fn created_at_at(mut self, path: &'static [&'static str]) -> Self {
        self.layout.created_at = path;
        self
    }

    /// Where the id of the event stands, if the body has one.
    #[must_use]
    pub const fn event_id_at(mut self, path: &'static [&'static str]) -> Self {
        self.event_id = path;
        self
    }

    /// A form of some events that comes without the envelope.
    #[cfg_attr(
        not(feature = "wacht"),
        expect(dead_code, reason = "one provider has it")
    )]
    const fn bare(mut self, bare: &'static Bare) -> Self {
        self.bare = Some(*bare);
        self
    }

    /// Replayed deliveries may hold the envelope twice.
    #[cfg_attr(
        not(feature = "wacht"),
        expect(dead_code, reason = "one provider has it")
    )]
    const fn nested_replays(mut self) -> Self {
        self.nested_replays = true;
        self
    }

    /// The provider's name in logs and messages: `anthropic`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
