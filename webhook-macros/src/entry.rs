//! Entry points, one for each macro: parse, check, then expand or fall back.

mod catalog;
mod handler;
mod router;
mod view;

pub(crate) use self::catalog::catalog;
pub(crate) use self::handler::handler;
pub(crate) use self::router::router;
pub(crate) use self::view::view;
