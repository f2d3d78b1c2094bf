//! Verifying by a description.

use std::borrow::Cow;
use std::time::Duration;

use http::HeaderName;

use super::header::{self, Found};
use super::items::{MAX_ITEMS, each_item};
use super::keys::{self, Key, MAX_LEN};
use super::message::Message;
use super::{Match, Signed, Verified, VerifyError};
use crate::delivery::{HeaderSource, Timestamp};
use crate::envelope::{Path, scan};
use crate::scheme::{FieldLocation, Scheme, SignedPart, TimestampUnit};
use crate::secret::{Secret, SecretError};

/// A verifier of deliveries that are signed as a [`Scheme`] says. Keeps the keyed MAC states.
///
/// Verifying allocates nothing, except with ed25519, which wants the signed bytes in one piece.
///
/// ```
/// use webhook_runtime::{Scheme, Secret, Timestamp, scheme::SchemeVerifier};
///
/// let verifier = SchemeVerifier::new(&Scheme::GITHUB, &[Secret::new("It's a Secret to Everybody")])?;
/// let headers = [(
///     "X-Hub-Signature-256",
///     "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
/// )];
/// let now = Timestamp::from_second(1_767_323_045);
/// let verified = verifier.verify(&headers[..], b"Hello, World!", now).unwrap();
/// // GitHub signs no time.
/// assert_eq!(verified.signed_at(), None);
/// # Ok::<(), webhook_runtime::scheme::SchemeError>(())
/// ```
#[derive(Clone)]
pub struct SchemeVerifier {
    scheme: Scheme,
    signature: HeaderName,
    id: Where,
    id_is_signed: bool,
    /// The bytes that an id must not hold.
    ends: [Option<u8>; 2],
    timestamp: Where,
    unit: TimestampUnit,
    keys: Vec<Key>,
    url: Box<str>,
    tolerance: u64,
}

/// Where a fact stands, with the header's name at hand.
#[derive(Clone)]
enum Where {
    Nowhere,
    Header(HeaderName, &'static str),
    Item(&'static str),
    Body(Path),
}

impl Where {
    fn new(place: Option<FieldLocation>) -> Self {
        match place {
            None => Self::Nowhere,
            // The description's names have been looked at.
            Some(FieldLocation::Header(text)) => Self::Header(HeaderName::from_static(text), text),
            Some(FieldLocation::Item(tag)) => Self::Item(tag),
            Some(FieldLocation::Body(path)) => Self::Body(path),
        }
    }
}

impl std::fmt::Debug for SchemeVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SchemeVerifier")
            .field("header", &self.scheme.header)
            .field("algorithm", &self.scheme.algorithm)
            .field("keys", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .finish()
    }
}

impl SchemeVerifier {
    /// A verifier by a description and its secrets: any may match (rotation).
    ///
    /// # Errors
    /// If the description contradicts itself, if it signs the URL, or if there is no secret, or one that cannot be
    /// right.
    pub fn new(scheme: &Scheme, secrets: &[Secret]) -> Result<Self, SchemeError> {
        Self::build(scheme, "", secrets)
    }

    /// The same, for an endpoint at this URL, spelled as in the provider's console.
    ///
    /// # Errors
    /// As those of [`new`](Self::new), less that about the URL.
    pub fn with_url(scheme: &Scheme, url: &str, secrets: &[Secret]) -> Result<Self, SchemeError> {
        Self::build(scheme, url, secrets)
    }

    fn build(scheme: &Scheme, url: &str, secrets: &[Secret]) -> Result<Self, SchemeError> {
        match scheme.problem() {
            Some(problem) => Err(SchemeError::Description(problem)),
            None => Ok(Self::sound(scheme, url, secrets)?),
        }
    }

    /// A verifier by a description that has no problem.
    pub(super) fn sound(
        scheme: &Scheme,
        url: &str,
        secrets: &[Secret],
    ) -> Result<Self, SecretError> {
        if scheme.signs(&SignedPart::Url) && url.is_empty() {
            return Err(SecretError::NoUrl);
        }
        let keys = Secret::each(secrets, |secret| {
            Key::new(scheme.algorithm, scheme.key, secret)
        })?;
        Ok(Self {
            scheme: *scheme,
            signature: HeaderName::from_static(scheme.header),
            id: Where::new(scheme.id),
            timestamp: Where::new(scheme.timestamp.map(|(place, _)| place)),
            unit: scheme
                .timestamp
                .map_or(TimestampUnit::Seconds, |(_, unit)| unit),
            id_is_signed: scheme.signs(&SignedPart::Id),
            ends: ends_of_id(scheme.parts),
            keys,
            url: url.into(),
            tolerance: scheme.tolerance.as_secs(),
        })
    }

