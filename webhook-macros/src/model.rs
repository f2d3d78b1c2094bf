//! Models of the items under the macros. They borrow syn's items, so that generated code and errors have the user's
//! spans.

mod catalog;
mod function;
mod handler;
mod parameter;
mod router;
mod view;

pub(crate) use self::catalog::{Catalog, Event};
pub(crate) use self::function::{Function, find, is_on};
pub(crate) use self::handler::Handler;
pub(crate) use self::parameter::{Parameter, bare, payload};
pub(crate) use self::router::Router;
pub(crate) use self::view::View;
