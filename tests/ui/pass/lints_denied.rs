//! Generated code under strict lints.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused, nonstandard_style, future_incompatible)]
#![deny(rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility)]
#![deny(unused_qualifications, unreachable_pub, missing_debug_implementations)]
#![deny(
    dead_code,
    unused_results,
    unused_lifetimes,
    trivial_casts,
    trivial_numeric_casts
)]
#![deny(
    missing_copy_implementations,
    single_use_lifetimes,
    let_underscore_drop
)]
#![deny(
    non_local_definitions,
    explicit_outlives_requirements,
    unnameable_types
)]
#![deny(
    elided_lifetimes_in_paths,
    redundant_lifetimes,
    unit_bindings,
    variant_size_differences
)]
#![deny(
    unused_crate_dependencies,
    unused_import_braces,
    macro_use_extern_crate,
    keyword_idents
)]
#![deny(
    absolute_paths_not_starting_with_crate,
    meta_variable_misuse,
    ambiguous_negative_literals
)]
#![deny(clippy::all)]
#![allow(
    unused_crate_dependencies,
    reason = "the tests of the workspace share them"
)]

use serde::{Deserialize, Serialize};
use webhook_runtime::{Endpoint, Event, EventCatalog, Payload, Profile, Provider, UnknownEvent};
use webhook_runtime::{WebhookRouter, on};

/// A parcel service.
#[derive(Clone, Copy, Debug)]
pub struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

/// Events of the parcel service.
#[derive(Clone, Debug, PartialEq, EventCatalog)]
#[catalog(provider = Acme)]
pub enum AcmeEvent {
    /// A parcel is on its way.
    #[event("parcel.sent", within = "/object")]
    Sent(Sent),
    /// A parcel is gone.
    #[event("parcel.lost")]
    Lost(Lost),
    /// An event that the catalog does not list.
    #[event(unknown)]
    Unknown(UnknownEvent),
}

/// A parcel is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The parcel.
    pub parcel: String,
}

/// A parcel is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// The parcel.
    pub parcel: String,
}

/// Any parcel.
#[derive(Clone, Debug, Deserialize, Payload)]
#[payload(provider = Acme, events("parcel.*"))]
pub struct AnyParcel {
    /// The parcel.
    pub parcel: String,
}

/// A parcel is on its way.
///
/// # Errors
/// Returns an error for a parcel of another name.
#[on("parcel.sent")]
pub async fn sent(event: Event<Sent>, app: &App) -> Result<(), std::fmt::Error> {
    if event.data.parcel == app.name {
        Ok(())
    } else {
        std::future::ready(Err(std::fmt::Error)).await
    }
}

/// Any parcel.
#[on("parcel.*", retry(max = 5, backoff = "1s..1m"), ordered_by = "/parcel")]
pub fn parcel(event: Event<AnyParcel>) -> webhook_runtime::Outcome {
    if event.data.parcel.is_empty() {
        webhook_runtime::Outcome::Failed
    } else {
        webhook_runtime::Outcome::Done
    }
}

/// Handles all other events.
#[on("*", unlisted)]
pub fn everything(event: Event<AcmeEvent>, count: &u8) {
    assert!(*count == 0 || event.data != AcmeEvent::Unknown(UnknownEvent::new("", ().into())));
}

/// Router of the parcel service.
#[derive(Clone, Debug, WebhookRouter)]
#[webhook(provider = Acme, handlers(sent, parcel, everything))]
pub struct App {
    /// Number of parcels.
    #[webhook(state)]
    pub count: u8,
    name: String,
}

#[on("parcel.lost")]
async fn lost(event: Event<Lost>, inner: &Inner) {
    std::future::ready(()).await;
    assert_eq!(event.data.parcel, inner.0);
}

#[derive(Clone, Debug, WebhookRouter)]
#[webhook(provider = Acme, handlers(lost))]
struct Inner(String);

fn main() {
    assert!(Endpoint::builder(Inner(String::new())).build().is_err());
    let name = String::new();
    assert!(Endpoint::builder(App { count: 0, name }).build().is_err());
}
