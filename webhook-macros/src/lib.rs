//! The attribute and the derives of [`webhook-runtime`](https://docs.rs/webhook-runtime), which re-exports them.
//! Depend on that crate, not on this one: generated code needs it.
//!
//! | macro | on | makes it |
//! | --- | --- | --- |
//! | [`#[on(…)]`](macro@on) | a function | a handler of one or more events |
//! | [`#[derive(WebhookRouter)]`](derive@WebhookRouter) | a struct | a router: the list of handlers, and their state |
//! | [`#[derive(Payload)]`](derive@Payload) | a struct or an enum | a view: a payload type of your own |
//! | [`#[derive(EventCatalog)]`](derive@EventCatalog) | an enum | the catalog of a provider of your own |
//!
//! # Compile errors
//!
//! The compiler checks every event name, payload type and sub-type against the provider's catalog, and reports one
//! error for each mistake. The macros know no provider: they generate constants, and the compiler evaluates them
//! against the catalog.
//!
//! # Stages
//!
//! tokens → options of the attribute (`attr`) → model of the item (`model`) → rules (`valid`) → tokens (`expand`). An
//! item that violates a rule gets an error at the wrong token, and a stand-in (`fallback`) that prevents errors of the
//! same cause elsewhere. `entry` connects the stages.

use proc_macro::TokenStream;

mod attr;
mod entry;
mod expand;
#[cfg(test)]
mod expansions;
mod fallback;
mod model;
mod valid;

