//! How a provider signs, as data: what a provider's documentation says of its signatures, in one constant.
//!
//! [`verify`](crate::verify) compiles it. The schemes with a name are in `scheme/`, a file each.

mod github;
mod problem;
mod shopify;
mod slack;
mod stripe;

use std::time::Duration;

use crate::secret::SecretEncoding;

/// Default for the difference between a signed timestamp and the clock, in both directions.
pub(crate) const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

/// How a provider signs its deliveries, for every provider that does not follow Standard Webhooks.
///
/// Four are described already: [`GITHUB`](Self::GITHUB), [`STRIPE`](Self::STRIPE), [`SLACK`](Self::SLACK),
/// [`SHOPIFY`](Self::SHOPIFY). For any other, fill in what its documentation says; a [`Profile`](crate::Profile)
/// takes the description, and [`Verifier::from_scheme`](crate::Verifier::from_scheme) verifies by it without a provider.
///
/// | what the documentation says | word |
/// | --- | --- |
/// | the header of the signature, and the algorithm | [`new`](Self::new) |
/// | text in front of the signature, `sha256=` | [`prefix`](Self::prefix) |
/// | several items in the header, `t=1,v1=aa,v1=bb` | [`items`](Self::items), [`tag`](Self::tag) |
/// | hex or base64 | [`encoding`](Self::encoding) |
/// | whether the key is text, base64 or hex | [`secret_encoding`](Self::secret_encoding) |
/// | which bytes are signed | [`signed`](Self::signed) |
/// | where the id, time and event type stand | [`id`](Self::id), [`timestamp`](Self::timestamp), [`event_type`](Self::event_type), [`subtype`](Self::subtype) |
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
/// # Rules that hold for every description
/// - A signature is hex in lower case or padded standard base64, of exactly the algorithm's length; nothing else is
///   ever tried. An item that is malformed or has another tag is skipped, so a delivery with nothing else is a
///   `bad_signature`.
/// - At most 16 items and 4 KiB of the signature header are looked at, timestamps and foreign items among them. A
///   signature header that comes more than once holds more items.
/// - A header that is signed must be there, once: otherwise `missing_header` or `malformed_header`. An id that is not
///   signed may be missing, and is empty then.
/// - A timestamp is `0` or digits that do not begin with `0`. Milliseconds are rounded down to whole seconds. A
///   timestamp in an item of the signature header that is missing, malformed or there twice is a `malformed_header`.
/// - A timestamp in the body is a number or text, looked at once the signature has verified. A body without one is a
///   `malformed_timestamp`.
/// - An id does not hold the text that ends it in what is signed; see [`signed`](Self::signed).
///
/// # What it cannot do for a provider
/// Without a timestamp, an old delivery can be sent again for ever. Without an id that is signed, so can a delivery
/// under another id. An event type in a header is not signed unless the provider says so: it decides which handler
/// runs, over a body that is authentic but may be that of another event. See each scheme for what it leaves open.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    pub(crate) header: &'static str,
    pub(crate) algorithm: Algorithm,
    pub(crate) prefix: &'static str,
    pub(crate) item_separator: Option<char>,
    pub(crate) tag: Option<(&'static str, char)>,
    pub(crate) encoding: Encoding,
    pub(crate) key: SecretEncoding,
    pub(crate) parts: &'static [SignedPart],
    pub(crate) id: Option<FieldLocation>,
    pub(crate) timestamp: Option<(FieldLocation, TimestampUnit)>,
    pub(crate) tolerance: Duration,
    pub(crate) event_type: Option<FieldLocation>,
    pub(crate) subtype: Option<FieldLocation>,
}

/// What a signature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA1: old, and still no forgery is known. Needs the feature `sha1`.
    HmacSha1,
    /// HMAC-SHA256.
    HmacSha256,
    /// HMAC-SHA512.
    HmacSha512,
    /// ed25519, verified strictly. Needs the feature `ed25519`. The key is the provider's public one.
    Ed25519,
    /// No signature: the header holds the secret itself (GitLab's `X-Gitlab-Token`).
    ///
    /// Weak: nothing binds the token to the delivery. Whoever sees one request (a proxy, a log of headers) can write
    /// any other, for ever; the body may have been changed on its way; nothing tells a repeated delivery. Use it with
    /// providers that have nothing else, over TLS to the end.
    Token,
}

