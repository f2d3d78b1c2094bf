//! Events without a handler: the log prints a handler to paste, once for each event type.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::catalog::CatalogInfo;

/// Maximum number of unlisted names that are remembered, so that a sender cannot fill the memory with new ones.
const MAX_UNLISTED: usize = 1000;

/// Event types that were reported before.
pub(crate) struct Unhandled {
    listed: Box<[AtomicBool]>,
    unlisted: Mutex<HashSet<Box<str>>>,
}

impl Unhandled {
    pub(crate) fn new(events: usize) -> Self {
        Self {
            listed: (0..events).map(|_| AtomicBool::new(false)).collect(),
            unlisted: Mutex::default(),
        }
    }

    /// Returns a handler to paste into the program, if the event type was not reported before.
    pub(crate) fn suggestion(
        &self,
        catalog: &CatalogInfo,
        index: Option<usize>,
        event_type: &str,
    ) -> Option<String> {
        let is_first = match index.and_then(|index| self.listed.get(index)) {
            // The load keeps the cache line shared between cores once the flag is set.
            Some(reported) => {
                !reported.load(Ordering::Relaxed) && !reported.swap(true, Ordering::Relaxed)
            }
            None => self.insert_unlisted(event_type),
        };
        is_first.then(|| handler_source(catalog, index, event_type))
    }

    /// Remembers an event type. Returns false if it is not new, or if the limit is reached.
    fn insert_unlisted(&self, event_type: &str) -> bool {
        // A panic elsewhere cannot leave the set half changed.
        let mut unlisted = self.unlisted.lock().unwrap_or_else(PoisonError::into_inner);
        !unlisted.contains(event_type)
            && unlisted.len() < MAX_UNLISTED
            && unlisted.insert(event_type.into())
    }
}

/// Returns the source of a handler that compiles for any event type.
fn handler_source(catalog: &CatalogInfo, index: Option<usize>, event_type: &str) -> String {
    let name: String = event_type
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let name = if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("on_{name}")
    };
    match index.and_then(|index| catalog.events().get(index)) {
        Some(event) => format!(
            "#[on({event_type:?})]\nasync fn {name}(event: Event<{}>) -> Result<(), BoxError> {{\n    todo!()\n}}",
            event.payload()
        ),
        None => format!(
            "#[on({event_type:?}, unlisted)]\nasync fn {name}(event: Event<serde_json::Value>) -> Result<(), BoxError> {{\n    todo!()\n}}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::EventInfo;

    const EVENTS: &[EventInfo] = &[EventInfo::new("parcel.sent", "ParcelSent")];
    const CATALOG: CatalogInfo = CatalogInfo::new("acme", "AcmeEvent", EVENTS, &[]);

    #[test]
    fn suggested_handler_names_the_payload() {
        let text = handler_source(&CATALOG, Some(0), "parcel.sent");
        assert!(
            text.starts_with(
                "#[on(\"parcel.sent\")]\nasync fn parcel_sent(event: Event<ParcelSent>)"
            )
        );
        let text = handler_source(&CATALOG, None, "2 \"x\"");
        assert!(
            text.starts_with("#[on(\"2 \\\"x\\\"\", unlisted)]\nasync fn on_2__x_("),
            "{text}"
        );
    }

    #[test]
    fn each_event_type_is_new_once_and_memory_is_bounded() {
        let unhandled = Unhandled::new(1);
        assert!(unhandled.insert_unlisted("a"));
        assert!(!unhandled.insert_unlisted("a"));
        for i in 0..2 * MAX_UNLISTED {
            let _ = unhandled.suggestion(&CATALOG, None, &i.to_string());
        }
        assert_eq!(unhandled.unlisted.lock().unwrap().len(), MAX_UNLISTED);
    }
}