/// Makes a free function, `async` or not, the handler of one or more events.
///
/// ```
/// use webhook_runtime::anthropic::SessionStatusIdled;
/// use webhook_runtime::{BoxError, DeliveryId, Event, on};
///
/// #[on("session.status_idled")]
/// async fn idled(event: Event<SessionStatusIdled>) -> Result<(), BoxError> {
///     println!("session {} is idle", event.data.id);
///     Ok(())
/// }
///
/// #[on("vault.*", "vault_credential.*")]
/// fn vaults(event: Event<serde_json::Value>, id: DeliveryId) {
///     println!("{id}: {}", event.event_type);
/// }
/// ```
///
/// The function itself is unchanged, so that tests can call it. A handler runs only if it is listed in a router, see
/// [`WebhookRouter`](derive@WebhookRouter).
///
/// # Events
///
/// | pattern | example | handles |
/// | --- | --- | --- |
/// | exact name | `#[on("session.created")]` | one event |
/// | several | `#[on("session.created", "vault.*")]` | each of them |
/// | family | `#[on("session.*")]` | all events whose name begins with these segments |
/// | everything | `#[on("*")]` | all events of the provider |
///
/// One handler runs per delivery, the most specific one: exact name with a sub-type, then exact name, then the longest
/// family, then `*`. Two handlers of one pattern do not compile.
///
/// # Options
///
/// | option | example | meaning |
/// | --- | --- | --- |
/// | sub-type | `message_type = "approval_request"` | Handles one of the sub-types that the catalog lists for the event. The handler without it handles the others. |
/// | `unlisted` | `#[on("brand.new", unlisted)]` | Handles an exact name that the catalog does not list; a compile error once the catalog lists it. With a family: handles its unlisted events. |
/// | `retry(…)` | `retry(max = 5, backoff = "10s..6h")` | Retry policy of the handler's deliveries in an inbox. |
/// | `ordered_by` | `ordered_by = "/data/id"` | Ordering key, as a JSON pointer into the body. Deliveries in an inbox that have the same value there are handled one after another, in the order of their arrival. |
/// | `crate` | `crate = hooks::runtime` | Path of the runtime if it is renamed or re-exported. Default: `::webhook_runtime`. |
///
/// `retry` and `ordered_by` apply to endpoints with an inbox. Other endpoints answer after the handler has run, and the
/// provider redelivers failed deliveries.
///
/// | option of `retry` | example | meaning |
/// | --- | --- | --- |
/// | `max` | `max = 5` | Maximum number of retries, 0 (none) to 1000. Default: the endpoint's, see `Retry`. |
/// | `backoff` | `backoff = "30s"` | Initial backoff, which doubles with each retry. Default: the endpoint's. |
/// | `backoff` | `backoff = "10s..6h"` | Initial and maximum backoff. |
///
/// A backoff is a whole number with a unit, `ms`, `s`, `m`, `h` or `d`, of at most 30 days.
///
/// The value at `ordered_by` is a string, a number or a boolean. Deliveries without one wait for no other. Deliveries
/// to different handlers are ordered, too, if their values are equal. See `HandlerInfo::ordering_key`.
///
/// ```
/// use webhook_runtime::openai::BatchFailed;
/// use webhook_runtime::{BoxError, Event, on};
///
/// #[on("batch.failed", retry(max = 5, backoff = "30s"), ordered_by = "/data/id")]
/// async fn failed(event: Event<BatchFailed>) -> Result<(), BoxError> {
///     println!("batch {} failed", event.data.id);
///     Ok(())
/// }
/// ```
///
/// # Arguments
///
/// In any order and number:
///
/// | argument | example | value |
/// | --- | --- | --- |
/// | `Event<T>`, at most one | `event: Event<SessionCreated>` | The decoded event. `T` is a payload type of the provider, its catalog, a view ([`Payload`](derive@Payload)), or `serde_json::Value`. |
/// | fact of the delivery | `id: DeliveryId` | `DeliveryId`, `EventId`, `EventType`, `Timestamp`, `Tenant`, `Headers` or `RawBody`. |
/// | type of your own | `db: TenantDb` | What its implementation of `FromDelivery` takes from the delivery. |
/// | transaction, with a database's inbox | `tx: SqliteTransaction<'_>` | The transaction that marks the delivery as done. |
/// | `&T` | `db: &Db`, `app: &App` | The router, or a field of it with `#[webhook(state)]`. |
///
/// # Return types
///
/// | return type | example | outcome |
/// | --- | --- | --- |
/// | `()` | `async fn idled(…)` | success |
/// | `Result<(), E>` | `-> Result<(), BoxError>` | success or failure; for every `E: Into<Box<dyn Error + Send + Sync>>` |
/// | `Outcome` | `-> Outcome` | as the handler decides |
/// | `Result<Outcome, E>` | `-> Result<Outcome, BoxError>` | as the handler decides, or failure |
#[proc_macro_attribute]
pub fn on(attribute: TokenStream, item: TokenStream) -> TokenStream {
    entry::handler(attribute.into(), item.into()).into()
}

