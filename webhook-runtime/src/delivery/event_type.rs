//! Type of an event.

use std::borrow::Cow;
use std::fmt;

/// Type of an event, such as `session.status_idled`. The set is open, because providers add event types.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventType(Cow<'static, str>);

impl EventType {
    /// Creates an event type from a string of the catalog, without an allocation.
    pub(crate) const fn known(event_type: &'static str) -> Self {
        Self(Cow::Borrowed(event_type))
    }

    /// Creates an event type that the catalog may not list.
    pub(crate) fn unknown(event_type: &str) -> Self {
        Self(Cow::Owned(event_type.to_owned()))
    }

    /// Returns the text of the event type.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl PartialEq<str> for EventType {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for EventType {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}
