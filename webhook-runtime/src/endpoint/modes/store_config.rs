//! The configuration that the modes share: names, keys and times for calls of a store, an inbox or a queue.

use std::borrow::Cow;
use std::time::Duration;

use super::KeyNamespace;
use crate::endpoint::delivery::RoutedDelivery;
use crate::inbox::StoredDelivery;
use crate::profile::Profile;

/// Settings of an endpoint for its store, inbox or queue.
pub(in crate::endpoint) struct StoreConfig {
    pub(in crate::endpoint) profile: &'static Profile,
    /// The endpoint's name.
    pub(in crate::endpoint) name: String,
    pub(in crate::endpoint) keys: KeyNamespace,
    pub(in crate::endpoint) lease: Duration,
    /// Timeout of one call.
    pub(in crate::endpoint) timeout: Option<Duration>,
    /// Time for which a completed delivery is remembered.
    pub(in crate::endpoint) retention: Duration,
}

impl StoreConfig {
    pub(in crate::endpoint) const fn provider(&self) -> &'static str {
        self.profile.name
    }

    /// Copies a delivery into the form that is stored. Headers with credentials or signatures are left out, because a
    /// stored delivery is not verified again.
    pub(super) fn to_stored(&self, routed: &RoutedDelivery<'_>) -> StoredDelivery {
        let delivery = &routed.delivery;
        let verified = &delivery.verified;
        let headers = delivery
            .headers
            .iter()
            .filter(|(name, _)| !self.profile.is_credential(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        StoredDelivery {
            key: self.keys.key(delivery.tenant, verified),
            endpoint: self.name.clone(),
            provider: self.provider().to_owned(),
            tenant: delivery.tenant.clone(),
            delivery_id: verified.id_str().to_owned(),
            event_type: delivery.peeked.event_type.as_ref().to_owned(),
            timestamp: verified.timestamp(),
            is_timestamp_signed: verified.signed_at().is_some(),
            headers,
            body: delivery.body.clone(),
            ordering_key: routed
                .handler
                .ordering_key(verified.body())
                .map(Cow::into_owned),
        }
    }
}
