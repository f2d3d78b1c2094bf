//! Metrics: a counter, a histogram and a gauge, through the facade of the crate `metrics`.
//!
//! - **Names and labels** are part of the public contract, which [`observability`](super::observability) lists.
//! - **The number of series is bounded**: a label is the provider, an event of its catalog, or an outcome. No label
//!   contains a value of the sender.
//! - **Keys are kept, not handles**: a handle belongs to the recorder that was installed when it was made, but programs
//!   may install recorders later, and tests install one for each thread.

use std::sync::OnceLock;
use std::time::Instant;

use metrics::{
    Gauge, Key, Label, Level, Metadata, Unit, describe_counter, describe_gauge, describe_histogram,
    with_recorder,
};

use super::{DeliveryOutcome, Facts};
use crate::catalog::CatalogInfo;

const DELIVERIES: &str = "webhook_deliveries_total";
const HANDLER_DURATION: &str = "webhook_handler_duration_seconds";
const HANDLERS_IN_FLIGHT: &str = "webhook_handlers_in_flight";

static METADATA: Metadata<'static> = Metadata::new("webhook", Level::INFO, Some(module_path!()));

/// Label of an event that the catalog does not list: the sender may send any name.
const UNLISTED: &str = "unlisted";
/// Label of a request whose event is not known: rejected, or undecodable.
const NONE: &str = "none";

/// Metrics of an endpoint.
///
/// Keys are kept, so that a value costs no allocation. The recorder is looked up for each value.
pub(crate) struct Metrics {
    catalog: &'static CatalogInfo,
    provider: &'static str,
    deliveries: Keys,
    durations: Keys,
    in_flight: Key,
}

impl Metrics {
    pub(crate) fn new(provider: &'static str, catalog: &'static CatalogInfo) -> Self {
        describe_counter!(
            DELIVERIES,
            Unit::Count,
            "Number of deliveries and rejected requests, by outcome."
        );
        describe_histogram!(
            HANDLER_DURATION,
            Unit::Seconds,
            "Duration of handlers, by outcome."
        );
        describe_gauge!(
            HANDLERS_IN_FLIGHT,
            Unit::Count,
            "Number of running handlers."
        );
        let events = catalog.events().len();
        Self {
            catalog,
            provider,
            deliveries: Keys::new(DELIVERIES, events),
            durations: Keys::new(HANDLER_DURATION, events),
            in_flight: Key::from_parts(HANDLERS_IN_FLIGHT, vec![Label::new("provider", provider)]),
        }
    }

    /// Counts a delivery; without facts, a request whose signature was not verified.
    pub(crate) fn record_delivery(&self, facts: Option<&Facts<'_>>, outcome: &DeliveryOutcome) {
        if let Some(key) = self.key(&self.deliveries, facts, outcome) {
            with_recorder(|recorder| recorder.register_counter(key, &METADATA)).increment(1);
        }
    }

    pub(crate) fn handler_started(&self) -> RunningHandler {
        let in_flight =
            with_recorder(|recorder| recorder.register_gauge(&self.in_flight, &METADATA));
        in_flight.increment(1.0);
        RunningHandler {
            started: Instant::now(),
            in_flight,
        }
    }

    pub(crate) fn handler_finished(
        &self,
        handler: &RunningHandler,
        facts: &Facts<'_>,
        outcome: &DeliveryOutcome,
    ) {
        if let Some(key) = self.key(&self.durations, Some(facts), outcome) {
            let elapsed = handler.started.elapsed();
            with_recorder(|recorder| recorder.register_histogram(key, &METADATA)).record(elapsed);
        }
    }

    /// Returns the key for an event and an outcome. Every outcome has a row in the table, so there always is one.
    fn key<'k>(
        &self,
        keys: &'k Keys,
        facts: Option<&Facts<'_>>,
        outcome: &DeliveryOutcome,
    ) -> Option<&'k Key> {
        let events = self.catalog.events();
        let listed = facts.and_then(|facts| facts.index);
        let (row, label) = match listed.and_then(|index| Some((index, events.get(index)?))) {
            Some((index, event)) => (index, event.name()),
            None if facts.is_some_and(|facts| facts.event_type.is_some()) => {
                (events.len(), UNLISTED)
            }
            None => (events.len() + 1, NONE),
        };
        let info = outcome.info();
        let cell = row * DeliveryOutcome::NAMES.len() + info.index;
        let key = keys.cells.get(cell)?.get_or_init(|| {
            let labels = vec![
                Label::new("provider", self.provider),
                Label::new("event_type", label),
                Label::new("outcome", info.name),
            ];
            // Recorders keep keys; the retained form is shared with them.
            Box::new(Key::from_parts(keys.name, labels).to_retained())
        });
        Some(key)
    }
}

/// Keys of a metric, for each event and outcome. A key is made on first use, because most are never needed.
struct Keys {
    name: &'static str,
    cells: Box<[OnceLock<Box<Key>>]>,
}

impl Keys {
    fn new(name: &'static str, events: usize) -> Self {
        let cells = (events + 2) * DeliveryOutcome::NAMES.len();
        Self {
            name,
            cells: (0..cells).map(|_| OnceLock::new()).collect(),
        }
    }
}

/// A running handler. Decrements the gauge on drop, so that a cancelled handler is not counted for ever.
pub(crate) struct RunningHandler {
    started: Instant,
    in_flight: Gauge,
}

impl Drop for RunningHandler {
    fn drop(&mut self) {
        self.in_flight.decrement(1.0);
    }
}