    /// How far the timestamp may be off, both ways; whole seconds, edges included. Nothing where there is none.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance.as_secs();
        self
    }

    /// Verifies one delivery: headers, then their syntax, then the time, then the signature.
    ///
    /// # Errors
    /// If the delivery is not authentic or not fresh.
    pub fn verify<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &'d H,
        body: &'d [u8],
        now: Timestamp,
    ) -> Result<Verified<'d>, VerifyError> {
        let mut signed = self.check_headers(headers, now)?;
        let matched = self.check_signature(headers, &mut signed, body)?;
        Ok(signed.verified(matched, body))
    }

    // Never inlined: the pipeline of Standard Webhooks would carry the code along.

    /// All that can be refused without the body.
    #[inline(never)]
    pub(super) fn check_headers<'s, 'd, H: HeaderSource + ?Sized>(
        &'s self,
        headers: &'d H,
        now: Timestamp,
    ) -> Result<Signed<'s, 'd>, VerifyError> {
        let id = self.find(headers, &self.id);
        let timestamp = self.find(headers, &self.timestamp);
        let signature = header::find(headers, &self.signature);

        // What is missing is told before what is malformed.
        let missing = |header| Err(VerifyError::MissingHeader { header });
        if let (Found::Missing, Where::Header(_, name), true) = (id, &self.id, self.id_is_signed) {
            return missing(name);
        }
        if let (Found::Missing, Where::Header(_, name)) = (timestamp, &self.timestamp) {
            return missing(name);
        }
        let only_signature = match signature {
            Found::Missing => return missing(self.scheme.header),
            Found::Once(value) => Some(value),
            Found::Repeated if headers.values(&self.signature).all(<[u8]>::is_empty) => {
                return missing(self.scheme.header);
            }
            Found::Repeated => None,
        };

        // What is repeated is told before what is spelled wrong.
        for (found, place) in [(id, &self.id), (timestamp, &self.timestamp)] {
            match (found, place) {
                (Found::Repeated, Where::Header(_, name)) => return Err(header::repeated(name)),
                (Found::Repeated, _) => {
                    return Err(self.malformed("has the id or the timestamp more than once"));
                }
                _ => {}
            }
        }
        let id = match id {
            Found::Once(id) if !id.is_empty() => {
                let ends = |byte| self.ends.contains(&Some(byte));
                header::parse_id(id, self.header_of(&self.id), ends)?
            }
            _ if self.id_is_signed => return Err(self.malformed("has no item with the id")),
            _ => "",
        };
        let (timestamp_text, timestamp) = match (timestamp, &self.timestamp) {
            (_, Where::Nowhere | Where::Body(_)) => (b"".as_slice(), None),
            (Found::Once(text), place) => {
                let timestamp = header::parse_timestamp(text, self.unit, self.header_of(place))?;
                (text, Some(timestamp))
            }
            _ => return Err(self.malformed("has no item with the timestamp")),
        };
        if let Some(timestamp) = timestamp {
            header::check_age(timestamp, now, self.tolerance)?;
        }
        Ok(Signed {
            signature_header: &self.signature,
            only_signature,
            id,
            timestamp_text,
            timestamp: timestamp.unwrap_or(now),
            is_timestamp_signed: timestamp.is_some(),
        })
    }

    /// The proof, given the body.
    #[inline(never)]
    pub(super) fn check_signature<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        signed: &mut Signed<'_, 'd>,
        body: &'d [u8],
    ) -> Result<Match, VerifyError> {
        let message = Message {
            parts: self.scheme.parts,
            id: signed.id,
            timestamp: signed.timestamp_text,
            url: &self.url,
            body,
        };
        if message.is_ambiguous() || !self.has_signature(headers, &message) {
            return Err(VerifyError::BadSignature);
        }
        if let Where::Body(path) = self.id {
            signed.id = id_in_body(body, path);
        }
        if let Where::Body(path) = self.timestamp {
            // No header has said a time, so this is that of the verification.
            let now = signed.timestamp;
            signed.timestamp = timestamp_in_body(body, path, self.unit)?;
            signed.is_timestamp_signed = true;
            header::check_age(signed.timestamp, now, self.tolerance)?;
        }
        Ok(Match(()))
    }

    fn has_signature<H: HeaderSource + ?Sized>(&self, headers: &H, message: &Message<'_>) -> bool {
        let Some(len) = Key::signature_len(self.scheme.algorithm) else {
            return self.has_token(headers);
        };
        let mut room = [[0; MAX_LEN]; MAX_ITEMS];
        let mut count = 0;
        self.each_signature(headers, |text| {
            if let Some(room) = room.get_mut(count)
                && keys::decode(self.scheme.encoding, text, len, room).is_some()
            {
                count += 1;
            }
        });
        let candidates = room.get(..count).unwrap_or_default();
        !candidates.is_empty() && self.keys.iter().any(|key| key.matches(message, candidates))
    }

    fn has_token<H: HeaderSource + ?Sized>(&self, headers: &H) -> bool {
        let mut found = false;
        self.each_signature(headers, |text| {
            found |= self.keys.iter().any(|key| key.is_token(text));
        });
        found
    }

    /// The text of every item that is tagged as a signature.
    fn each_signature<'h, H: HeaderSource + ?Sized>(
        &self,
        headers: &'h H,
        mut show: impl FnMut(&'h [u8]),
    ) {
        self.each_item(headers, |item| {
            let text = match self.scheme.tag {
                Some((tag, _)) => self.tagged(item, tag),
                None => Some(item),
            };
            if let Some(text) = text {
                show(text);
            }
        });
    }

    fn each_item<'h, H: HeaderSource + ?Sized>(&self, headers: &'h H, show: impl FnMut(&'h [u8])) {
        let separator = self
            .scheme
            .item_separator
            .and_then(|c| u8::try_from(c).ok());
        let prefix = self.scheme.prefix.as_bytes();
        each_item(headers.values(&self.signature), prefix, separator, show);
    }

    /// What stands behind a tag, if the item has this one.
    fn tagged<'h>(&self, item: &'h [u8], tag: &str) -> Option<&'h [u8]> {
        let (_, separator) = self.scheme.tag?;
        let rest = item.strip_prefix(tag.as_bytes())?;
        let (first, rest) = rest.split_first()?;
        (u32::from(*first) == u32::from(separator)).then_some(rest)
    }

    /// A fact that is known before the body.
    fn find<'h, H: HeaderSource + ?Sized>(&self, headers: &'h H, place: &Where) -> Found<'h> {
        match place {
            Where::Nowhere | Where::Body(_) => Found::Missing,
            Where::Header(name, _) => header::find(headers, name),
            Where::Item(tag) => {
                let mut found = Found::Missing;
                self.each_item(headers, |item| {
                    if let Some(value) = self.tagged(item, tag) {
                        found = match found {
                            Found::Missing => Found::Once(value),
                            Found::Once(_) | Found::Repeated => Found::Repeated,
                        };
                    }
                });
                found
            }
        }
    }

    /// The header that a fact stands in.
    const fn header_of(&self, place: &Where) -> &'static str {
        match place {
            Where::Header(_, name) => name,
            _ => self.scheme.header,
        }
    }

    const fn malformed(&self, problem: &'static str) -> VerifyError {
        VerifyError::MalformedHeader {
            header: self.scheme.header,
            problem,
        }
    }
}

