//! Effects: writes of a handler in the transaction that completes its row.
//!
//! The transaction commits the handler's writes together with the row's state `done`, so they take effect exactly once.
//! Everything else that a handler does happens at least once.

use std::any::Any;

/// Writes of a handler in the transaction that completes its row.
///
/// Inboxes with transactions for handlers implement it. An inbox creates the effects of each attempt in
/// [`Inbox::effects`](crate::inbox::Inbox::effects), a handler's argument borrows them from the
/// [`Delivery`](crate::Delivery), and [`Inbox::complete`](crate::inbox::Inbox::complete) receives them to commit or to
/// roll back. `SqliteEffects` and `PostgresEffects` are the effects of the built-in inboxes.
///
/// The argument is a [`FromDelivery`](crate::FromDelivery) type that names the same [`kind`](Self::kind):
///
/// ```
/// use std::sync::Mutex;
/// use webhook_runtime::catalog::AnyCatalog;
/// use webhook_runtime::inbox::{Effects, MissingEffects};
/// use webhook_runtime::{BoxError, Delivery, FromDelivery};
///
/// /// Statements to run in the transaction that completes the delivery.
/// #[derive(Default)]
/// struct Statements(Mutex<Vec<String>>);
///
/// impl Effects for Statements {
///     fn is_empty(&self) -> bool {
///         self.0.lock().is_ok_and(|statements| statements.is_empty())
///     }
///
///     fn kind(&self) -> &'static str {
///         "MyTransaction"
///     }
/// }
///
/// /// Argument of a handler: `tx: MyTransaction<'_>`.
/// struct MyTransaction<'d>(&'d Statements);
///
/// impl<'d> FromDelivery<'d> for MyTransaction<'d> {
///     type Catalog = AnyCatalog;
///     const REQUIRES: Option<&'static str> = Some("MyTransaction");
///
///     fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
///         let statements = delivery.effects_as().ok_or(MissingEffects::new("MyTransaction"))?;
///         Ok(Self(statements))
///     }
/// }
/// ```
pub trait Effects: Any + Send + Sync {
    /// Returns whether the handler wrote nothing. The inbox then completes the row without a transaction.
    fn is_empty(&self) -> bool;

    /// Returns the type name of the argument that borrows these effects, such as `SqliteTransaction`.
    ///
    /// Equal to [`FromDelivery::REQUIRES`](crate::FromDelivery::REQUIRES) of that argument, so that an endpoint can
    /// reject a handler whose argument its inbox does not provide.
    fn kind(&self) -> &'static str;
}

/// Error of a handler's argument that borrows [`Effects`] which the endpoint's inbox does not provide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no `{kind}` for this handler: the endpoint has no inbox that provides it; add that inbox with `.inbox(…)`"
)]
pub struct MissingEffects {
    kind: &'static str,
}

impl MissingEffects {
    /// Creates the error for an argument that requires effects of this [`kind`](Effects::kind).
    #[must_use]
    pub const fn new(kind: &'static str) -> Self {
        Self { kind }
    }

    /// Returns the missing [`kind`](Effects::kind) of effects.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }
}
