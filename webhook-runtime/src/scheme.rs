//! Signature schemes, as data: a provider's documentation of its signatures in one constant.
//!
//! [`verify`](crate::verify) compiles a scheme into a verifier. The predefined schemes are in `scheme/`, a file each.
//!
//! Decisions:
//! - One signature proves one delivery. The signed bytes can be split in one way only: an id has text beside it and
//!   does not contain the byte that ends it, and a timestamp is not adjacent to a digit of the body. An ambiguous
//!   scheme is rejected, in a constant at compile time.
//! - An unsigned timestamp is rejected, because it would protect nothing. An unsigned id may be missing (GitHub,
//!   Shopify), because its presence proves nothing.

mod github;
mod problem;
mod shopify;
mod slack;
mod stripe;

use std::time::Duration;

use crate::secret::SecretEncoding;

/// Default of the largest difference between a signed timestamp and the clock, in both directions.
pub(crate) const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

/// Signature scheme of a provider that does not follow Standard Webhooks.
///
/// Four schemes are predefined: [`GITHUB`](Self::GITHUB), [`STRIPE`](Self::STRIPE), [`SLACK`](Self::SLACK),
/// [`SHOPIFY`](Self::SHOPIFY). For any other provider, build one from its documentation. A
/// [`Profile`](crate::Profile) contains the scheme of a provider, and
/// [`Verifier::from_scheme`](crate::Verifier::from_scheme) verifies without a provider.
///
/// | fact in the documentation | method |
/// | --- | --- |
/// | header and algorithm of the signature | [`new`](Self::new) |
/// | text before the signature, `sha256=` | [`prefix`](Self::prefix) |
/// | several items in the header, `t=1,v1=aa,v1=bb` | [`items`](Self::items), [`tag`](Self::tag) |
/// | signature in hex or base64 | [`encoding`](Self::encoding) |
/// | secret as text, base64 or hex | [`secret_encoding`](Self::secret_encoding) |
/// | signed bytes | [`signed`](Self::signed) |
/// | location of the id, time and event type | [`id`](Self::id), [`timestamp`](Self::timestamp), [`event_type`](Self::event_type), [`subtype`](Self::subtype) |
///
/// ```
/// use webhook_runtime::scheme::{Algorithm, FieldLocation, SignedPart, TimestampUnit};
/// use webhook_runtime::{Scheme, Timestamp, Verifier};
///
/// /// `Paddle-Signature: ts=1671552777;h1=<hex>`, over the time, a colon and the body.
/// const PADDLE: Scheme = Scheme::new("paddle-signature", Algorithm::HmacSha256)
///     .items(';')
///     .tag("h1", '=')
///     .timestamp(FieldLocation::Item("ts"), TimestampUnit::Seconds)
///     .signed(&[SignedPart::Time, SignedPart::Text(":"), SignedPart::Body])
///     .id(FieldLocation::Body(&["notification_id"]))
///     .event_type(FieldLocation::Body(&["event_type"]));
///
/// let verifier = Verifier::from_scheme(&PADDLE, ["pdl_ntfset_secret"])?;
/// let headers = [("Paddle-Signature", "ts=1671552777;h1=00")];
/// let now = Timestamp::from_second(1_671_552_777);
/// let error = verifier.verify(&headers[..], b"{}", now).unwrap_err();
/// assert_eq!(error.as_str(), "bad_signature");
/// # Ok::<(), webhook_runtime::verifier::VerifierError>(())
/// ```
///
/// # Rules for every scheme
/// - A signature is hex in lower case or padded standard base64, of exactly the algorithm's length. Malformed items and
///   items with another tag are skipped; a delivery without any other item is a `bad_signature`.
/// - At most 16 items and 4 KiB of the signature header are read, including timestamps and unknown items. A repeated
///   signature header contributes its items.
/// - A signed header must occur exactly once, or the delivery is a `missing_header` or `malformed_header`. An
///   unsigned id may be missing, and is empty then.
/// - A timestamp is `0` or digits without a leading zero. Milliseconds are rounded down to whole seconds. If a
///   timestamp in an item of the signature header is missing, malformed or repeated, the delivery is a
///   `malformed_header`.
/// - A timestamp in the body is a number or a string. It is read after the signature is verified. A body without one is
///   a `malformed_timestamp`.
/// - An id must not contain the text that ends it in the signed bytes; see [`signed`](Self::signed).
///
/// # Limits
/// Without a timestamp, an old delivery can be replayed forever. Without a signed id, a delivery can be replayed under
/// another id. An event type in a header is unsigned unless the provider signs it: it selects the handler, but the
/// authentic body may belong to another event. The documentation of each scheme lists its limits.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    pub(crate) header: &'static str,
    pub(crate) algorithm: Algorithm,
    pub(crate) prefix: &'static str,
    pub(crate) item_separator: Option<char>,
    pub(crate) tag: Option<(&'static str, char)>,
    pub(crate) encoding: Encoding,
    pub(crate) secret_encoding: SecretEncoding,
    pub(crate) parts: &'static [SignedPart],
    pub(crate) id: Option<FieldLocation>,
    pub(crate) timestamp: Option<(FieldLocation, TimestampUnit)>,
    pub(crate) tolerance: Duration,
    pub(crate) event_type: Option<FieldLocation>,
    pub(crate) subtype: Option<FieldLocation>,
}

