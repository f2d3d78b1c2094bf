use super::{Algorithm, Encoding, FieldLocation, Scheme};

impl Scheme {
    /// Shopify: `X-Shopify-Hmac-SHA256: <base64>`, HMAC-SHA256 over the body.
    ///
    /// The secret is the text of the app's client secret. The delivery id stands in `X-Shopify-Webhook-Id`, the same
    /// on retries and another for each subscription; `X-Shopify-Event-Id` is the same for all subscriptions to which
    /// one event goes, see [`Headers`](crate::Headers). The event type (topic) stands in `X-Shopify-Topic`:
    /// `orders/create`. Families of patterns go by dots, so a topic is handled by its whole name.
    ///
    /// # What it does not protect
    /// - The topic is **not signed**, nor is the shop (`X-Shopify-Shop-Domain`). One secret signs for all shops that
    ///   have the app: who has seen one delivery can send its body again as another topic, or as another shop's.
    /// - The delivery id is **not signed**, and may be missing.
    /// - There is **no timestamp** that is signed: an old delivery verifies for ever.
    ///
    /// Source: <https://shopify.dev/docs/apps/build/webhooks/subscribe/https>
    pub const SHOPIFY: Self = Self::new("x-shopify-hmac-sha256", Algorithm::HmacSha256)
        .encoding(Encoding::Base64)
        .id(FieldLocation::Header("x-shopify-webhook-id"))
        .event_type(FieldLocation::Header("x-shopify-topic"));
}
