//! [`FromDelivery`]: arguments that a handler takes by value.

use super::Delivery;
use crate::catalog::{AnyCatalog, Catalog};
use crate::delivery::{DeliveryId, EventId, EventType, Headers, RawBody, Timestamp};
use crate::event::Event;
use crate::outcome::BoxError;
use crate::payload::{Carries, Decode};
use crate::tenant::Tenant;

/// Argument that a handler takes by value.
///
/// The built-in arguments are [`Event`] and the facts of a delivery: [`DeliveryId`], [`EventId`], [`EventType`],
/// [`Timestamp`], [`Tenant`], [`Headers`] and [`RawBody`]; with an inbox also its transaction. Arguments `&T` are not
/// taken from the delivery but borrowed from the router, see [`HasState`](crate::HasState).
///
/// Implement it for an argument of your own: a tenant's database, a feature flag, a header in a type of its own.
///
/// ```
/// # #[cfg(all(feature = "openai", feature = "testing"))] {
/// use webhook_runtime::catalog::AnyCatalog;
/// use webhook_runtime::openai::{BatchCompleted, OpenAi};
/// use webhook_runtime::{BoxError, Delivery, Event, FromDelivery, WebhookRouter, on};
///
/// /// Whether the sender asks for the new billing.
/// struct NewBilling(bool);
///
/// impl<'d> FromDelivery<'d> for NewBilling {
///     type Catalog = AnyCatalog;
///
///     fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
///         match delivery.headers().get("x-billing").map(|value| value.as_bytes()) {
///             None | Some(b"old") => Ok(Self(false)),
///             Some(b"new") => Ok(Self(true)),
///             Some(_) => Err("header `x-billing` is neither `old` nor `new`".into()),
///         }
///     }
/// }
///
/// #[on("batch.completed")]
/// async fn bill(event: Event<BatchCompleted>, NewBilling(is_new): NewBilling) {
///     println!("bill {} with the new billing: {is_new}", event.data.id);
/// }
///
/// #[derive(WebhookRouter)]
/// #[webhook(provider = OpenAi, handlers(bill))]
/// struct App;
///
/// use webhook_runtime::testing::{Driver, Signer};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let driver = Driver::new(App);
/// let mut delivery = Signer::default().sign(r#"{"type":"batch.completed","data":{"id":"batch_1"}}"#);
/// delivery.headers.insert("x-billing", "new".parse().unwrap());
/// let report = driver.deliver_raw(&delivery.headers, delivery.body.clone()).await;
/// assert_eq!(report.status(), 200);
///
/// delivery.headers.insert("x-billing", "newest".parse().unwrap());
/// let report = driver.deliver_raw(&delivery.headers, delivery.body).await;
/// assert_eq!(report.status(), 500); // The sender redelivers it, and the log has the message.
/// # });
/// # }
/// ```
///
/// For a database per tenant, keep the pools in a `static`, or take a [`Tenant`] and borrow the pools from the router
/// as `&Pools`: an argument has no access to the router's state, and does no asynchronous work.
#[diagnostic::on_unimplemented(
    message = "a webhook handler cannot take `{Self}`",
    label = "neither an event nor a fact of the delivery",
    note = "take `Event<T>` with a payload type, `DeliveryId`, `EventId`, `EventType`, `Timestamp`, `Tenant`, `Headers` or `RawBody` by value; borrow state from the router as `&T`; for an argument of your own, implement `FromDelivery`"
)]
pub trait FromDelivery<'d>: Sized {
    /// Catalog of the events that the argument can be taken from: [`AnyCatalog`] for an argument without an event.
    type Catalog: Catalog;

    /// Events that the argument can be taken from. The compiler checks them against the handler's.
    ///
    /// Default: none, for an argument without an event. An argument that contains an [`Event<T>`](Event) sets
    /// `Some(T::CARRIES)`, and `T::Catalog` as [`Catalog`](Self::Catalog). A handler takes one such argument.
    const CARRIES: Option<Carries> = None;

    /// [Kind](crate::inbox::Effects::kind) of the effects that the argument borrows from the endpoint's inbox.
    ///
    /// Default: none, for an argument that needs no inbox.
    const REQUIRES: Option<&'static str> = None;

    /// Takes the argument from a delivery.
    ///
    /// # Errors
    /// If the argument cannot be taken, for any reason. The handler does not run then. A
    /// [`DecodeError`](crate::DecodeError), such as that of an [`Event`], makes the delivery
    /// [`Undecodable`](crate::DeliveryOutcome::Undecodable); every other error makes it
    /// [`Failed`](crate::DeliveryOutcome::Failed), as if the handler had returned it: its message is logged, the sender
    /// receives a 500 and redelivers, an inbox retries.
    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError>;
}

impl<'d, T: Decode<'d>> FromDelivery<'d> for Event<T> {
    type Catalog = T::Catalog;
    const CARRIES: Option<Carries> = Some(T::CARRIES);

    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
        delivery.decode(|error| -> BoxError { error })
    }
}

/// Implements [`FromDelivery`] for facts that every delivery has.
macro_rules! facts {
    ($($ty:ty: |$delivery:ident| $value:expr;)*) => {$(
        impl<'d> FromDelivery<'d> for $ty {
            type Catalog = AnyCatalog;

            fn from_delivery($delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
                Ok($value)
            }
        }
    )*};
}

facts! {
    DeliveryId: |delivery| delivery.id();
    EventId: |delivery| delivery.event_id();
    EventType: |delivery| delivery.event_type();
    Timestamp: |delivery| delivery.timestamp();
    Tenant: |delivery| delivery.tenant().clone();
    Headers: |delivery| Headers(delivery.headers().clone());
    RawBody: |delivery| RawBody(delivery.body().clone());
}
