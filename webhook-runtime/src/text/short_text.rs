//! Immutable text that is stored inline while it is short, so that ids and times need no allocation.
//!
//! Decision: a value that is moved later is not written immediately before the move ([`ShortText::set`]; also the proof
//! of [`verify`](crate::verify) and boxed decode errors). A processor stalls on a load that does not fit into one
//! pending store. `benches/profile.md` has the gain.

use std::fmt;
use std::hash::{Hash, Hasher};

/// Number of bytes that are stored inline. Every delivery id and RFC 3339 time seen so far fits.
const INLINE: usize = 39;

/// Immutable text: inline up to [`INLINE`] bytes, longer text on the heap.
#[derive(Clone)]
pub(crate) struct ShortText(Repr);

#[derive(Clone)]
enum Repr {
    Inline(Buffer),
    Heap(Box<str>),
}

/// Text bytes, followed by their length in the last byte.
///
/// The alignment makes compilers move the buffer in whole words. At any other alignment they copy it in pieces of
/// different sizes, and a load that does not match an earlier store stalls the processor.
#[derive(Clone)]
#[repr(align(8))]
struct Buffer([u8; INLINE + 1]);

impl ShortText {
    pub(crate) const EMPTY: Self = Self(Repr::Inline(Buffer([0; INLINE + 1])));

    pub(crate) fn new(text: &str) -> Self {
        let mut this = Self::EMPTY;
        this.set(text);
        this
    }

    /// Replaces the text in place.
    ///
    /// Not inlined, because compilers would write the text elsewhere and move it.
    #[inline(never)]
    pub(crate) fn set(&mut self, text: &str) {
        match (&mut self.0, u8::try_from(text.len())) {
            (Repr::Inline(Buffer([bytes @ .., length])), Ok(new)) if text.len() <= INLINE => {
                *length = new;
                if let Some(bytes) = bytes.get_mut(..text.len()) {
                    bytes.copy_from_slice(text.as_bytes());
                }
            }
            _ => self.0 = Repr::Heap(text.into()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            // `set` copied a whole `str`, so neither step can fail.
            Repr::Inline(Buffer([bytes @ .., length])) => bytes
                .get(..usize::from(*length))
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
    fn short_and_long_text_is_returned_unchanged() {
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
