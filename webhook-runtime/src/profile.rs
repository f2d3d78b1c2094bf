//! Profiles: facts of a provider, as data: its name, its signature scheme, and the layout of its bodies.
//!
//! The trait [`Provider`](crate::Provider) connects a profile to a catalog of events.

mod layout;

use std::time::Duration;

use http::HeaderName;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};

pub(crate) use self::layout::{FlatForm, Layout};
use crate::json::Path;
use crate::scheme::{DEFAULT_TOLERANCE, FieldLocation, Scheme};
use crate::secret::SecretEncoding;

/// Default for the time during which a provider redelivers. Most providers stop retrying earlier.
const REDELIVERY_WINDOW: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Facts of a provider: its name, its signature scheme, and the layout of its bodies.
///
/// Every path is a list of keys from the root of the JSON body.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    pub(crate) name: &'static str,
    pub(crate) signing: Signing,
    pub(crate) tolerance: Duration,
    pub(crate) redelivery_window: Duration,
    /// Header of the event type, if it is not in the body.
    pub(crate) event_type_header: Option<&'static str>,
    /// Location of sub-types; default: the location in the catalog.
    pub(crate) subtype: Option<FieldLocation>,
    pub(crate) layout: Layout,
    pub(crate) event_id: Path,
    pub(crate) flat_form: Option<FlatForm>,
    /// Layout of a replayed delivery, which nests the envelope in another one.
    pub(crate) replay_layout: Option<Layout>,
}

/// Signature scheme of a provider.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signing {
    /// Standard Webhooks, with the encoding of secrets that have no prefix.
    StandardWebhooks(SecretEncoding),
    Scheme(Scheme),
}

impl Profile {
    /// Creates the profile of a provider that follows Standard Webhooks.
    ///
    /// Defaults: a secret without `whsec_` is base64, the tolerance is 300 seconds, and the body is
    /// `{"type": …, "timestamp": …, "data": …}`.
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
            flat_form: None,
            replay_layout: None,
        }
    }

    /// Creates the profile of a provider with a signature scheme of its own.
    ///
    /// Default payload: the object that contains the event type, or the whole body if the event type is in a header.
    /// Set [`payload_path`](Self::payload_path) if it is elsewhere. If the scheme's id is in the body, it is also the
    /// event's id.
    ///
    /// ```
    /// use webhook_runtime::{Profile, Scheme};
    ///
    /// const GITHUB: Profile = Profile::new("github", Scheme::GITHUB);
    /// # assert_eq!(GITHUB.name(), "github");
    /// ```
    ///
    /// # Panics
    /// If the scheme contradicts itself or has no event type; in a constant, that is a compile error.
    #[must_use]
    pub const fn new(name: &'static str, scheme: Scheme) -> Self {
        if let Some(problem) = scheme.problem() {
            panic!("{}", problem);
        }
        let (event_type_header, event_type) = match scheme.event_type {
            Some(FieldLocation::Header(name)) => (Some(name), &[] as Path),
            Some(FieldLocation::Body(path)) => (None, path),
            _ => {
                panic!("missing location of the event type: add `.event_type(…)` to the scheme")
            }
        };
        let payload = match event_type {
            [object @ .., _] => object,
            [] => &[],
        };
        Self {
            name,
            signing: Signing::Scheme(scheme),
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
            flat_form: None,
            replay_layout: None,
        }
    }

    /// Sets the encoding of secrets that have no `whsec_` prefix, with Standard Webhooks.
    ///
    /// # Panics
    /// With any other scheme, which sets the encoding itself; in a constant, that is a compile error.
    #[must_use]
    pub const fn secret_encoding(mut self, encoding: SecretEncoding) -> Self {
        assert!(
            matches!(self.signing, Signing::StandardWebhooks(_)),
            "the scheme sets the encoding of its secrets: use `Scheme::secret_encoding`"
        );
        self.signing = Signing::StandardWebhooks(encoding);
        self
    }

    /// Sets the largest allowed difference between a delivery's timestamp and the clock, in both directions.
    ///
    /// Only whole seconds count. Default: 300 seconds.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the time during which the provider redelivers. A handled delivery is remembered that long.
    ///
    /// Default: 7 days.
    #[must_use]
    pub const fn redelivery_window(mut self, window: Duration) -> Self {
        self.redelivery_window = window;
        self
    }

    /// Sets the path of the event type.
    ///
    /// # Panics
    /// If the path is empty; in a constant, that is a compile error.
    #[must_use]
    pub const fn event_type_path(mut self, path: &'static [&'static str]) -> Self {
        assert!(
            !path.is_empty(),
            "the path of the event type is empty: write at least one key"
        );
        self.layout.event_type = path;
        self.event_type_header = None;
        self
    }

    /// Sets the path of the payload. An empty path means the whole body.
    #[must_use]
    pub const fn payload_path(mut self, path: &'static [&'static str]) -> Self {
        self.layout.payload = path;
        self
    }

    /// Sets the path of the time at which the event happened.
    #[must_use]
    pub const fn created_at_path(mut self, path: &'static [&'static str]) -> Self {
        self.layout.created_at = path;
        self
    }

    /// Sets the path of the event's id, if the body has one.
    #[must_use]
    pub const fn event_id_path(mut self, path: &'static [&'static str]) -> Self {
        self.event_id = path;
        self
    }

    /// Adds a form of some events that has no envelope.
    #[cfg_attr(
        not(feature = "wacht"),
        expect(dead_code, reason = "only Wacht needs it")
    )]
    pub(crate) const fn flat_form(mut self, form: &'static FlatForm) -> Self {
        self.flat_form = Some(*form);
        self
    }

    /// Allows replayed deliveries, whose payload is the original envelope.
    #[cfg_attr(
        not(feature = "wacht"),
        expect(dead_code, reason = "only Wacht needs it")
    )]
    pub(crate) const fn nested_replays(mut self) -> Self {
        self.replay_layout = Some(Layout {
            payload: &["data", "data"],
            ..self.layout
        });
        self
    }

    /// Returns whether a header contains a credential: a signature, a token or a cookie.
    ///
    /// Stored and forwarded deliveries leave these headers out: handlers do not need them, and a reader of the storage
    /// could misuse them.
    pub(crate) fn is_credential(&self, header: &HeaderName) -> bool {
        let is_signature = match self.signing {
            Signing::StandardWebhooks(_) => {
                header == "webhook-signature" || header == "svix-signature"
            }
            Signing::Scheme(scheme) => header.as_str().eq_ignore_ascii_case(scheme.header),
        };
        is_signature || [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(header)
    }

    /// Returns the provider's name in logs and messages, for example `anthropic`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
