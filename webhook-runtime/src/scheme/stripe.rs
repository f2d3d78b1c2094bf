use super::{Algorithm, FieldLocation, Scheme, SignedPart, TimestampUnit};

impl Scheme {
    /// Stripe: `Stripe-Signature: t=<seconds>,v1=<hex>`, HMAC-SHA256 over the time, a dot and the body.
    ///
    /// The secret is the whole text that the dashboard shows, `whsec_` included. While a secret is rolled there are
    /// several `v1` items, and one that matches is enough; `v0` and all other tags are skipped. The delivery id is the
    /// event's `/id`, the event type `/type`. The tolerance is 300 seconds.
    ///
    /// A profile usually adds where the payload and the time stand:
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
    /// # What it does not protect
    /// - Within the tolerance a delivery can be sent again; a retry of Stripe's has a new time and the same id.
    /// - One secret signs for one endpoint, not for one account: with Connect, the account stands in the body.
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