/// Makes a struct a router: the list of a provider's handlers, and the state that they borrow.
///
/// ```
/// use webhook_runtime::anthropic::{Anthropic, VaultCreated};
/// use webhook_runtime::{Event, WebhookRouter, on};
///
/// struct Db;
///
/// mod vaults {
///     use super::*;
///
///     #[on("vault.created")]
///     pub(super) async fn created(event: Event<VaultCreated>, db: &Db, app: &App) {
///         let _ = (event, db, &app.name);
///     }
/// }
///
/// #[derive(WebhookRouter)]
/// #[webhook(provider = Anthropic, handlers(vaults::created))]
/// struct App {
///     #[webhook(state)]
///     db: Db,
///     name: String,
/// }
/// # fn main() {}
/// ```
///
/// # Options
///
/// | option | example | meaning |
/// | --- | --- | --- |
/// | `provider` | `provider = Anthropic` | Required. Provider of the events, a type that implements `Provider`. |
/// | `handlers` | `handlers(idled, vaults::created)` | Required. Paths of functions with [`#[on(…)]`](macro@on). |
/// | `exhaustive` | `exhaustive` | Every event of the catalog must have a handler; a compile error names those without. |
/// | | `exhaustive("session.*")` | The same for the events of families. |
/// | `ignore` | `ignore("session.pending")` | Excludes events from `exhaustive`. |
/// | `crate` | `crate = hooks::runtime` | Path of the runtime if it is renamed or re-exported. Default: `::webhook_runtime`. |
///
/// | option of a field | example | meaning |
/// | --- | --- | --- |
/// | `state` | `#[webhook(state)] db: Db` | Handlers can borrow the field as `&Db`. Each type can be state once. |
///
/// Handlers reach all other fields through the router, `&App`. A router has no generic parameters.
///
/// An exhaustive router stops compiling when an update of the catalog lists a new event:
///
/// ```
/// use webhook_runtime::anthropic::{Anthropic, VaultCreated, VaultDeleted};
/// use webhook_runtime::{Event, WebhookRouter, on};
///
/// #[on("vault.created")]
/// fn created(_: Event<VaultCreated>) {}
///
/// #[on("vault.deleted")]
/// fn deleted(_: Event<VaultDeleted>) {}
///
/// #[derive(WebhookRouter)]
/// #[webhook(
///     provider = Anthropic,
///     handlers(created, deleted),
///     exhaustive("vault.*"),
///     ignore("vault.archived")
/// )]
/// struct App;
/// # fn main() {}
/// ```
#[proc_macro_derive(WebhookRouter, attributes(webhook))]
pub fn webhook_router(item: TokenStream) -> TokenStream {
    entry::router(item.into()).into()
}

/// Makes an enum of payloads the catalog of a provider of your own.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use webhook_runtime::{Catalog, EventCatalog, Profile, Provider, UnknownEvent};
///
/// pub struct Acme;
///
/// impl Provider for Acme {
///     type Catalog = AcmeEvent;
///     const PROFILE: Profile = Profile::standard_webhooks("acme");
/// }
///
/// #[derive(Clone, Debug, PartialEq, EventCatalog)]
/// #[catalog(provider = Acme)]
/// pub enum AcmeEvent {
///     #[event("parcel.sent")]
///     ParcelSent(ParcelSent),
///     #[event(unknown)]
///     Unknown(UnknownEvent),
/// }
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// #[non_exhaustive]
/// pub struct ParcelSent {
///     pub parcel: String,
/// }
///
/// assert_eq!(AcmeEvent::index_of("parcel.sent"), Some(0));
/// ```
///
/// Each variant contains one payload, a type of the same crate that implements `Deserialize`. The derive makes it the
/// payload type of the variant's event; several variants can contain the same type. Exactly one variant,
/// `#[event(unknown)]`, contains an `UnknownEvent`, for events that the catalog does not list.
///
/// # Options
///
/// | option of `#[catalog(…)]` | example | meaning |
/// | --- | --- | --- |
/// | `provider` | `provider = Acme` | Required. Provider whose catalog it is. |
/// | `crate` | `crate = hooks::runtime` | Path of the runtime if it is renamed or re-exported. Default: `::webhook_runtime`. |
///
/// | option of `#[event(…)]` | example | meaning |
/// | --- | --- | --- |
/// | name | `#[event("parcel.sent")]` | Exact name of the event. |
/// | `unknown` | `#[event(unknown)]` | Variant for unlisted events. |
/// | `within` | `within = "/object"` | Location of the payload below the profile's, as a JSON pointer. Default: the profile's location itself. |
/// | `deprecated` | `#[event("parcel.lost", deprecated)]` | The compiler warns where a handler names the event, or where a router lists a handler of it without a payload. |
/// | `subtypes` | see below | Sub-types, distinguished by a value in the payload. |
///
/// | option of `subtypes(…)` | example | meaning |
/// | --- | --- | --- |
/// | `key` | `key = "action"` | Required. Name of the option by which `#[on(…)]` selects a sub-type. |
/// | `at` | `at = "/action"` | Required. Location of the value in the payload, as a JSON pointer. |
/// | value | `"opened" = IssueOpened` | At least one. Value of a sub-type, and its payload type. |
/// | `within` | `within = "/issue"` | Location of the sub-types' payloads in the payload. Default: the whole payload. |
///
/// ```
/// use serde::Deserialize;
/// use webhook_runtime::{Event, EventCatalog, Profile, Provider, UnknownEvent, on};
///
/// struct Acme;
///
/// impl Provider for Acme {
///     type Catalog = AcmeEvent;
///     const PROFILE: Profile = Profile::standard_webhooks("acme");
/// }
///
/// #[derive(EventCatalog)]
/// #[catalog(provider = Acme)]
/// enum AcmeEvent {
///     #[event("issues", subtypes(key = "action", at = "/action", "opened" = IssueOpened))]
///     Issues(Issue),
///     #[event(unknown)]
///     Unknown(UnknownEvent),
/// }
///
/// #[derive(Deserialize)]
/// struct Issue {
///     action: String,
/// }
///
/// #[derive(Deserialize)]
/// struct IssueOpened {
///     title: String,
/// }
///
/// #[on("issues", action = "opened")]
/// async fn opened(event: Event<IssueOpened>) {
///     println!("opened: {}", event.data.title);
/// }
/// # fn main() {}
/// ```
#[proc_macro_derive(EventCatalog, attributes(catalog, event))]
pub fn event_catalog(item: TokenStream) -> TokenStream {
    entry::catalog(item.into()).into()
}

