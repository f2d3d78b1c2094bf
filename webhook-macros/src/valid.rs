//! Rules that the tokens of an item must satisfy, and the error for each. Stage between `attr` and `expand`.
//!
//! Rules about the provider's catalog are not here: the generated code evaluates them as constants.

mod catalog;
mod handler;
mod router;
mod view;

pub(crate) use self::catalog::catalog;
pub(crate) use self::handler::{function, not_a_function};
pub(crate) use self::router::router;
pub(crate) use self::view::view;
