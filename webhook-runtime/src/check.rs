//! The rules that the compiler checks against a catalog, each with the sentence that it says.
//!
//! All of it runs in constants that the macros write, spanned at the user's own literal, path or type; nothing
//! of it is left in the program. The work is near-linear: names are found by binary search in the sorted catalog,
//! a family is a range of it, and the nearest names are looked for only when there is an error to write.

#![allow(
    clippy::indexing_slicing,
    reason = "constants: an index out of bounds is a compile error"
)]

use crate::payload::Carries;

mod deprecation;
mod event;
mod exhaustive;
mod listed;
pub(crate) mod names;
mod payload;
mod text;

pub use self::deprecation::{Deprecated, NotDeprecated};
pub use self::event::{of_router, pattern, pattern_of_view, subtype_key, subtype_value};
pub use self::exhaustive::{exhaustive, ignored};
pub use self::listed::listed;
pub use self::payload::payload;

/// What the first argument that carries events carries.
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