/// Algorithm of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA1: old, but no forgery is known. Requires the feature `sha1`.
    HmacSha1,
    /// HMAC-SHA256.
    HmacSha256,
    /// HMAC-SHA512.
    HmacSha512,
    /// ed25519, verified strictly. Requires the feature `ed25519`. The secret is the provider's public key.
    Ed25519,
    /// No signature: the header contains the secret itself (GitLab's `X-Gitlab-Token`).
    ///
    /// Weak, because nothing binds the token to the delivery. Anybody who sees one request (a proxy, a log of headers)
    /// can forge any other, forever. A changed body and a replay are not detected. Use it only for providers that have
    /// nothing else, with TLS up to this process.
    Token,
}

/// Encoding of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Hex, in lower case.
    Hex,
    /// Standard base64, padded.
    Base64,
}

/// Piece of the signed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignedPart {
    /// Body, as received.
    Body,
    /// Id, as its header spells it.
    Id,
    /// Timestamp, as its header spells it.
    Time,
    /// URL of the endpoint, from the configuration and never from the request, because the sender of a request chooses
    /// its `Host`.
    Url,
    /// Fixed text.
    Text(&'static str),
}

/// Location of a field of the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldLocation {
    /// Header, by its name in lower case.
    Header(&'static str),
    /// Item of the signature header, by its tag: `t` in `t=1,v1=aa`.
    Item(&'static str),
    /// Path in the JSON body, as a list of keys. Read after the signature is verified.
    Body(&'static [&'static str]),
}

/// Unit of a timestamp since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl Scheme {
    /// Creates a scheme from the header of the signature, in lower case, and the algorithm.
    ///
    /// Defaults: the signature is the whole value of the header, in hex, over the body only; the secret is text (hex
    /// with ed25519).
    #[must_use]
    pub const fn new(header: &'static str, algorithm: Algorithm) -> Self {
        Self {
            header,
            algorithm,
            prefix: "",
            item_separator: None,
            tag: None,
            encoding: Encoding::Hex,
            secret_encoding: match algorithm {
                Algorithm::Ed25519 => SecretEncoding::Hex,
                _ => SecretEncoding::Text,
            },
            parts: match algorithm {
                Algorithm::Token => &[],
                _ => &[SignedPart::Body],
            },
            id: None,
            timestamp: None,
            tolerance: DEFAULT_TOLERANCE,
            event_type: None,
            subtype: None,
        }
    }

    /// Sets the text at the start of the signature header, for example GitHub's `sha256=`. A value without it is
    /// skipped.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// Sets the separator of a signature header with several items.
    #[must_use]
    pub const fn items(mut self, separator: char) -> Self {
        self.item_separator = Some(separator);
        self
    }

    /// Sets the tag of a signature, and the separator between a tag and its value.
    #[must_use]
    pub const fn tag(mut self, tag: &'static str, separator: char) -> Self {
        self.tag = Some((tag, separator));
        self
    }

    /// Sets the encoding of a signature. Default: hex.
    #[must_use]
    pub const fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Sets the encoding of the secret. Default: text, or hex with ed25519.
    #[must_use]
    pub const fn secret_encoding(mut self, encoding: SecretEncoding) -> Self {
        self.secret_encoding = encoding;
        self
    }

    /// Sets the signed bytes, piece by piece. Default: the body.
    ///
    /// The end of each piece must be unambiguous, or the same signature would match a delivery that is split in another
    /// way. Therefore an id needs text beside it, an id that contains the first byte of the text after it is a
    /// `malformed_header`, and a body with a digit next to the timestamp is a `bad_signature`.
    #[must_use]
    pub const fn signed(mut self, parts: &'static [SignedPart]) -> Self {
        self.parts = parts;
        self
    }

    /// Sets the location of the delivery's id.
    #[must_use]
    pub const fn id(mut self, location: FieldLocation) -> Self {
        self.id = Some(location);
        self
    }

    /// Sets the location and unit of the timestamp.
    ///
    /// It must be signed: as a part of its own, or with the body (Linear's `webhookTimestamp`).
    #[must_use]
    pub const fn timestamp(mut self, location: FieldLocation, unit: TimestampUnit) -> Self {
        self.timestamp = Some((location, unit));
        self
    }

    /// Sets the largest allowed difference between the timestamp and the clock, in both directions.
    ///
    /// Only whole seconds count. Default: 300 seconds.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the location of the event type.
    #[must_use]
    pub const fn event_type(mut self, location: FieldLocation) -> Self {
        self.event_type = Some(location);
        self
    }

    /// Sets the location of the sub-type for all events: a header, or a path from the root of the body.
    ///
    /// It overrides the `at` of the catalog. Default: the catalog's `at`, a path from the payload of each event.
    #[must_use]
    pub const fn subtype(mut self, location: FieldLocation) -> Self {
        self.subtype = Some(location);
        self
    }

    /// Returns whether the signed bytes contain this piece. Not for [`SignedPart::Text`].
    pub(crate) const fn signs(&self, wanted: &SignedPart) -> bool {
        let mut i = 0;
        while i < self.parts.len() {
            #[allow(
                clippy::indexing_slicing,
                reason = "constants cannot use `get`; the index is within the bounds"
            )]
            let found = matches!(
                (self.parts[i], wanted),
                (SignedPart::Body, SignedPart::Body)
                    | (SignedPart::Id, SignedPart::Id)
                    | (SignedPart::Time, SignedPart::Time)
                    | (SignedPart::Url, SignedPart::Url)
            );
            if found {
                return true;
            }
            i += 1;
        }
        false
    }
}
