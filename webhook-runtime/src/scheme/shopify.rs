//! Signature scheme of Shopify.

use super::{Algorithm, Encoding, FieldLocation, Scheme};

impl Scheme {
    /// Shopify: `X-Shopify-Hmac-SHA256: <base64>`, HMAC-SHA256 over the body.
    ///
    /// The secret is the text of the app's client secret. The delivery id is in `X-Shopify-Webhook-Id`: the same on
    /// redeliveries, another one for each subscription. `X-Shopify-Event-Id` is the same for all subscriptions of one
    /// event; read it from [`Headers`](crate::Headers). The event type (topic) is in `X-Shopify-Topic`, for example
    /// `orders/create`. Pattern families are separated by dots, so a handler needs the complete topic.
    ///
    /// # Limits
    /// - The topic and the shop (`X-Shopify-Shop-Domain`) are **not signed**, and one secret signs for all shops with
    ///   the app. Anybody who has seen one delivery can send its body as another topic or for another shop.
    /// - The delivery id is **not signed**, and may be missing.
    /// - **No timestamp** is signed, so an old delivery can be replayed forever.
    ///
    /// Source: <https://shopify.dev/docs/apps/build/webhooks/subscribe/https>
    pub const SHOPIFY: Self = Self::new("x-shopify-hmac-sha256", Algorithm::HmacSha256)
        .encoding(Encoding::Base64)
        .id(FieldLocation::Header("x-shopify-webhook-id"))
        .event_type(FieldLocation::Header("x-shopify-topic"));
}
