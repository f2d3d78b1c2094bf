//! Bytes that a scheme signs.

use crate::scheme::SignedPart;

/// Signed content of a delivery, as pieces that are not copied into one buffer.
#[derive(Clone, Copy)]
pub(crate) struct Message<'m> {
    pub(crate) parts: &'static [SignedPart],
    pub(crate) id: &'m str,
    pub(crate) timestamp: &'m [u8],
    pub(crate) url: &'m str,
    pub(crate) body: &'m [u8],
}

impl<'m> Message<'m> {
    /// Returns the pieces in signing order.
    pub(super) fn pieces(self) -> impl Iterator<Item = &'m [u8]> {
        self.parts.iter().map(move |part| match part {
            SignedPart::Body => self.body,
            SignedPart::Id => self.id.as_bytes(),
            SignedPart::Time => self.timestamp,
            SignedPart::Url => self.url.as_bytes(),
            SignedPart::Text(text) => text.as_bytes(),
        })
    }

    /// Copies all pieces into one buffer.
    pub(crate) fn to_vec(self) -> Vec<u8> {
        self.pieces().collect::<Vec<_>>().concat()
    }

    /// Returns whether a timestamp is adjacent to a digit of the body, so that the boundary between them is ambiguous.
    pub(super) fn is_ambiguous(self) -> bool {
        let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        self.parts.windows(2).any(|pair| match pair {
            [SignedPart::Time, SignedPart::Body] => digit(self.body.first()),
            [SignedPart::Body, SignedPart::Time] => digit(self.body.last()),
            _ => false,
        })
    }
}
