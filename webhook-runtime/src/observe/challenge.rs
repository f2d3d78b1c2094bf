//! The text that a handshake echoes.

use std::borrow::Cow;
use std::fmt;

/// Maximum length of a challenge that is echoed, in bytes. The challenges of Slack, Meta and Dropbox are far shorter.
const MAX_CHALLENGE: usize = 512;

/// Text that a provider expects back from a [`Handshake`](crate::Handshake): visible ASCII, at most 512 bytes.
///
/// `Debug` shows only its length, because the sender chose the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// Returns `None` if the text is empty, too long, or contains anything but visible ASCII.
    pub(crate) fn new(text: Cow<'_, str>) -> Option<Self> {
        let is_valid = !text.is_empty()
            && text.len() <= MAX_CHALLENGE
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_valid.then(|| Self(text.into_owned()))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenge({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_is_short_visible_ascii() {
        let is_valid = |text: &str| Challenge::new(Cow::Borrowed(text)).is_some();
        assert!(is_valid("a"));
        assert!(is_valid(&"a".repeat(MAX_CHALLENGE)));
        assert!(!is_valid(&"a".repeat(MAX_CHALLENGE + 1)));
        for invalid in ["", " ", "a b", "a\r\nb", "\u{e9}", "\0", "\u{7f}"] {
            assert!(!is_valid(invalid), "{invalid:?}");
        }
    }
}
