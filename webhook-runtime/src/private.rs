//! Everything that generated code may name, in one module. Not part of the public API.
//!
//! Generated code imports it as `__private`, so it needs no import of the user's and one path to the runtime.

pub use crate::catalog::{
    AnyCatalog, Catalog, CatalogInfo, CatalogOf, EventInfo, Subtypes, UnknownEvent,
};
pub use crate::check;
pub use crate::handler::{
    Argument, Delivery, FromDelivery, Handle, Handled, Handler, HandlerError, HandlerInfo,
    HasState, Lists, NoArgument, NoOutcome, Returned, SourceLocation,
};
pub use crate::outcome::{BoxError, IntoOutcome};
pub use crate::pattern::Pattern;
pub use crate::payload::{Carries, Decode, Payload};
pub use crate::provider::Provider;
pub use crate::retry::Retry;
pub use crate::router::{Cells, Route, Router, Table, cells, count_routes, routes};
pub use core::option::Option;
pub use core::result::Result;
pub use serde::{Deserialize, Deserializer};

use crate::handler::Call;
use crate::outcome::Outcome;
use crate::profile::Profile;

/// Returns a sub-type with the name of its payload type `T`. Uses the type, so that the compiler does not report it as
/// unused.
#[must_use]
pub const fn subtype<T>(
    value: &'static str,
    payload: &'static str,
) -> (&'static str, &'static str) {
    (value, payload)
}

/// Returns the facts of a listed handler.
#[must_use]
pub const fn info<L: Lists<R>, R>() -> HandlerInfo {
    <L::Handler as Handler>::INFO
}

/// Calls a listed handler.
///
/// Declares that its future is `Send`, so that the compiler does not inspect the future for each router again.
pub fn call<'d, L: Lists<R> + 'd, R>(
    router: &'d R,
    delivery: &'d Delivery<'d>,
) -> impl Future<Output = Handled> + Send + 'd {
    Call::new(<L::Handler as Handle<R>>::handle(router, delivery))
}

/// Returns the catalog of a router's provider.
#[must_use]
pub const fn catalog<R: Router>() -> &'static CatalogInfo {
    <<R::Provider as Provider>::Catalog as Catalog>::INFO
}

/// Returns the result of the last arm of a dispatch. Unreachable, because the table contains no such index.
///
/// # Errors
/// Never.
pub const fn no_such_handler() -> Handled {
    Ok(Outcome::Failed)
}

/// Decodes the value at a path within this one.
///
/// # Errors
/// If the path is missing, or the value does not match the type.
pub fn within<'de, T, D>(path: &[&'static str], deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    crate::envelope::within(path, deserializer)
}

/// Decodes an event that the catalog does not list.
///
/// # Errors
/// If the JSON is malformed.
pub fn unknown<'de, D: Deserializer<'de>>(
    event_type: &str,
    deserializer: D,
) -> Result<UnknownEvent, D::Error> {
    serde_json::Value::deserialize(deserializer).map(|data| UnknownEvent::new(event_type, data))
}

/// Decodes a payload whose declaration has an error. Never called, because the program does not compile.
///
/// # Errors
/// Always.
pub fn stand_in<T, E: serde::de::Error>() -> Result<T, E> {
    Err(E::custom("the payload's declaration does not compile"))
}

/// Provider of a router whose declaration has an error.
#[derive(Debug)]
#[non_exhaustive]
pub struct NoProvider;

impl Provider for NoProvider {
    type Catalog = AnyCatalog;
    const PROFILE: Profile = Profile::standard_webhooks("none");
}
