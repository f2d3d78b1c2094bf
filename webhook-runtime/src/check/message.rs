//! Error messages, formatted in a constant.

use crate::handler::HandlerInfo;
use crate::pattern::Pattern;

/// Message of bounded length. A piece that exceeds the bound is omitted as a whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    bytes: [u8; Self::CAPACITY],
    len: usize,
}

impl Message {
    const CAPACITY: usize = 32 * 1024;

    pub(super) const fn new(text: &str) -> Self {
        Self {
            bytes: [0; Self::CAPACITY],
            len: 0,
        }
        .push(text)
    }

    /// Appends a text.
    pub(super) const fn push(mut self, text: &str) -> Self {
        let piece = text.as_bytes();
        if self.len + piece.len() > Self::CAPACITY {
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

    /// Appends a name in backquotes.
    pub(super) const fn name(self, name: &str) -> Self {
        self.push("`").push(name).push("`")
    }

    /// Appends a handler's name, with its module if the name alone is ambiguous.
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

    /// Appends a pattern, with its sub-type if it has one.
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
