//! Text that is kept in place while it is short, so that ids and times cost no allocation.

use std::fmt;
use std::hash::{Hash, Hasher};

/// How many bytes are kept in place: every id and every RFC 3339 time seen so far fits.
const INLINE: usize = 46;

/// An immutable text: up to [`INLINE`] bytes in place, longer ones on the heap.
#[derive(Clone)]
pub(crate) struct ShortText(Repr);

#[derive(Clone)]
enum Repr {
    Inline { len: u8, bytes: [u8; INLINE] },
    Heap(Box<str>),
}

impl ShortText {
    pub(crate) const EMPTY: Self = Self(Repr::Inline {
        len: 0,
        bytes: [0; INLINE],
    });

    pub(crate) fn new(text: &str) -> Self {
        let mut bytes = [0; INLINE];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(room), Ok(len)) => {
                room.copy_from_slice(text.as_bytes());
                Self(Repr::Inline { len, bytes })
            }
            _ => Self(Repr::Heap(text.into())),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            // `new` copied a whole `str`, so neither step can fail.
            Repr::Inline { len, bytes } => bytes
                .get(..usize::from(*len))
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or_default(),
            Repr::Heap(text) => text,
        }
    }
}

impl PartialEq for ShortText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for ShortText {}

impl Hash for ShortText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_texts_come_back_as_they_were() {
        for text in [
            "",
            "a",
            &"x".repeat(INLINE),
            &"x".repeat(INLINE + 1),
            &"ü".repeat(200),
        ] {
            assert_eq!(ShortText::new(text).as_str(), text);
        }
    }
}
