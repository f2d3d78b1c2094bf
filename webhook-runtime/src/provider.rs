//! Providers: who sends. A profile of facts and a catalog of events.

use std::time::Duration;

use http::HeaderName;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};

use crate::catalog::Catalog;
use crate::envelope::{Layout, Path};
use crate::payload::Payload;
use crate::scheme::{DEFAULT_TOLERANCE, FieldLocation, Scheme};
use crate::secret::SecretEncoding;

#[cfg(feature = "anthropic")]
pub mod anthropic;
#[cfg(feature = "cadenya")]
pub mod cadenya;
#[cfg(feature = "openai")]
pub mod openai;
#[cfg(feature = "wacht")]
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
    pub(crate) signing: Signing,
    pub(crate) tolerance: Duration,
    pub(crate) redelivery_window: Duration,
    /// The header of the event type, if it does not stand in the body.
    pub(crate) event_type_header: Option<&'static str>,
    /// Where sub-types stand, if the catalog does not say it.
    pub(crate) subtype: Option<FieldLocation>,
    pub(crate) layout: Layout,
    pub(crate) event_id: Path,
    pub(crate) bare: Option<Bare>,
    /// Where things stand in a replayed delivery that holds the envelope twice.
    pub(crate) replayed: Option<Layout>,
}

/// How long a delivery may come again where nobody says it: longer than most providers retry.
const REDELIVERY_WINDOW: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How a provider signs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signing {
    /// And how its bare secrets read.
    StandardWebhooks(SecretEncoding),
    Described(Scheme),
}

/// A form without the envelope: its payload is the whole body, and a text of its own tells the event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bare {
    /// The event type is what tells the event: as that, it may be there once.
    pub(crate) layout: Layout,
    /// Each text, and the event type that it stands for.
    pub(crate) events: &'static [(&'static str, &'static str)],
}

impl Profile {
    /// A provider that follows Standard Webhooks in all: bare secrets are base64, the tolerance is 300 seconds,
    /// the body is `{"type": …, "timestamp": …, "data": …}`.
    #[must_use]
    pub const fn standard_webhooks(name: &'static str) -> Self {
        Self {
            name,
            signing: Signing::StandardWebhooks(SecretEncoding::Base64),
            tolerance: DEFAULT_TOLERANCE,
            redelivery_window: REDELIVERY_WINDOW,
            event_type_header: None,
            subtype: None,
            layout: Layout {
                event_type: &["type"],
                payload: &["data"],
                created_at: &["timestamp"],
            },
            event_id: &[],
            bare: None,
            replayed: None,
        }
    }

    /// A provider that signs as described.
    ///
    /// The payload is the object that holds the event type; the whole body if that stands in a header. Say
    /// [`payload_path`](Self::payload_path) if it is elsewhere. An id in the body is also the event's id.
    ///
    /// ```
    /// use webhook_runtime::{Profile, Scheme};
    ///
    /// const GITHUB: Profile = Profile::new("github", Scheme::GITHUB);
    /// # assert_eq!(GITHUB.name(), "github");
    /// ```
    ///
    /// # Panics
    /// If the scheme contradicts itself, or does not say where the event type stands; in a constant, that is a compile
    /// error.
    #[must_use]
    pub const fn new(name: &'static str, scheme: Scheme) -> Self {
        if let Some(problem) = scheme.problem() {
            panic!("{}", problem);
        }
        let (event_type_header, event_type) = match scheme.event_type {
            Some(FieldLocation::Header(name)) => (Some(name), &[] as Path),
            Some(FieldLocation::Body(path)) => (None, path),
            _ => {
                panic!("the scheme does not say where the event type stands: add `.event_type(…)`")
            }
        };
        let payload = match event_type {
            [object @ .., _] => object,
            [] => &[],
        };
        Self {
            name,
            signing: Signing::Described(scheme),
            tolerance: scheme.tolerance,
            redelivery_window: REDELIVERY_WINDOW,
            event_type_header,
            subtype: scheme.subtype,
            layout: Layout {
                event_type,
                payload,
                created_at: &[],
            },
            event_id: match scheme.id {
                Some(FieldLocation::Body(path)) => path,
                _ => &[],
            },
            bare: None,
            replayed: None,
        }
    }

    /// How a secret without `whsec_` reads, with Standard Webhooks.
    ///
    /// # Panics
    /// With any other scheme, which says itself how its key reads; in a constant, that is a compile error.
    #[must_use]
    pub const fn secret_encoding(mut self, bare_secret: SecretEncoding) -> Self {
        assert!(
            matches!(self.signing, Signing::StandardWebhooks(_)),
            "how a key reads is said by its scheme: `Scheme::secret_encoding`"
        );
        self.signing = Signing::StandardWebhooks(bare_secret);
        self
    }

    /// How many seconds a delivery's time may be off, both ways.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// For how many seconds a delivery may come again: so long is remembered that it was handled. Otherwise 7 days.
    #[must_use]
    pub const fn redelivery_window(mut self, window: Duration) -> Self {
        self.redelivery_window = window;
        self
    }

    /// Where the event type stands: the keys on the way to it.
    ///
    /// # Panics
    /// If the way is empty; in a constant, that is a compile error.
    #[must_use]
    pub const fn event_type_path(mut self, path: &'static [&'static str]) -> Self {
        assert!(
            !path.is_empty(),
            "the event type stands under at least one key"
        );
        self.layout.event_type = path;
        self.event_type_header = None;
        self
    }

    /// Where the payload stands: the keys on the way to it; none if it is the whole body.
    #[must_use]
    pub const fn payload_path(mut self, path: &'static [&'static str]) -> Self {
        self.layout.payload = path;
        self
    }

    /// Where the time of the event stands.
    #[must_use]
    pub const fn created_at_path(mut self, path: &'static [&'static str]) -> Self {
        self.layout.created_at = path;
        self
    }

    /// Where the id of the event stands, if the body has one.
    #[must_use]
    pub const fn event_id_path(mut self, path: &'static [&'static str]) -> Self {
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
        self.replayed = Some(Layout {
            payload: &["data", "data"],
            ..self.layout
        });
        self
    }

    /// Whether a header holds what nobody needs who handles the delivery, and what others could use.
    pub(crate) fn is_credential(&self, header: &HeaderName) -> bool {
        let is_signature = match self.signing {
            Signing::StandardWebhooks(_) => {
                header == "webhook-signature" || header == "svix-signature"
            }
            Signing::Described(scheme) => header.as_str().eq_ignore_ascii_case(scheme.header),
        };
        is_signature || [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(header)
    }

    /// The provider's name in logs and messages: `anthropic`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
