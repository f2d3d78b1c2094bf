//! Handlers: what `#[on(…)]` makes of a function, and how its arguments come from a delivery.

use std::borrow::Cow;

use http::HeaderMap;

use crate::catalog::{Catalog, NoEvent};
use crate::delivery::{DeliveryId, Headers, RawBody, Timestamp};
use crate::envelope::scan;
use crate::event::{DecodeError, Event, EventId, EventType, Peeked};
use crate::inbox::Effects;
use crate::outcome::{BoxError, Outcome};
pub use crate::pattern::Pattern;
use crate::payload::{Carries, Decode};
use crate::retry::Retry;
use crate::tenant::Tenant;
use crate::verify::Verified;

mod argument;
mod returned;

pub use self::argument::{Argument, NoArgument};
pub(crate) use self::returned::Call;
pub use self::returned::{NoOutcome, Returned};

/// A verified delivery on its way to a handler; arguments are taken from it.
pub struct Delivery<'d> {
    pub(crate) verified: Verified<'d>,
    /// Whose secret has verified it; none for an endpoint without tenants.
    pub(crate) tenant: &'d Tenant,
    pub(crate) headers: &'d HeaderMap,
    pub(crate) body: &'d bytes::Bytes,
    pub(crate) peeked: Peeked<'d>,
    /// The event type as the catalog keeps it.
    pub(crate) known_type: Option<&'static str>,
    /// What the handler may write in the transaction of its inbox, if it has one.
    #[allow(dead_code, reason = "inboxes with transactions read it")]
    pub(crate) effects: Option<&'d dyn Effects>,
    pub(crate) origin: Origin,
}

/// Where a verified delivery comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A request, whose sender is to be told how it ends.
    Request,
    /// An inbox or a queue. Its sender has been told.
    Stored,
}

impl std::fmt::Debug for Delivery<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery")
            .field("verified", &self.verified)
            .field("tenant", &self.tenant.as_str())
            .field("event_type", &self.peeked.event_type)
            .finish_non_exhaustive()
    }
}

impl<'d> Delivery<'d> {
    /// Returns the effects of the inbox for this attempt. `None` unless the delivery comes from an inbox with transactions for
    /// handlers. An inbox's own argument type downcasts them in [`FromDelivery::from_delivery`].
    #[must_use]
    pub const fn effects(&self) -> Option<&'d dyn Effects> {
        self.effects
    }

    #[inline]
    fn event_type(&self) -> EventType {
        match self.known_type {
            Some(known) => EventType::known(known),
            None => EventType::unknown(&self.peeked.event_type),
        }
    }
}

/// What a handler can take by value: an [`Event`], or a fact of its delivery.
///
/// [`DeliveryId`], [`EventId`], [`EventType`], [`Timestamp`], [`Tenant`], [`Headers`] and [`RawBody`]. References are not
/// taken from the delivery but lent by the router, see [`HasState`].
#[diagnostic::on_unimplemented(
    message = "a webhook handler cannot take `{Self}`",
    label = "neither an event, nor a fact of the delivery",
    note = "take `Event<T>` with a payload type, `DeliveryId`, `EventId`, `EventType`, `Timestamp`, `Tenant`, `Headers` or `RawBody` by value; borrow everything else from the router as `&T`"
)]
pub trait FromDelivery<'d>: Sized {
    /// Whose events it can be taken from.
    type Catalog: Catalog;
    /// Which of them; none if all.
    const CARRIES: Option<Carries>;

    /// Takes it.
    ///
    /// # Errors
    /// If the body does not fit.
    fn from_delivery(received: &'d Delivery<'d>) -> Result<Self, DecodeError>;
}

impl<'d, T: Decode<'d>> FromDelivery<'d> for Event<T> {
    type Catalog = T::Catalog;
    const CARRIES: Option<Carries> = Some(T::CARRIES);

    fn from_delivery(received: &'d Delivery<'d>) -> Result<Self, DecodeError> {
        // Where they stay, and before the payload is read: see `ShortText::set`.
        let (mut id, mut created_at) = (DeliveryId::NONE, None);
        id.0.set(received.verified.id_str());
        let body = received.verified.body();
        match received.peeked.decode(body, &mut created_at) {
            Ok(data) => Ok(Self {
                id,
                event_type: received.event_type(),
                created_at,
                data,
            }),
            Err(error) => Err(*error),
        }
    }
}

/// The facts of a delivery that can always be taken.
macro_rules! facts {
    ($($ty:ty: |$received:ident| $value:expr;)*) => {$(
        impl<'d> FromDelivery<'d> for $ty {
            type Catalog = NoEvent;
            const CARRIES: Option<Carries> = None;

            fn from_delivery($received: &'d Delivery<'d>) -> Result<Self, DecodeError> {
                Ok($value)
            }
        }
    )*};
}

facts! {
    DeliveryId: |received| received.verified.id();
    EventId: |received| event_id(received);
    EventType: |received| received.event_type();
    Timestamp: |received| received.verified.timestamp();
    Tenant: |received| received.tenant.clone();
    Headers: |received| Headers(received.headers.clone());
    RawBody: |received| RawBody(received.body.clone());
}

