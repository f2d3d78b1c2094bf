//! Checks of handlers, payloads and routers against a catalog, and the compiler's messages for them.
//!
//! All checks run in constants that the macros generate, spanned at the user's own literal, path or type. Nothing of
//! them remains in the program. The macros know no provider: they parse the form, and the catalog is a value here.
//!
//! The work is near-linear in handlers and events: a name is found by binary search in the sorted catalog, a family is a
//! range of it, and suggestions are searched for only when there is an error to report.
//!
//! One mistake is one error. Each check skips what another check reports.

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

/// Events of the first argument that is for some.
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
