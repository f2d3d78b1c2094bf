//! Text: comparisons that work in constants, and short strings without an allocation.
//!
//! The ground floor of the crate. It imports no other room.

mod constant;
mod short_text;

pub(crate) use self::constant::{compare, equal, starts_with};
pub(crate) use self::short_text::ShortText;