/// Makes a struct or an enum a view: a payload type of your own, with only the fields that a handler needs.
///
/// ```
/// use serde::Deserialize;
/// use webhook_runtime::anthropic::Anthropic;
/// use webhook_runtime::{Event, Payload, on};
///
/// #[derive(Deserialize, Payload)]
/// #[payload(provider = Anthropic, events("session.*"))]
/// struct SessionId {
///     id: String,
/// }
///
/// #[on("session.*")]
/// async fn session(event: Event<SessionId>) {
///     println!("{}: {}", event.event_type, event.data.id);
/// }
/// ```
///
/// # Options
///
/// | option | example | meaning |
/// | --- | --- | --- |
/// | `provider` | `provider = Anthropic` | Required. Provider of the events. |
/// | `events` | `events("session.*", "vault.created")` | Required. Events that have the view's fields: exact names, families or `*`. A handler of other events does not compile. |
/// | `unlisted` | `events("brand.new"), unlisted` | The catalog does not list the events, which are exact names. |
/// | `within` | `within = "/object"` | Location of the view in the payload, as a JSON pointer. Default: the whole payload. |
/// | `crate` | `crate = hooks::runtime` | Path of the runtime if it is renamed or re-exported. Default: `::webhook_runtime`. |
///
/// # Borrowing
///
/// A view with one lifetime borrows from the body, also in an `async` handler: `&'a str` for ids and names, which are
/// never written with escapes, and `#[serde(borrow)] Cow<'a, str>` for other text. An escape in a `&'a str` is a decode
/// error, which the endpoint answers with 500.
///
/// ```
/// use std::borrow::Cow;
///
/// use serde::Deserialize;
/// use webhook_runtime::wacht::Wacht;
/// use webhook_runtime::{Event, Payload, on};
///
/// #[derive(Deserialize, Payload)]
/// #[payload(provider = Wacht, events("user.created"))]
/// struct Name<'a> {
///     id: &'a str,
///     #[serde(borrow)]
///     first_name: Cow<'a, str>,
/// }
///
/// #[on("user.created")]
/// async fn created(event: Event<Name<'_>>) {
///     println!("{} is {}", event.data.id, event.data.first_name);
/// }
/// ```
#[proc_macro_derive(Payload, attributes(payload))]
pub fn payload(item: TokenStream) -> TokenStream {
    entry::view(item.into()).into()
}
