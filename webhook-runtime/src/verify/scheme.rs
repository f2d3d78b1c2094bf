//! Verification by a [`Scheme`].

use std::borrow::Cow;

use http::HeaderName;

use super::header::{self, Found};
use super::items::{MAX_ITEMS, each_item};
use super::keys::{self, Key, MAX_LEN};
use super::message::Message;
use super::{Proof, SignatureHeaders, VerifyError};
use crate::delivery::{HeaderSource, Timestamp};
use crate::json::{self, Path};
use crate::scheme::{FieldLocation, Scheme, SignedPart, TimestampUnit};
use crate::secret::{Secret, SecretError};

/// Verifier of deliveries that are signed by a [`Scheme`].
#[derive(Clone)]
pub(crate) struct SchemeVerifier {
    scheme: Scheme,
    signature: HeaderName,
    id: Location,
    is_id_signed: bool,
    /// Bytes that an id must not contain.
    id_ends: [Option<u8>; 2],
    timestamp: Location,
    unit: TimestampUnit,
    keys: Vec<Key>,
    url: Box<str>,
    /// Tolerance in seconds.
    pub(super) tolerance: u64,
}

/// [`FieldLocation`] with the header's name parsed.
#[derive(Clone)]
enum Location {
    None,
    Header(HeaderName, &'static str),
    Item(&'static str),
    Body(Path),
}

impl Location {
    fn new(location: Option<FieldLocation>) -> Self {
        match location {
            None => Self::None,
            // `Scheme::problem` has checked the names.
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
    /// Creates a verifier. [`Scheme::problem`] must have returned `None`.
    pub(super) fn new(scheme: &Scheme, url: &str, secrets: &[Secret]) -> Result<Self, SecretError> {
        if scheme.signs(&SignedPart::Url) && url.is_empty() {
            return Err(SecretError::NoUrl);
        }
        let keys = Secret::decode_all(secrets, |secret| {
            Key::new(scheme.algorithm, scheme.secret_encoding, secret)
        })?;
        Ok(Self {
            scheme: *scheme,
            signature: HeaderName::from_static(scheme.header),
            id: Location::new(scheme.id),
            timestamp: Location::new(scheme.timestamp.map(|(location, _)| location)),
            unit: scheme
                .timestamp
                .map_or(TimestampUnit::Seconds, |(_, unit)| unit),
            is_id_signed: scheme.signs(&SignedPart::Id),
            id_ends: id_ends(scheme.parts),
            keys,
            url: url.into(),
            tolerance: scheme.tolerance.as_secs(),
        })
    }

    // Neither check is inlined, so that the pipeline of Standard Webhooks does not contain their code.

    /// Checks everything that does not need the body.
    #[inline(never)]
    pub(super) fn check_headers<'s, 'd, H: HeaderSource + ?Sized>(
        &'s self,
        headers: &'d H,
        now: Timestamp,
    ) -> Result<SignatureHeaders<'s, 'd>, VerifyError> {
        let id = self.find(headers, &self.id);
        let timestamp = self.find(headers, &self.timestamp);
        let signature = header::find(headers, &self.signature);

        // A missing header is reported before a malformed one.
        let missing = |header| Err(VerifyError::MissingHeader { header });
        if let (Found::Missing, Location::Header(_, name), true) = (id, &self.id, self.is_id_signed)
        {
            return missing(name);
        }
        if let (Found::Missing, Location::Header(_, name)) = (timestamp, &self.timestamp) {
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

        // A repeated header is reported before a malformed value.
        for (found, location) in [(id, &self.id), (timestamp, &self.timestamp)] {
            match (found, location) {
                (Found::Repeated, Location::Header(_, name)) => return Err(header::repeated(name)),
                (Found::Repeated, _) => {
                    return Err(
                        self.malformed("the id or the timestamp occurs more than once in it")
                    );
                }
                _ => {}
            }
        }
        let id = match id {
            Found::Once(id) if !id.is_empty() => {
                let is_end = |byte| self.id_ends.contains(&Some(byte));
                header::parse_id(id, self.header_of(&self.id), is_end)?
            }
            _ if self.is_id_signed => return Err(self.malformed("it has no item with the id")),
            _ => "",
        };
        let (timestamp_text, timestamp) = match (timestamp, &self.timestamp) {
            (_, Location::None | Location::Body(_)) => (b"".as_slice(), None),
            (Found::Once(text), location) => {
                let timestamp = header::parse_timestamp(text, self.unit, self.header_of(location))?;
                (text, Some(timestamp))
            }
            _ => return Err(self.malformed("it has no item with the timestamp")),
        };
        if let Some(timestamp) = timestamp {
            header::check_age(timestamp, now, self.tolerance)?;
        }
        Ok(SignatureHeaders {
            signature_header: &self.signature,
            only_signature,
            id,
            timestamp_text,
            timestamp: timestamp.unwrap_or(now),
            is_timestamp_signed: timestamp.is_some(),
        })
    }

    /// Checks the signature over the body, and then the fields in the body.
    #[inline(never)]
    pub(super) fn check_signature<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        found: &mut SignatureHeaders<'_, 'd>,
        body: &'d [u8],
    ) -> Result<Proof, VerifyError> {
        let message = Message {
            parts: self.scheme.parts,
            id: found.id,
            timestamp: found.timestamp_text,
            url: &self.url,
            body,
        };
        if message.is_ambiguous() || !self.has_signature(headers, &message) {
            return Err(VerifyError::BadSignature);
        }
        if let Location::Body(path) = self.id {
            found.id = id_in_body(body, path);
        }
        if let Location::Body(path) = self.timestamp {
            // No header has a timestamp, so this is the time of verification.
            let now = found.timestamp;
            found.timestamp = timestamp_in_body(body, path, self.unit)?;
            found.is_timestamp_signed = true;
            header::check_age(found.timestamp, now, self.tolerance)?;
        }
        Ok(Proof(()))
    }

    fn has_signature<H: HeaderSource + ?Sized>(&self, headers: &H, message: &Message<'_>) -> bool {
        let Some(len) = Key::signature_len(self.scheme.algorithm) else {
            return self.has_token(headers);
        };
        let mut buffer = [[0; MAX_LEN]; MAX_ITEMS];
        let mut count = 0;
        self.each_signature(headers, |text| {
            if let Some(slot) = buffer.get_mut(count)
                && keys::decode(self.scheme.encoding, text, len, slot).is_some()
            {
                count += 1;
            }
        });
        let candidates = buffer.get(..count).unwrap_or_default();
        !candidates.is_empty() && self.keys.iter().any(|key| key.matches(message, candidates))
    }

    fn has_token<H: HeaderSource + ?Sized>(&self, headers: &H) -> bool {
        let mut found = false;
        self.each_signature(headers, |text| {
            found |= self.keys.iter().any(|key| key.is_token(text));
        });
        found
    }

    /// Visits the text of every item with the signature's tag.
    fn each_signature<'h, H: HeaderSource + ?Sized>(
        &self,
        headers: &'h H,
        mut visit: impl FnMut(&'h [u8]),
    ) {
        self.each_item(headers, |item| {
            let text = match self.scheme.tag {
                Some((tag, _)) => self.tagged(item, tag),
                None => Some(item),
            };
            if let Some(text) = text {
                visit(text);
            }
        });
    }

    fn each_item<'h, H: HeaderSource + ?Sized>(&self, headers: &'h H, visit: impl FnMut(&'h [u8])) {
        let separator = self
            .scheme
            .item_separator
            .and_then(|c| u8::try_from(c).ok());
        let prefix = self.scheme.prefix.as_bytes();
        each_item(headers.values(&self.signature), prefix, separator, visit);
    }

    /// Returns the value of an item, if it has this tag.
    fn tagged<'h>(&self, item: &'h [u8], tag: &str) -> Option<&'h [u8]> {
        let (_, separator) = self.scheme.tag?;
        let rest = item.strip_prefix(tag.as_bytes())?;
        let (first, rest) = rest.split_first()?;
        (u32::from(*first) == u32::from(separator)).then_some(rest)
    }

    /// Finds a field in the headers.
    fn find<'h, H: HeaderSource + ?Sized>(&self, headers: &'h H, location: &Location) -> Found<'h> {
        match location {
            Location::None | Location::Body(_) => Found::Missing,
            Location::Header(name, _) => header::find(headers, name),
            Location::Item(tag) => {
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

    /// Returns the name of the header that contains a field.
    const fn header_of(&self, location: &Location) -> &'static str {
        match location {
            Location::Header(_, name) => name,
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

/// Returns the bytes that an id must not contain, so that the signed content can be split in one way only.
///
/// They are the byte after the id and, if the body precedes the id, the byte before it.
fn id_ends(parts: &[SignedPart]) -> [Option<u8>; 2] {
    let Some(at) = parts.iter().position(|part| *part == SignedPart::Id) else {
        return [None; 2];
    };
    let text = |part: Option<&SignedPart>| match part {
        Some(SignedPart::Text(text)) => text.as_bytes(),
        _ => b"",
    };
    let (before, after) = parts.split_at(at);
    let has_body = before.contains(&SignedPart::Body);
    [
        text(after.get(1)).first().copied(),
        text(before.last()).last().copied().filter(|_| has_body),
    ]
}

/// Returns the id in a verified body; empty if it is not visible ASCII or contains escapes.
fn id_in_body(body: &[u8], path: Path) -> &str {
    match json::text_at(body, path) {
        Ok(Some(Cow::Borrowed(id))) if id.bytes().all(|byte| byte.is_ascii_graphic()) => id,
        _ => "",
    }
}

/// Returns the timestamp in a verified body.
fn timestamp_in_body(body: &[u8], at: Path, unit: TimestampUnit) -> Result<Timestamp, VerifyError> {
    let text = json::number_at(body, at);
    let timestamp = text.and_then(|text| header::parse_timestamp(text, unit, "").ok());
    timestamp.ok_or(VerifyError::MalformedTimestamp { at })
}
