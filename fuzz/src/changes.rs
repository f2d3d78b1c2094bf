//! Changes to the headers of a valid delivery.

use arbitrary::Arbitrary;

use crate::model::headers::Headers;
use crate::model::standard::{SVIX, WEBHOOK};

/// Change of the headers. An index is taken modulo the number of headers, names or bytes.
#[derive(Arbitrary, Debug)]
pub(crate) enum Change<'a> {
    Remove(u8),
    Repeat(u8),
    Empty(u8),
    Flip { index: u8, byte: u16, mask: u8 },
    Truncate { index: u8, length: u16 },
    Append { index: u8, text: &'a [u8] },
    Replace { index: u8, text: &'a [u8] },
    Rename { index: u8, name: u8 },
    Uppercase(u8),
    Swap(u8, u8),
    Add { name: u8, value: &'a [u8] },
}

/// Names of headers that the verifier reads, and of headers that it must ignore.
const NAMES: [&str; 22] = [
    WEBHOOK[0],
    WEBHOOK[1],
    WEBHOOK[2],
    SVIX[0],
    SVIX[1],
    SVIX[2],
    "x-hub-signature-256",
    "x-hub-signature",
    "x-github-delivery",
    "x-github-event",
    "stripe-signature",
    "x-slack-signature",
    "x-slack-request-timestamp",
    "x-shopify-hmac-sha256",
    "x-shopify-webhook-id",
    "host",
    "x-forwarded-host",
    "x-forwarded-proto",
    "content-type",
    "content-encoding",
    "content-length",
    "authorization",
];

pub(crate) fn name(index: u8) -> &'static str {
    NAMES[usize::from(index) % NAMES.len()]
}

impl Change<'_> {
    pub(crate) fn apply(&self, headers: &mut Headers) {
        let count = headers.len();
        let position = |index: &u8| usize::from(*index) % count.max(1);
        if let Self::Add { name: other, value } = self {
            headers.push((name(*other).to_owned(), value.to_vec()));
            return;
        }
        if count == 0 {
            return;
        }
        match self {
            Self::Remove(index) => drop(headers.remove(position(index))),
            Self::Repeat(index) => headers.push(headers[position(index)].clone()),
            Self::Empty(index) => headers[position(index)].1.clear(),
            Self::Flip { index, byte, mask } => {
                let value = &mut headers[position(index)].1;
                let length = value.len().max(1);
                if let Some(byte) = value.get_mut(usize::from(*byte) % length) {
                    *byte ^= mask;
                }
            }
            Self::Truncate { index, length } => {
                headers[position(index)].1.truncate(usize::from(*length));
            }
            Self::Append { index, text } => headers[position(index)].1.extend_from_slice(text),
            Self::Replace { index, text } => headers[position(index)].1 = text.to_vec(),
            Self::Rename { index, name: other } => {
                headers[position(index)].0 = name(*other).to_owned();
            }
            Self::Uppercase(index) => headers[position(index)].0.make_ascii_uppercase(),
            Self::Swap(one, other) => headers.swap(position(one), position(other)),
            Self::Add { .. } => {}
        }
    }
}
