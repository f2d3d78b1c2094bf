//! Options of each attribute, as read from its tokens: a file for each attribute, and the syntax that they share. First
//! stage of the macros.
//!
//! Each option is checked by itself here; `valid` checks an attribute against its item.

mod argument;
mod backoff;
mod catalog;
mod errors;
mod event;
mod list;
mod nearest;
mod on;
mod pattern;
mod payload;
mod pointer;
mod retry;
mod runtime;
mod subtypes;
mod webhook;

pub(crate) use self::catalog::Catalog;
pub(crate) use self::errors::Errors;
pub(crate) use self::event::Event;
pub(crate) use self::on::On;
pub(crate) use self::pattern::{Pattern, key};
pub(crate) use self::payload::Payload;
pub(crate) use self::runtime::Runtime;
pub(crate) use self::subtypes::Subtypes;
pub(crate) use self::webhook::{Exhaustive, Webhook, is_state};
