//! Checks of handlers, payloads and routers against a catalog, and the compiler's messages for them.
//!
//! The checks run in constants that the macros generate, with the span of the user's own literal, path or type. No code
//! of theirs remains in the program. The macros parse the syntax and know no provider; the catalog is a value here.
//!
//! Decisions:
//! - One mistake is one error: each check skips mistakes that another check reports.
//! - The work is nearly linear in handlers and events, because constants are interpreted. A name is found by binary
//!   search in the sorted catalog, a family is a range of it, and suggestions are searched for only if there is an
//!   error.
//! - A constant of a handler has no reference to the catalog (see [`Carries`]), because the compiler visits everything
//!   that a constant refers to, for each constant again.
//! - A handler without a payload names no catalog. Its router checks its events, and warns if one is deprecated.
//! - A family whose events all have more specific handlers is an error, also `*`, because its handler could never run.
//!   `#[on("*", unlisted)]` is for events that the catalog does not list.

#![allow(
    clippy::indexing_slicing,
    reason = "an index out of bounds in a constant is a compile error"
)]

use self::message::Message;
use crate::payload::Carries;
use crate::text::equal;

mod deprecation;
mod event;
mod exhaustive;
mod listed;
mod message;
mod payload;
mod suggestions;

pub use self::deprecation::{Deprecated, NotDeprecated};
pub use self::event::{of_router, pattern, pattern_of_view, subtype_key, subtype_value};
pub use self::exhaustive::{exhaustive, ignored};
pub use self::listed::listed;
pub use self::payload::payload;

/// Returns the events of the first argument that carries events.
#[must_use]
pub const fn carried(arguments: &[Option<Carries>]) -> Option<Carries> {
    let mut i = 0;
    while i < arguments.len() {
        if let Some(carries) = arguments[i] {
            return Some(carries);
        }
        i += 1;
    }
    None
}

/// Kind of effects that the arguments require.
///
/// # Panics
/// If two arguments require different kinds. An endpoint has one inbox, so no endpoint could run the handler.
#[must_use]
#[track_caller]
pub const fn required(arguments: &[Option<&'static str>]) -> Option<&'static str> {
    let mut required: Option<&'static str> = None;
    let mut i = 0;
    while i < arguments.len() {
        if let Some(kind) = arguments[i] {
            if let Some(other) = required
                && !equal(other, kind)
            {
                let text = Message::new("two transactions in one handler: ")
                    .name(other)
                    .push(" and ")
                    .name(kind)
                    .push("; an endpoint has one inbox: remove one of the two");
                panic!("{}", text.as_str());
            }
            required = Some(kind);
        }
        i += 1;
    }
    required
}
