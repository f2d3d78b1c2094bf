//! The facts of an authentic delivery that log lines, metrics and health report.

use crate::delivery::Timestamp;
use crate::handler::{Delivery, Origin};
use crate::tenant::Tenant;
use crate::verify::Verified;

/// Maximum length of a reported event type, in bytes. The sender may send a name of any length.
const MAX_EVENT_TYPE: usize = 128;

/// Facts of an authentic delivery.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'d> {
    pub(crate) received_at: Timestamp,
    pub(crate) origin: Origin,
    pub(crate) tenant: &'d Tenant,
    pub(crate) delivery_id: &'d str,
    /// Event type, at most [`MAX_EVENT_TYPE`] bytes of it. `None` if the delivery contains no valid one.
    pub(crate) event_type: Option<&'d str>,
    /// Index of the event in the catalog. `None` if the catalog does not list it.
    pub(crate) index: Option<usize>,
    /// Name of the handler, once it is known.
    pub(crate) handler: Option<&'static str>,
}

impl<'d> Facts<'d> {
    /// Returns the facts of a delivery whose event type is not known.
    pub(crate) const fn new(
        received_at: Timestamp,
        origin: Origin,
        tenant: &'d Tenant,
        verified: &Verified<'d>,
    ) -> Self {
        Self {
            received_at,
            origin,
            tenant,
            delivery_id: verified.id_str(),
            event_type: None,
            index: None,
            handler: None,
        }
    }

    /// Returns the facts of a delivery whose event type is known.
    pub(crate) fn of(
        received_at: Timestamp,
        delivery: &'d Delivery<'_>,
        index: Option<usize>,
    ) -> Self {
        let Delivery {
            origin,
            tenant,
            verified,
            ..
        } = delivery;
        Self {
            event_type: Some(shorten(&delivery.peeked.event_type)),
            index,
            ..Self::new(received_at, *origin, tenant, verified)
        }
    }

    /// Returns the same facts with the name of the handler.
    pub(crate) const fn with_handler(mut self, handler: &'static str) -> Self {
        self.handler = Some(handler);
        self
    }
}

/// Returns the longest prefix of an event type that has at most [`MAX_EVENT_TYPE`] bytes and splits no character.
fn shorten(event_type: &str) -> &str {
    if event_type.len() <= MAX_EVENT_TYPE {
        return event_type;
    }
    let end = (0..=MAX_EVENT_TYPE)
        .rev()
        .find(|end| event_type.is_char_boundary(*end));
    event_type
        .get(..end.unwrap_or_default())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_event_type_is_cut_between_characters() {
        assert_eq!(shorten("parcel.sent"), "parcel.sent");
        assert_eq!(shorten(&"x".repeat(500)), "x".repeat(MAX_EVENT_TYPE));
        assert_eq!(
            shorten(&"\u{20ac}".repeat(500)),
            "\u{20ac}".repeat(MAX_EVENT_TYPE / 3)
        );
    }
}
