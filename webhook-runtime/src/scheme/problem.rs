//! Contradictions in a scheme, each with its fix.
//!
//! The compiler reports them for the constant of a [`Profile`](crate::Profile), and
//! [`Verifier::from_scheme`](crate::Verifier::from_scheme) when it is called.

#![allow(
    clippy::indexing_slicing,
    reason = "constants cannot use `get`; every index is within the bounds of its loop"
)]

use super::{Algorithm, Encoding, FieldLocation, Scheme, SignedPart};
use crate::secret::SecretEncoding;
use crate::text::compare;

impl Scheme {
    /// Returns the first contradiction in the scheme, with its fix.
    pub(crate) const fn problem(&self) -> Option<&'static str> {
        if !is_header_name(self.header) {
            return Some(
                "invalid name of the signature header: write it in lower case, for example \"x-signature\"",
            );
        }
        if let Some(problem) = self.problem_of_items() {
            return Some(problem);
        }
        if let Some(problem) = self.problem_of_locations() {
            return Some(problem);
        }
        if let Some(problem) = self.problem_of_key() {
            return Some(problem);
        }
        self.problem_of_parts()
    }

    const fn problem_of_items(&self) -> Option<&'static str> {
        if let Some(separator) = self.item_separator {
            if !separator.is_ascii() || separator.is_ascii_control() {
                return Some("invalid item separator: use one visible ASCII character or a space");
            }
            let is_in_signatures = match self.encoding {
                Encoding::Hex => separator.is_ascii_hexdigit(),
                Encoding::Base64 => {
                    separator.is_ascii_alphanumeric() || matches!(separator, '+' | '/' | '=')
                }
            };
            if is_in_signatures {
                return Some(
                    "the item separator can occur within a signature: use a character that the encoding does not contain",
                );
            }
        }
        if let Some((tag, separator)) = self.tag {
            if tag.is_empty() {
                return Some("empty tag: remove `.tag(…)` if items have no tag");
            }
            if !separator.is_ascii() || separator.is_ascii_control() {
                return Some("invalid tag separator: use one visible ASCII character");
            }
            if contains(tag, separator) {
                return Some("the tag contains its own separator: use another separator");
            }
            if let Some(items) = self.item_separator
                && (items as u32 == separator as u32 || contains(tag, items))
            {
                return Some(
                    "the item separator is also within the items: it must differ from the tag separator and must not occur in the tag",
                );
            }
        }
        None
    }

    const fn problem_of_locations(&self) -> Option<&'static str> {
        if let Some(location) = self.id
            && let Some(problem) = self.problem_of_location(location)
        {
            return Some(problem);
        }
        if let Some((location, _)) = self.timestamp {
            if let Some(problem) = self.problem_of_location(location) {
                return Some(problem);
            }
            if matches!(location, FieldLocation::Body(_)) {
                if self.signs(&SignedPart::Time) {
                    return Some(
                        "a timestamp in the body is signed with the body: remove `SignedPart::Time`, or set the header of the timestamp",
                    );
                }
                if !self.signs(&SignedPart::Body) {
                    return Some(
                        "the timestamp is not signed, so anybody could renew it: remove `.timestamp(…)`",
                    );
                }
            } else if !self.signs(&SignedPart::Time) {
                return Some(
                    "the timestamp is not signed, so anybody could renew it: add `SignedPart::Time` to `.signed(…)`, or remove `.timestamp(…)`",
                );
            }
        }
        if let (Some(FieldLocation::Item(id)), Some((FieldLocation::Item(timestamp), _))) =
            (self.id, self.timestamp)
            && compare(id, timestamp) == 0
        {
            return Some("the id and the timestamp have the same tag: each needs a tag of its own");
        }
        if let (Some(FieldLocation::Header(id)), Some((FieldLocation::Header(timestamp), _))) =
            (self.id, self.timestamp)
            && compare(id, timestamp) == 0
        {
            return Some(
                "the id and the timestamp are in the same header: each needs a header of its own",
            );
        }
        if let Some(problem) = self.problem_of_routing(self.event_type) {
            return Some(problem);
        }
        self.problem_of_routing(self.subtype)
    }

    const fn problem_of_location(&self, location: FieldLocation) -> Option<&'static str> {
        match location {
            FieldLocation::Header(name) => {
                if !is_header_name(name) {
                    return Some(
                        "invalid header name: write it in lower case, for example \"x-event-id\"",
                    );
                }
                if compare(name, self.header) == 0 {
                    return Some(
                        "the id or timestamp is in the signature header: write `FieldLocation::Item(…)` with its tag",
                    );
                }
                None
            }
            FieldLocation::Item(tag) => {
                let (Some(items), Some((signature, separator))) = (self.item_separator, self.tag)
                else {
                    return Some(
                        "`FieldLocation::Item` needs a signature header with tagged items: add `.items(…)` and `.tag(…)`",
                    );
                };
                if tag.is_empty() || contains(tag, items) || contains(tag, separator) {
                    return Some(
                        "invalid tag of an item: it must not be empty or contain a separator",
                    );
                }
                if compare(tag, signature) == 0 {
                    return Some(
                        "the tag of an item is also the tag of the signatures: each needs a tag of its own",
                    );
                }
                None
            }
            FieldLocation::Body(path) => {
                if path.is_empty() {
                    return Some("empty path in the body: write at least one key");
                }
                None
            }
        }
    }

    const fn problem_of_routing(&self, location: Option<FieldLocation>) -> Option<&'static str> {
        match location {
            Some(FieldLocation::Item(_)) => Some(
                "the event type or the sub-type is in the signature header: use a header of its own or a path in the body",
            ),
            Some(location) => self.problem_of_location(location),
            None => None,
        }
    }

    const fn problem_of_key(&self) -> Option<&'static str> {
        let is_text = matches!(
            self.secret_encoding,
            SecretEncoding::Text | SecretEncoding::Passphrase
        );
        match self.algorithm {
            Algorithm::Ed25519 if is_text => Some(
                "an ed25519 key is base64 or hex of 32 bytes: write `.secret_encoding(SecretEncoding::Hex)` or `.secret_encoding(SecretEncoding::Base64)`",
            ),
            Algorithm::Token if !is_text => Some(
                "a token is compared as it is: write `.secret_encoding(SecretEncoding::Text)` or `.secret_encoding(SecretEncoding::Passphrase)`",
            ),
            _ => None,
        }
    }

    const fn problem_of_parts(&self) -> Option<&'static str> {
        if matches!(self.algorithm, Algorithm::Token) {
            if self.parts.is_empty() {
                return None;
            }
            return Some("a token signs nothing: remove `.signed(…)`");
        }
        let (mut bodies, mut ids, mut timestamps) = (0, 0, 0);
        let mut at = 0;
        while at < self.parts.len() {
            match self.parts[at] {
                SignedPart::Body => bodies += 1,
                SignedPart::Id => ids += 1,
                SignedPart::Time => timestamps += 1,
                SignedPart::Text(text) if text.is_empty() => {
                    return Some("an empty text separates nothing: leave it out");
                }
                SignedPart::Url | SignedPart::Text(_) => {}
            }
            at += 1;
        }
        if bodies != 1 || ids > 1 || timestamps > 1 {
            return Some(
                "invalid `.signed(…)`: it must contain the body once, and the id and the timestamp at most once",
            );
        }
        if timestamps == 1 && self.timestamp.is_none() {
            return Some(
                "the timestamp is signed, but its location is missing: add `.timestamp(…)`",
            );
        }
        if ids == 1 {
            match self.id {
                None => return Some("the id is signed, but its location is missing: add `.id(…)`"),
                Some(FieldLocation::Body(_)) => {
                    return Some(
                        "an id in the body is signed with the body: remove `SignedPart::Id`, or set the header of the id",
                    );
                }
                Some(FieldLocation::Header(_) | FieldLocation::Item(_)) => {}
            }
        }
        self.problem_of_neighbours()
    }

    const fn problem_of_neighbours(&self) -> Option<&'static str> {
        let mut at = 1;
        while at < self.parts.len() {
            match (self.parts[at - 1], self.parts[at]) {
                (SignedPart::Id, SignedPart::Text(_)) | (SignedPart::Text(_), SignedPart::Id) => {}
                (SignedPart::Id, _) | (_, SignedPart::Id) => {
                    return Some(
                        "the id runs together with its neighbour, so the signature would also match another id: add the provider's `SignedPart::Text(…)` between them",
                    );
                }
                (SignedPart::Time, SignedPart::Text(text))
                    if text.as_bytes()[0].is_ascii_digit() =>
                {
                    return Some(
                        "ambiguous signed content: the text after the timestamp begins with a digit",
                    );
                }
                (SignedPart::Text(text), SignedPart::Time)
                    if text.as_bytes()[text.len() - 1].is_ascii_digit() =>
                {
                    return Some(
                        "ambiguous signed content: the text before the timestamp ends with a digit",
                    );
                }
                _ => {}
            }
            at += 1;
        }
        None
    }
}

/// Returns whether `name` is a valid header name in lower case.
pub(crate) const fn is_header_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let is_token = bytes[at].is_ascii_lowercase()
            || bytes[at].is_ascii_digit()
            || matches!(
                bytes[at],
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'.'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'|'
                    | b'~'
            );
        if !is_token {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty() && bytes.len() < 256
}

/// Returns whether `text` contains an ASCII character.
const fn contains(text: &str, wanted: char) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] as u32 == wanted as u32 {
            return true;
        }
        at += 1;
    }
    false
}
