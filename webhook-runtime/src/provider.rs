//! Providers: senders of webhooks. A provider has a [`Profile`] of facts and a catalog of events.
//!
//! Decision: where a provider nests the content of an event deeper than `data` (Cadenya, messages of Wacht), a payload
//! is the inner object, `Event<ToolResult>`. A type of the whole, `Event<WebhookData>` or `Event<AgentThreadMessage>`,
//! is for handlers that need the surroundings.

use crate::catalog::Catalog;
use crate::payload::Payload;
use crate::profile::Profile;

#[cfg(feature = "anthropic")]
pub mod anthropic;
#[cfg(feature = "cadenya")]
pub mod cadenya;
#[cfg(feature = "openai")]
pub mod openai;
#[cfg(feature = "wacht")]
pub mod wacht;

/// Sender of webhooks: a profile of facts and a catalog of events.
///
/// Use a shipped one, such as `webhook_runtime::anthropic::Anthropic`, or implement it for a sender of your own:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};
///
/// /// A parcel service.
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
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a provider of webhooks",
    label = "not a provider",
    note = "use a shipped one, such as `webhook_runtime::anthropic::Anthropic`, or write `impl Provider for {Self}` with a profile and a catalog"
)]
pub trait Provider: 'static {
    /// Events of the provider.
    type Catalog: Catalog + Payload;
    /// Facts of the provider.
    const PROFILE: Profile;
}
