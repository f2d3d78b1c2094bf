//! Values that must not appear in logs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Value whose `Debug` output is redacted, for the tokens and secrets in some payloads.
///
/// [`Deref`](std::ops::Deref) and serialization expose the value itself.
///
/// ```
/// use webhook_runtime::payload::Sensitive;
///
/// let url = Sensitive::from("otpauth://totp/…".to_owned());
/// assert_eq!(format!("{url:?}"), "[redacted]");
/// assert!(url.starts_with("otpauth:"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Returns the value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> std::ops::Deref for Sensitive<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