/// What an id must not hold: the byte behind it and, behind a body, the byte in front. So there is one way to cut.
fn ends_of_id(parts: &[SignedPart]) -> [Option<u8>; 2] {
    let Some(at) = parts.iter().position(|part| *part == SignedPart::Id) else {
        return [None; 2];
    };
    let text = |part: Option<&SignedPart>| match part {
        Some(SignedPart::Text(text)) => text.as_bytes(),
        _ => b"",
    };
    let (ahead, behind) = parts.split_at(at);
    let has_body = ahead.contains(&SignedPart::Body);
    [
        text(behind.get(1)).first().copied(),
        text(ahead.last()).last().copied().filter(|_| has_body),
    ]
}

/// The id of a body that has been verified; none if it is no visible ASCII, or written with escapes.
fn id_in_body(body: &[u8], path: Path) -> &str {
    match scan::text_at(body, path) {
        Ok(Some(Cow::Borrowed(id))) if id.bytes().all(|byte| byte.is_ascii_graphic()) => id,
        _ => "",
    }
}

/// The time of a body that has been verified.
fn timestamp_in_body(body: &[u8], at: Path, unit: TimestampUnit) -> Result<Timestamp, VerifyError> {
    let text = scan::number_at(body, at);
    let timestamp = text.and_then(|text| header::parse_timestamp(text, unit, "").ok());
    timestamp.ok_or(VerifyError::MalformedTimestamp { at })
}

/// Why a [`SchemeVerifier`] could not be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemeError {
    /// The description contradicts itself.
    #[error("the scheme is not described right: {0}")]
    Description(&'static str),
    /// A secret cannot be right, or the URL is missing.
    #[error(transparent)]
    Secret(#[from] SecretError),
}
