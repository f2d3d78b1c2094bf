//! Text: comparisons that work in constants, and short strings without an allocation.
//!
//! Imports no other room; every other room may import it.

mod constant;
mod short_text;

pub(crate) use self::constant::{compare, equal, starts_with};
pub(crate) use self::short_text::ShortText;
