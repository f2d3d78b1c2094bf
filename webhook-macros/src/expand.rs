//! Tokens of valid models. Expansion cannot fail, and needs no import of the user's.
//!
//! Tokens on which the compiler is to report an error have the user's span. Locals keep the macro's hygiene, so that
//! everything works inside the user's `macro_rules` too.

mod catalog;
mod check;
mod handler;
mod pattern;
mod payload;
mod router;
mod view;

pub(crate) use self::catalog::catalog;
pub(crate) use self::handler::handler;
pub(crate) use self::router::router;
pub(crate) use self::view::view;
