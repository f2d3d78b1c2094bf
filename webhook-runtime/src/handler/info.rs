//! [`HandlerInfo`]: static facts of a handler, which `#[on(…)]` writes into a constant.

use std::borrow::Cow;

use crate::json;
use crate::pattern::Pattern;
use crate::payload::Carries;
use crate::retry::Retry;

/// Static facts of a handler.
#[derive(Clone, Copy, Debug)]
pub struct HandlerInfo {
    name: &'static str,
    patterns: &'static [Pattern],
    carries: Option<Carries>,
    location: SourceLocation,
    retry: Retry,
    ordered_by: Option<&'static [&'static str]>,
    requires: Option<&'static str>,
}

impl HandlerInfo {
    /// Creates the facts. `#[on(…)]` calls this.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        patterns: &'static [Pattern],
        carries: Option<Carries>,
        location: SourceLocation,
    ) -> Self {
        Self {
            name,
            patterns,
            carries,
            location,
            retry: Retry::new(),
            ordered_by: None,
            requires: None,
        }
    }

    /// Sets a retry policy.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Sets the location of the ordering key in the body.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_ordered_by(mut self, segments: &'static [&'static str]) -> Self {
        self.ordered_by = Some(segments);
        self
    }

    /// Sets the kind of effects that an argument requires.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_requires(mut self, kind: Option<&'static str>) -> Self {
        self.requires = kind;
        self
    }

    /// Creates a stand-in for a handler whose declaration has an error.
    #[doc(hidden)]
    #[must_use]
    pub const fn stand_in(name: &'static str) -> Self {
        Self::new(name, &[], None, SourceLocation::new("", 0, ""))
    }

    /// Returns whether this is a stand-in.
    pub(crate) const fn is_stand_in(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns the name of the function.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the patterns of the handled events.
    #[must_use]
    pub const fn patterns(&self) -> &'static [Pattern] {
        self.patterns
    }

    /// Returns the events that the handler's payload is for; `None` for a handler without a payload.
    #[doc(hidden)]
    #[must_use]
    pub const fn carries(&self) -> Option<Carries> {
        self.carries
    }

    /// Returns the location of the function in the source.
    #[must_use]
    pub const fn location(&self) -> SourceLocation {
        self.location
    }

    /// Returns the retry policy of the option `retry(…)`. The endpoint's policy fills its unset settings.
    #[must_use]
    pub const fn retry(&self) -> Retry {
        self.retry
    }

    /// Returns the location of the ordering key in the body, from the option `ordered_by = "/data/id"`: the segments of
    /// the JSON pointer, unescaped. `None` if the handler's deliveries are not ordered.
    #[must_use]
    pub const fn ordered_by(&self) -> Option<&'static [&'static str]> {
        self.ordered_by
    }

    /// Returns the [kind](crate::inbox::Effects::kind) of the effects that an argument borrows from the endpoint's
    /// inbox, such as `SqliteTransaction`; `None` if the handler needs no inbox.
    #[must_use]
    pub const fn requires(&self) -> Option<&'static str> {
        self.requires
    }

    /// Returns the ordering key of a delivery: the value in the body at [`ordered_by`](Self::ordered_by). An inbox
    /// handles deliveries with the same key one after another.
    ///
    /// A string, number or boolean, as text: `7` and `"7"` are one key. A number keeps its spelling: `7` and `7.0` are
    /// two keys. `None` if the handler has no `ordered_by`, or if the value is missing, `null`, an object or an array;
    /// such a delivery waits for no other. The first of repeated keys counts.
    #[must_use]
    pub fn ordering_key<'b>(&self, body: &'b [u8]) -> Option<Cow<'b, str>> {
        json::scalar_at(body, self.ordered_by?)
    }
}

/// Location in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceLocation {
    /// File, as passed to the compiler.
    pub file: &'static str,
    /// Line, from 1.
    pub line: u32,
    /// Path of the module.
    pub module: &'static str,
}

impl SourceLocation {
    /// Creates a location from its parts.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(file: &'static str, line: u32, module: &'static str) -> Self {
        Self { file, line, module }
    }
}