fn event_id(received: &Delivery<'_>) -> EventId {
    let path = received.peeked.profile.event_id;
    let in_body = if path.is_empty() {
        None
    } else {
        crate::event::text_in_body(received.verified.body(), path)
    };
    match in_body {
        Some(id) => EventId(DeliveryId::new(&id)),
        None => EventId(received.verified.id()),
    }
}

/// What a router lends to its handlers: itself, and its fields marked `#[webhook(state)]`.
///
/// `#[derive(WebhookRouter)]` implements it.
#[diagnostic::on_unimplemented(
    message = "the router `{Self}` holds no `{T}` to lend to this handler",
    label = "takes a `&{T}` that `{Self}` does not lend",
    note = "a handler can borrow the router itself, and each of its fields that is marked `#[webhook(state)]`; facts of the delivery, such as `DeliveryId`, are taken by value"
)]
pub trait HasState<T: ?Sized> {
    /// Lends it.
    fn state(&self) -> &T;
}

/// Why a handler did not come to an outcome.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandlerError {
    /// The body does not fit an argument; the handler did not run.
    Decode(DecodeError),
    /// The handler returned an error.
    Returned(BoxError),
}

impl From<DecodeError> for HandlerError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

/// What came of calling a handler.
pub type Handled = Result<Outcome, HandlerError>;

/// A function under `#[on(…)]`: its static facts.
pub trait Handler {
    /// Its static facts.
    const INFO: HandlerInfo;
}

/// A function under `#[on(…)]`, called for a router of this type.
#[diagnostic::on_unimplemented(
    message = "a path in `handlers(…)` is not a webhook handler",
    label = "not a handler",
    note = "a router lists functions that have `#[on(\"…\")]` above them"
)]
pub trait Handle<R>: Handler {
    /// The checks that need the router's provider.
    const CHECKED: ();

    /// Takes the arguments and calls the function.
    ///
    /// # Errors
    /// If an argument cannot be taken; the function is not called then.
    fn handle<'d>(
        router: &'d R,
        received: &'d Delivery<'d>,
    ) -> Result<impl Future<Output = Handled> + Send + 'd, DecodeError>;
}

/// A place in the list of a router's handlers, as a type: which one stands there.
///
/// Each place is a type of its own, so that the compiler finds it without looking at the others.
pub trait Lists<R> {
    /// The handler.
    type Handler: Handle<R>;
}

/// The static facts of a handler.
#[derive(Clone, Copy, Debug)]
pub struct HandlerInfo {
    name: &'static str,
    patterns: &'static [Pattern],
    carries: Option<Carries>,
    location: SourceLocation,
    retry: Retry,
    ordered_by: Option<&'static [&'static str]>,
}

impl HandlerInfo {
    /// The facts that `#[on(…)]` writes.
    #[must_use]
    pub const fn new(
        name: &'static str,
        patterns: &'static [Pattern],
        carries: Option<Carries>,
        location: SourceLocation,
    ) -> Self {
        Self {
            name,
            patterns,
            carries,
            location,
            retry: Retry::new(),
            ordered_by: None,
        }
    }

    /// The same, with a policy of its own for retries.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The same, with an order among its deliveries.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_ordered_by(mut self, segments: &'static [&'static str]) -> Self {
        self.ordered_by = Some(segments);
        self
    }

    /// Stands beside an error in the handler itself.
    #[doc(hidden)]
    #[must_use]
    pub const fn stand_in(name: &'static str) -> Self {
        Self::new(name, &[], None, SourceLocation::new("", 0, ""))
    }

    pub(crate) const fn is_stand_in(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The name of the function.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The events that it takes.
    #[must_use]
    pub const fn patterns(&self) -> &'static [Pattern] {
        self.patterns
    }

    /// Which events its payload is for; none if it takes no payload.
    #[doc(hidden)]
    #[must_use]
    pub const fn carries(&self) -> Option<Carries> {
        self.carries
    }

    /// Where it stands.
    #[must_use]
    pub const fn location(&self) -> SourceLocation {
        self.location
    }

    /// What it says of retries, `retry(…)`; all that it leaves open is for the endpoint to say.
    #[must_use]
    pub const fn retry(&self) -> Retry {
        self.retry
    }

    /// The place in the body that its deliveries are kept in order by, `ordered_by = "/data/id"`: the segments of the
    /// JSON pointer, without escapes; none if they need no order.
    #[must_use]
    pub const fn ordered_by(&self) -> Option<&'static [&'static str]> {
        self.ordered_by
    }

    /// What stands in a body at the place of [`ordered_by`](Self::ordered_by): deliveries for which it is the same are
    /// handled one after another.
    ///
    /// A string, a number or a boolean, as text, so that `7` and `"7"` are the same; a number as it is spelled, so
    /// that `7` and `7.0` are not. None if the handler has no such place, or the body nothing there, `null`, an object
    /// or an array: the delivery waits for no other then. Of a repeated key the first counts.
    #[must_use]
    pub fn ordering_key<'b>(&self, body: &'b [u8]) -> Option<Cow<'b, str>> {
        scan::scalar_at(body, self.ordered_by?)
    }
}

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceLocation {
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The module path.
    pub module: &'static str,
}

impl SourceLocation {
    /// A place by its parts.
    #[must_use]
    pub const fn new(file: &'static str, line: u32, module: &'static str) -> Self {
        Self { file, line, module }
    }
}
