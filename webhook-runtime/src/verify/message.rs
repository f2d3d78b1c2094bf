//! The bytes that a scheme signs.

use crate::scheme::SignedPart;

/// What is put together from a description's parts, without being copied.
#[derive(Clone, Copy)]
pub(crate) struct Message<'m> {
    pub(crate) parts: &'static [SignedPart],
    pub(crate) id: &'m str,
    pub(crate) timestamp: &'m [u8],
    pub(crate) url: &'m str,
    pub(crate) body: &'m [u8],
}

impl<'m> Message<'m> {
    /// Its pieces, in their order.
    pub(super) fn pieces(self) -> impl Iterator<Item = &'m [u8]> {
        self.parts.iter().map(move |part| match part {
            SignedPart::Body => self.body,
            SignedPart::Id => self.id.as_bytes(),
            SignedPart::Time => self.timestamp,
            SignedPart::Url => self.url.as_bytes(),
            SignedPart::Text(text) => text.as_bytes(),
        })
    }

    /// All of it, copied.
    pub(crate) fn to_vec(self) -> Vec<u8> {
        self.pieces().collect::<Vec<_>>().concat()
    }

    /// Whether a timestamp and the body touch where the body has a digit: the cut between them could be elsewhere.
    pub(super) fn is_ambiguous(self) -> bool {
        let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        self.parts.windows(2).any(|pair| match pair {
            [SignedPart::Time, SignedPart::Body] => digit(self.body.first()),
            [SignedPart::Body, SignedPart::Time] => digit(self.body.last()),
            _ => false,
        })
    }
}
