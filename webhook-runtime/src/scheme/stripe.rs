//! Signature scheme of Stripe.

use super::{Algorithm, FieldLocation, Scheme, SignedPart, TimestampUnit};

impl Scheme {
    /// Stripe: `Stripe-Signature: t=<seconds>,v1=<hex>`, HMAC-SHA256 over the time, a dot and the body.
    ///
    /// The secret is the complete text from the dashboard, including `whsec_`. While a secret is rolled, there are
    /// several `v1` items, and any of them may match; `v0` and all other tags are skipped. The delivery id is `/id`,
    /// the event type is `/type`. The tolerance is 300 seconds.
    ///
    /// A profile usually adds the paths of the payload and the time:
    ///
    /// ```
    /// use webhook_runtime::{Profile, Scheme};
    ///
    /// const STRIPE: Profile = Profile::new("stripe", Scheme::STRIPE)
    ///     .payload_path(&["data", "object"])
    ///     .created_at_path(&["created"]);
    /// # assert_eq!(STRIPE.name(), "stripe");
    /// ```
    ///
    /// # Limits
    /// - Within the tolerance, a delivery can be replayed. A redelivery by Stripe has a new time and the same id.
    /// - One secret signs for one endpoint, not for one account. With Connect, the account is in the body.
    ///
    /// Source: <https://docs.stripe.com/webhooks/signature>
    pub const STRIPE: Self = Self::new("stripe-signature", Algorithm::HmacSha256)
        .items(',')
        .tag("v1", '=')
        .timestamp(FieldLocation::Item("t"), TimestampUnit::Seconds)
        .signed(&[SignedPart::Time, SignedPart::Text("."), SignedPart::Body])
        .id(FieldLocation::Body(&["id"]))
        .event_type(FieldLocation::Body(&["type"]));
}
