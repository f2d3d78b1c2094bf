//! What becomes of a good delivery's headers on their way.

use arbitrary::Arbitrary;

use crate::model::headers::Headers;
use crate::model::standard::{SVIX, WEBHOOK};

/// One change. Numbers choose modulo what there is.
#[derive(Arbitrary, Debug)]
pub(crate) enum Change<'a> {
    Drop(u8),
    Repeat(u8),
    Empty(u8),
    Flip { at: u8, byte: u16, with: u8 },
    Cut { at: u8, length: u16 },
    Append { at: u8, text: &'a [u8] },
    Replace { at: u8, text: &'a [u8] },
    Rename { at: u8, name: u8 },
    Recase(u8),
    Swap(u8, u8),
    Stranger { name: u8, value: &'a [u8] },
}

/// Names that decide, and names that must not.
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
        let index = |at: &u8| usize::from(*at) % count.max(1);
        if let Self::Stranger { name: other, value } = self {
            headers.push((name(*other).to_owned(), value.to_vec()));
            return;
        }
        if count == 0 {
            return;
        }
        match self {
            Self::Drop(at) => drop(headers.remove(index(at))),
            Self::Repeat(at) => headers.push(headers[index(at)].clone()),
            Self::Empty(at) => headers[index(at)].1.clear(),
            Self::Flip { at, byte, with } => {
                let value = &mut headers[index(at)].1;
                let length = value.len().max(1);
                if let Some(byte) = value.get_mut(usize::from(*byte) % length) {
                    *byte ^= with;
                }
            }
            Self::Cut { at, length } => headers[index(at)].1.truncate(usize::from(*length)),
            Self::Append { at, text } => headers[index(at)].1.extend_from_slice(text),
            Self::Replace { at, text } => headers[index(at)].1 = text.to_vec(),
            Self::Rename { at, name: other } => headers[index(at)].0 = name(*other).to_owned(),
            Self::Recase(at) => headers[index(at)].0.make_ascii_uppercase(),
            Self::Swap(one, other) => headers.swap(index(one), index(other)),
            Self::Stranger { .. } => {}
        }
    }
}
