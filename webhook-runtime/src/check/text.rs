//! Text that is put together in a constant: the compiler's error messages.

use crate::handler::HandlerInfo;
use crate::pattern::Pattern;

/// A text of bounded length. What does not fit is cut, at a whole piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    bytes: [u8; Self::ROOM],
    len: usize,
}

impl Text {
    const ROOM: usize = 32 * 1024;

    pub(super) const fn new(text: &str) -> Self {
        Self {
            bytes: [0; Self::ROOM],
            len: 0,
        }
        .push(text)
    }

    pub(super) const fn push(mut self, text: &str) -> Self {
        let piece = text.as_bytes();
        if self.len + piece.len() > Self::ROOM {
            return self;
        }
        let mut i = 0;
        while i < piece.len() {
            self.bytes[self.len + i] = piece[i];
            i += 1;
        }
        self.len += piece.len();
        self
    }

    /// A name between backquotes.
    pub(super) const fn name(self, name: &str) -> Self {
        self.push("`").push(name).push("`")
    }

    /// A handler's name, with its module where the name alone would not tell it.
    pub(super) const fn handler(self, handler: &HandlerInfo, with_module: bool) -> Self {
        if !with_module {
            return self.name(handler.name());
        }
        self.push("`")
            .push(handler.location().module)
            .push("::")
            .push(handler.name())
            .push("`")
    }

    /// A pattern, with its sub-type if it has one.
    pub(super) const fn pattern(self, pattern: Pattern) -> Self {
        let text = self.name(pattern.as_str());
        match pattern.subtype() {
            Some((key, value)) => text
                .push(" with ")
                .push(key)
                .push(" = \"")
                .push(value)
                .push("\""),
            None => text,
        }
    }

    pub(super) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}
