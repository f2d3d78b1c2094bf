//! The attribute and the derives of [`webhook-runtime`](https://docs.rs/webhook-runtime), which re-exports them.
//! Depend on that crate, not on this one.
//!
//! Each macro goes the same way: tokens → words of its attribute (`attr`) → a model of what stands there
//! (`handler`, `router`, `catalog`, `view`) → rules (`valid`) → tokens (`expand`). What breaks a rule gets one error
//! at its own place, and a stand-in (`fallback`) so that nothing else complains for the same reason.
//!
//! No provider is known here: what an event is, and which payload it has, is checked by constants that the
//! generated code evaluates against the provider's catalog.

use proc_macro::TokenStream;

mod attr;
mod entry;
mod expand;
#[cfg(test)]
mod expansions;
mod fallback;
mod model;
mod valid;

/// Makes a function a webhook handler.
///
/// ```
/// use webhook_runtime::anthropic::SessionStatusIdled;
/// use webhook_runtime::{BoxError, DeliveryId, Event, on};
///
/// #[on("session.status_idled")]
/// async fn idled(event: Event<SessionStatusIdled>) -> Result<(), BoxError> {
///     println!("{} waits", event.data.id);
///     Ok(())
/// }
///
/// #[on("vault.*", "vault_credential.*")]
/// fn vaults(event: Event<serde_json::Value>, id: DeliveryId) {
///     println!("{id}: {}", event.event_type);
/// }
/// ```
///
/// The function stays what it is: a test calls it directly. It is a free function, `async` or not, without
/// generics.
///
/// - **Events**: one or more literals: an exact name, a family (`session.*`, by segments), or `*`. One handler runs
///   per delivery, the most specific one: an exact name with a sub-type, an exact name, the longest family, `*`.
/// - **Sub-types**: `#[on("agent.thread.message", message_type = "approval_request")]` takes one of the sub-types
///   that the catalog lists for the event; the handler without it takes the rest.
/// - **`unlisted`**: `#[on("brand.new", unlisted)]` takes an exact name that the provider's catalog does not list,
///   and stops to compile once it does; `#[on("session.*", unlisted)]` takes what of a family the catalog does not
///   list.
/// - **`retry(max = 5, backoff = "10s..6h")`**: how often a delivery of this handler is tried again after it has failed,
///   and the first and the longest of the pauses, which double in between. `max = 0` is for those that nobody would try
///   again; `backoff = "30s"` says the first pause alone. What is left out is for the endpoint to say, see `Retry`. A
///   pause is a whole number and its unit, `ms`, `s`, `m`, `h` or `d`, up to 30 days; `max` goes up to 1000.
/// - **`ordered_by = "/data/id"`**: deliveries that have the same value at this place of the body, a JSON pointer, are
///   handled one after another, in the order in which they arrived, while others go on. So are those of two handlers
///   that have it, if the values are the same. A value is a string, a number or a boolean; where there is none, the
///   delivery waits for no other. See `HandlerInfo::ordering_key`.
/// - **Arguments**, in any order and number: `Event<T>` with a payload type; `DeliveryId`, `EventId`, `EventType`,
///   `Timestamp`, `Tenant`, `Headers`, `RawBody` by value; `&T` for what the router lends: itself, and its fields marked
///   `#[webhook(state)]`.
/// - **Returns** `()`, `Result<(), E>` for any `E: Into<Box<dyn Error + Send + Sync>>`, `Outcome`, or
///   `Result<Outcome, E>`.
///
/// `retry` and `ordered_by` are for endpoints with an inbox, which answer first and handle later. All others answer after
/// the handler has run: there the words do nothing, and it is the provider that sends again.
///
/// ```
/// use webhook_runtime::openai::BatchFailed;
/// use webhook_runtime::{BoxError, Event, on};
///
/// #[on("batch.failed", retry(max = 5, backoff = "30s"), ordered_by = "/data/id")]
/// async fn failed(event: Event<BatchFailed>) -> Result<(), BoxError> {
///     println!("{} failed", event.data.id);
///     Ok(())
/// }
/// ```
///
/// `crate = path` names the runtime if it is renamed or re-exported.
#[proc_macro_attribute]
pub fn on(attribute: TokenStream, item: TokenStream) -> TokenStream {
    entry::handler(attribute.into(), item.into()).into()
}

/// Makes a struct a router: lists its handlers, and lends them itself and its state.
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
/// - `provider`: whose events; a type that implements `Provider`.
/// - `handlers`: paths of functions under `#[on(…)]`.
/// - `#[webhook(state)]` on a field: handlers can borrow it as `&Db`. Everything else they reach through `&App`.
/// - `exhaustive`, or `exhaustive("session.*")`: every event of the catalog, or of the family, has a handler, else
///   the router does not compile; `ignore("session.pending")` leaves one out on purpose.
/// - `crate = path` names the runtime if it is renamed or re-exported.
#[proc_macro_derive(WebhookRouter, attributes(webhook))]
pub fn webhook_router(item: TokenStream) -> TokenStream {
    entry::router(item.into()).into()
}

/// Makes an enum of payloads a provider's catalog.
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
/// pub struct ParcelSent {
///     pub parcel: String,
/// }
///
/// assert_eq!(AcmeEvent::index_of("parcel.sent"), Some(0));
/// ```
///
/// Every arm holds one payload type, which becomes the payload of its event; a type may stand in several arms. One
/// arm, `#[event(unknown)]`, holds an `UnknownEvent`: what the catalog does not list.
///
/// - `#[event("…", within = "/a/b")]`: the payload stands deeper than the profile says.
/// - `#[event("…", deprecated)]`: the compiler warns where a handler names the event, or where a router lists a handler
///   for it that takes no payload.
/// - `#[event("issues", subtypes(key = "action", at = "/action", "opened" = IssueOpened, …))]`: a key inside the
///   payload tells sub-types apart; each has a payload type, `within` a place of the payload if it says so.
#[proc_macro_derive(EventCatalog, attributes(catalog, event))]
pub fn event_catalog(item: TokenStream) -> TokenStream {
    entry::catalog(item.into()).into()
}

/// Makes a struct of your own the view of one or more events: only the fields that a handler needs.
///
/// ```
/// use serde::Deserialize;
/// use webhook_runtime::Payload;
/// use webhook_runtime::anthropic::Anthropic;
///
/// #[derive(Deserialize, Payload)]
/// #[payload(provider = Anthropic, events("session.*"))]
/// struct SessionId {
///     id: String,
/// }
/// ```
///
/// `within = "/a/b"` says that the view stands deeper than the payload; `unlisted` that the catalog does not list
/// the events.
///
/// A view may borrow from the body, also in an `async` handler: `&'a str` for ids and names that are never written with
/// escapes (one that is makes the delivery a 500), `#[serde(borrow)] Cow<'a, str>` for text that people write:
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
