//! What can be wrong with a description, told when it is compiled or when a verifier is built.

#![allow(
    clippy::indexing_slicing,
    reason = "within the bounds of loops, mostly in constants"
)]

use super::{Algorithm, Encoding, FieldLocation, Scheme, SignedPart};
use crate::secret::SecretEncoding;
use crate::text::compare;

impl Scheme {
    /// What is wrong with it, and what to do.
    pub(crate) const fn problem(&self) -> Option<&'static str> {
        if !is_header_name(self.header) {
            return Some(
                "the signature header's name is not one in lower case: write it as in \"x-signature\"",
            );
        }
        if let Some(problem) = self.problem_of_items() {
            return Some(problem);
        }
        if let Some(problem) = self.problem_of_places() {
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
                return Some("the item separator is one visible ASCII character, or a space");
            }
            let value = match self.encoding {
                Encoding::Hex => separator.is_ascii_hexdigit(),
                Encoding::Base64 => {
                    separator.is_ascii_alphanumeric() || matches!(separator, '+' | '/' | '=')
                }
            };
            if value {
                return Some(
                    "the item separator can stand inside a signature: items could not be told apart",
                );
            }
        }
        if let Some((tag, separator)) = self.tag {
            if tag.is_empty() {
                return Some("the tag is empty: leave `.tag(…)` out if items have none");
            }
            if !separator.is_ascii() || separator.is_ascii_control() {
                return Some("the tag separator is one visible ASCII character");
            }
            if has(tag, separator) {
                return Some("the tag holds its own separator");
            }
            if let Some(items) = self.item_separator
                && (items as u32 == separator as u32 || has(tag, items))
            {
                return Some(
                    "the item separator is also within the items, as their tag separator or in the tag",
                );
            }
        }
        None
    }

    const fn problem_of_places(&self) -> Option<&'static str> {
        if let Some(place) = self.id
            && let Some(problem) = self.problem_of_place(place)
        {
            return Some(problem);
        }
        if let Some((place, _)) = self.timestamp {
            if let Some(problem) = self.problem_of_place(place) {
                return Some(problem);
            }
            if matches!(place, FieldLocation::Body(_)) {
                if self.signs(&SignedPart::Time) {
                    return Some(
                        "a timestamp in the body is signed with the body: leave `SignedPart::Time` out, or say which header it stands in",
                    );
                }
                if !self.signs(&SignedPart::Body) {
                    return Some(
                        "the timestamp is not signed, so anybody could renew it: leave `.timestamp(…)` out",
                    );
                }
            } else if !self.signs(&SignedPart::Time) {
                return Some(
                    "the timestamp is not signed, so anybody could renew it: add `SignedPart::Time` to `.signed(…)`, or leave `.timestamp(…)` out",
                );
            }
        }
        if let (Some(FieldLocation::Item(id)), Some((FieldLocation::Item(timestamp), _))) =
            (self.id, self.timestamp)
            && compare(id, timestamp) == 0
        {
            return Some("the id and the timestamp have the same tag");
        }
        if let (Some(FieldLocation::Header(id)), Some((FieldLocation::Header(timestamp), _))) =
            (self.id, self.timestamp)
            && compare(id, timestamp) == 0
        {
            return Some("the id and the timestamp stand in the same header");
        }
        if let Some(problem) = self.problem_of_routing(self.event_type) {
            return Some(problem);
        }
        self.problem_of_routing(self.subtype)
    }

    const fn problem_of_place(&self, place: FieldLocation) -> Option<&'static str> {
        match place {
            FieldLocation::Header(name) => {
                if !is_header_name(name) {
                    return Some(
                        "a header's name is not one in lower case: write it as in \"x-event-id\"",
                    );
                }
                if compare(name, self.header) == 0 {
                    return Some(
                        "an id or timestamp in the signature header is an item of it: write `FieldLocation::Item(…)` with its tag",
                    );
                }
                None
            }
            FieldLocation::Item(tag) => {
                let (Some(items), Some((signature, separator))) = (self.item_separator, self.tag)
                else {
                    return Some(
                        "`FieldLocation::Item` is for signature headers with tagged items: add `.items(…)` and `.tag(…)`",
                    );
                };
                if tag.is_empty() || has(tag, items) || has(tag, separator) {
                    return Some("the tag of an item is empty, or holds a separator");
                }
                if compare(tag, signature) == 0 {
                    return Some("the tag of an item is that of the signatures");
                }
                None
            }
            FieldLocation::Body(path) => {
                if path.is_empty() {
                    return Some("a place in the body has at least one key");
                }
                None
            }
        }
    }

    const fn problem_of_routing(&self, place: Option<FieldLocation>) -> Option<&'static str> {
        match place {
            Some(FieldLocation::Item(_)) => {
                Some("an event type or sub-type stands in a header of its own, or in the body")
            }
            Some(place) => self.problem_of_place(place),
            None => None,
        }
    }

    const fn problem_of_key(&self) -> Option<&'static str> {
        let is_text = matches!(self.key, SecretEncoding::Text | SecretEncoding::Passphrase);
        match self.algorithm {
            Algorithm::Ed25519 if is_text => Some(
                "an ed25519 key is 32 bytes in base64 or hex: write `.secret_encoding(SecretEncoding::Hex)` or `.secret_encoding(SecretEncoding::Base64)`",
            ),
            Algorithm::Token if !is_text => Some(
                "a token is compared as it is written: write `.secret_encoding(SecretEncoding::Text)` or `.secret_encoding(SecretEncoding::Passphrase)`",
            ),
            _ => None,
        }
    }

    const fn problem_of_parts(&self) -> Option<&'static str> {
        if matches!(self.algorithm, Algorithm::Token) {
            if self.parts.is_empty() {
                return None;
            }
            return Some("a token signs nothing: leave `.signed(…)` out");
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
                "the signed bytes hold the body once, and the id and the timestamp at most once",
            );
        }
        if timestamps == 1 && self.timestamp.is_none() {
            return Some("the timestamp is signed, but it is not said where: add `.timestamp(…)`");
        }
        if ids == 1 {
            match self.id {
                None => return Some("the id is signed, but it is not said where: add `.id(…)`"),
                Some(FieldLocation::Body(_)) => {
                    return Some(
                        "an id in the body is signed with the body: leave `SignedPart::Id` out, or say which header it stands in",
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
                        "the id runs together with what stands beside it, so the same signature would fit another id: put the provider's `SignedPart::Text(…)` between",
                    );
                }
                (SignedPart::Time, SignedPart::Text(text))
                    if text.as_bytes()[0].is_ascii_digit() =>
                {
                    return Some("the text behind the timestamp begins with a digit");
                }
                (SignedPart::Text(text), SignedPart::Time)
                    if text.as_bytes()[text.len() - 1].is_ascii_digit() =>
                {
                    return Some("the text in front of the timestamp ends with a digit");
                }
                _ => {}
            }
            at += 1;
        }
        None
    }
}

/// Whether it can be the name of a header, as `http` spells them.
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

const fn has(text: &str, wanted: char) -> bool {
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
