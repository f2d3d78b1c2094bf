//! Text that is kept in place while it is short, so that ids and times cost no allocation.

use std::fmt;
use std::hash::{Hash, Hasher};

/// How many bytes are kept in place: every id and every RFC 3339 time seen so far fits.
const INLINE: usize = 39;

/// An immutable text: up to [`INLINE`] bytes in place, longer ones on the heap.
#[derive(Clone)]
pub(crate) struct ShortText(Repr);

#[derive(Clone)]
enum Repr {
    Inline(Room),
    Heap(Box<str>),
}

/// The bytes, and behind all of them how many there are: whole words, so that it is moved as words. Of bytes at any
/// place, compilers make pieces of all sizes, and a processor waits for what was written in other pieces than it reads.
#[derive(Clone)]
#[repr(align(8))]
struct Room([u8; INLINE + 1]);

impl ShortText {
    pub(crate) const EMPTY: Self = Self(Repr::Inline(Room([0; INLINE + 1])));

    pub(crate) fn new(text: &str) -> Self {
        let mut this = Self::EMPTY;
        this.set(text);
        this
    }

    /// Becomes another text, where it is. What has just been written is slow to move, so what is to be moved is written
    /// like this, some time before. Not inlined: compilers would write it elsewhere, and move it.
    #[inline(never)]
    pub(crate) fn set(&mut self, text: &str) {
        match (&mut self.0, u8::try_from(text.len())) {
            (Repr::Inline(Room([bytes @ .., count])), Ok(len)) if text.len() <= INLINE => {
                *count = len;
                if let Some(bytes) = bytes.get_mut(..text.len()) {
                    bytes.copy_from_slice(text.as_bytes());
                }
            }
            _ => self.0 = Repr::Heap(text.into()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            // `new` has copied a whole `str`, so neither step can fail.
            Repr::Inline(Room([bytes @ .., count])) => bytes
                .get(..usize::from(*count))
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
