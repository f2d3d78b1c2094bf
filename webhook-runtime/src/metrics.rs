//! Counters, durations and a gauge, through the facade of the crate `metrics`.
//!
//! Their names and labels are part of the public contract and stand in [`observability`](crate::observability). All
//! labels come from lists that the program brings: the provider, its catalog, the names of endings.

use std::sync::OnceLock;
use std::time::Instant;

use metrics::{
    Gauge, Key, Label, Level, Metadata, Unit, describe_counter, describe_gauge, describe_histogram,
    with_recorder,
};

use crate::catalog::CatalogInfo;
use crate::endpoint::{DeliveryOutcome, Facts};

const DELIVERIES: &str = "webhook_deliveries_total";
const HANDLER_DURATION: &str = "webhook_handler_duration_seconds";
const HANDLERS_IN_FLIGHT: &str = "webhook_handlers_in_flight";

static METADATA: Metadata<'static> = Metadata::new("webhook", Level::INFO, Some(module_path!()));

/// The label of an event that the catalog does not list: the sender may write any name.
const UNLISTED: &str = "unlisted";
/// The label where the event is not known: refused before it was looked for, or undecodable.
const NONE: &str = "none";

/// The metrics of an endpoint. The recorder is asked for each time, since a program may install it late; the keys that
/// it is asked with are kept, so that it costs no allocation.
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
            "Deliveries by what their sender was told."
        );
        describe_histogram!(
            HANDLER_DURATION,
            Unit::Seconds,
            "How long handlers took, by what they came to."
        );
        describe_gauge!(HANDLERS_IN_FLIGHT, Unit::Count, "Handlers at work.");
        let events = catalog.events().len();
        Self {
            catalog,
            provider,
            deliveries: Keys::new(DELIVERIES, events),
            durations: Keys::new(HANDLER_DURATION, events),
            in_flight: Key::from_parts(HANDLERS_IN_FLIGHT, vec![Label::new("provider", provider)]),
        }
    }

    /// A delivery has ended. Without facts: before it was known to be authentic.
    pub(crate) fn delivery(&self, facts: Option<&Facts<'_>>, ending: &DeliveryOutcome) {
        if let Some(key) = self.key(&self.deliveries, facts, ending) {
            with_recorder(|recorder| recorder.register_counter(key, &METADATA)).increment(1);
        }
    }

    /// A handler begins.
    pub(crate) fn begin(&self) -> Work {
        let in_flight =
            with_recorder(|recorder| recorder.register_gauge(&self.in_flight, &METADATA));
        in_flight.increment(1.0);
        Work {
            started: Instant::now(),
            in_flight,
        }
    }

    /// A handler has ended.
    pub(crate) fn handled(&self, work: &Work, facts: &Facts<'_>, ending: &DeliveryOutcome) {
        if let Some(key) = self.key(&self.durations, Some(facts), ending) {
            let took = work.started.elapsed();
            with_recorder(|recorder| recorder.register_histogram(key, &METADATA)).record(took);
        }
    }

    /// None only if an ending had no name.
    fn key<'k>(
        &self,
        keys: &'k Keys,
        facts: Option<&Facts<'_>>,
        ending: &DeliveryOutcome,
    ) -> Option<&'k Key> {
        let events = self.catalog.events();
        let listed = facts.and_then(|facts| facts.index);
        let (row, label) = match listed.and_then(|at| Some((at, events.get(at)?))) {
            Some((at, event)) => (at, event.name()),
            None if facts.is_some_and(|facts| facts.event_type.is_some()) => {
                (events.len(), UNLISTED)
            }
            None => (events.len() + 1, NONE),
        };
        let place = row * DeliveryOutcome::NAMES.len() + ending.index();
        let key = keys.places.get(place)?.get_or_init(|| {
            let labels = vec![
                Label::new("provider", self.provider),
                Label::new("event_type", label),
                Label::new("outcome", ending.as_str()),
            ];
            // Recorders keep keys; this form is shared with them.
            Box::new(Key::from_parts(keys.name, labels).to_retained())
        });
        Some(key)
    }
}

/// The keys of a metric, for each event and ending. Each is made when it is first needed, and most never are.
struct Keys {
    name: &'static str,
    places: Box<[OnceLock<Box<Key>>]>,
}

impl Keys {
    fn new(name: &'static str, events: usize) -> Self {
        let places = (events + 2) * DeliveryOutcome::NAMES.len();
        Self {
            name,
            places: (0..places).map(|_| OnceLock::new()).collect(),
        }
    }
}

/// A handler at work. Takes itself off the gauge that it was put on, wherever it ends.
pub(crate) struct Work {
    started: Instant,
    in_flight: Gauge,
}

impl Drop for Work {
    fn drop(&mut self) {
        self.in_flight.decrement(1.0);
    }
}
