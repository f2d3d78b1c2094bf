//! Ids of deliveries and events.

use std::fmt;

use crate::text::ShortText;

/// Sender's id of a delivery (`webhook-id`). It is the same on every redelivery, so it serves as an idempotency key.
///
/// Empty if the provider's scheme has no id. Where the scheme does not sign the id (GitHub, Shopify), anybody who has
/// seen a delivery can send it again under another id.
///
/// ```
/// use webhook_runtime::DeliveryId;
///
/// let id = DeliveryId::new("msg_2u4Kq");
/// assert_eq!(id.as_str(), "msg_2u4Kq");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeliveryId(pub(crate) ShortText);

impl DeliveryId {
    /// Id of a delivery whose scheme has no id.
    pub(crate) const NONE: Self = Self(ShortText::EMPTY);

    /// Creates an id from its text.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(ShortText::new(id))
    }

    /// Returns the id as the sender spelled it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<&str> for DeliveryId {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeliveryId").field(&self.0).finish()
    }
}

/// Handler argument: the event's id from the body, for example OpenAI's `evt_…`.
///
/// Falls back to the id of the delivery if the body has none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventId(pub(crate) DeliveryId);

impl EventId {
    /// Creates an id from its text.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(DeliveryId::new(id))
    }

    /// Returns the text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