/// How the bytes of a signature are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Hex, in lower case.
    Hex,
    /// Standard base64, padded.
    Base64,
}

/// A piece of the bytes that are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignedPart {
    /// The body, as it came.
    Body,
    /// The id, as its header spells it.
    Id,
    /// The timestamp, as its header spells it.
    Time,
    /// The URL of the endpoint, from its configuration and never from the request: whoever sends a request writes its
    /// `Host`.
    Url,
    /// A text.
    Text(&'static str),
}

/// Where a fact of the delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldLocation {
    /// In a header, by its name in lower case.
    Header(&'static str),
    /// In an item of the signature header, by its tag: `t` in `t=1,v1=aa`.
    Item(&'static str),
    /// In the JSON body: the keys on the way to it. Read once the signature has verified.
    Body(&'static [&'static str]),
}

/// What a timestamp counts, since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl Scheme {
    /// A scheme by the header of its signature, in lower case, and its algorithm.
    ///
    /// Until more is said, the signature is the whole value of the header, in hex, over the body alone, and the key is
    /// text (hex with ed25519).
    #[must_use]
    pub const fn new(header: &'static str, algorithm: Algorithm) -> Self {
        Self {
            header,
            algorithm,
            prefix: "",
            item_separator: None,
            tag: None,
            encoding: Encoding::Hex,
            key: match algorithm {
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

    /// Text in front of all that the signature header holds: `sha256=` at GitHub. A value without it is skipped.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// The signature header holds several items, with this between them.
    #[must_use]
    pub const fn items(mut self, separator: char) -> Self {
        self.item_separator = Some(separator);
        self
    }

    /// Items have tags: that of a signature, and what stands between a tag and its value.
    #[must_use]
    pub const fn tag(mut self, tag: &'static str, separator: char) -> Self {
        self.tag = Some((tag, separator));
        self
    }

    /// How a signature is written.
    #[must_use]
    pub const fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// How the key reads.
    #[must_use]
    pub const fn secret_encoding(mut self, form: SecretEncoding) -> Self {
        self.key = form;
        self
    }

    /// The bytes that are signed, piece by piece.
    ///
    /// They must say where each piece ends, or a delivery could be cut in another way under the same signature. So
    /// text stands beside an id, an id that holds the first byte of the text behind it is a `malformed_header`, and
    /// where a timestamp touches the body, a body that begins (or ends) with a digit there is a `bad_signature`.
    #[must_use]
    pub const fn signed(mut self, parts: &'static [SignedPart]) -> Self {
        self.parts = parts;
        self
    }

    /// Where the id of the delivery stands.
    #[must_use]
    pub const fn id(mut self, place: FieldLocation) -> Self {
        self.id = Some(place);
        self
    }

    /// Where the timestamp stands, and what it counts. It must be signed: with a part of its own, or with the body
    /// (Linear's `webhookTimestamp`).
    #[must_use]
    pub const fn timestamp(mut self, place: FieldLocation, unit: TimestampUnit) -> Self {
        self.timestamp = Some((place, unit));
        self
    }

    /// How many seconds the timestamp may be off, both ways, edges included; 300 otherwise.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Where the event type stands.
    #[must_use]
    pub const fn event_type(mut self, place: FieldLocation) -> Self {
        self.event_type = Some(place);
        self
    }

    /// Where the sub-type stands, for all events that have one: in a header, or at a place that is counted from the
    /// root of the body. The catalog's `at` then counts for nothing; without this, it says the place for each event,
    /// counted from the payload.
    #[must_use]
    pub const fn subtype(mut self, place: FieldLocation) -> Self {
        self.subtype = Some(place);
        self
    }

    /// Whether the signed bytes have this piece.
    pub(crate) const fn signs(&self, wanted: &SignedPart) -> bool {
        let mut at = 0;
        while at < self.parts.len() {
            #[allow(clippy::indexing_slicing, reason = "within the bounds")]
            let found = matches!(
                (self.parts[at], wanted),
                (SignedPart::Body, SignedPart::Body)
                    | (SignedPart::Id, SignedPart::Id)
                    | (SignedPart::Time, SignedPart::Time)
                    | (SignedPart::Url, SignedPart::Url)
            );
            if found {
                return true;
            }
            at += 1;
        }
        false
    }
}
