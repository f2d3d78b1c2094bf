//! Events that nobody handles: which have been told of, and the handler to paste for each.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::catalog::CatalogInfo;

/// How many names that the catalog does not have are remembered: they are the sender's choice.
const MAX_UNKNOWN: usize = 1000;

/// Which events have been told of.
pub(crate) struct Unhandled {
    known: Box<[AtomicBool]>,
    unknown: Mutex<HashSet<Box<str>>>,
}

impl Unhandled {
    pub(crate) fn new(events: usize) -> Self {
        Self {
            known: (0..events).map(|_| AtomicBool::new(false)).collect(),
            unknown: Mutex::default(),
        }
    }

    /// A handler to paste into the program, if the delivery is the first of its type.
    pub(crate) fn first(
        &self,
        catalog: &CatalogInfo,
        index: Option<usize>,
        event_type: &str,
    ) -> Option<String> {
        let is_first = match index.and_then(|index| self.known.get(index)) {
            // The load keeps the line shared between cores once it is set.
            Some(told) => !told.load(Ordering::Relaxed) && !told.swap(true, Ordering::Relaxed),
            None => self.is_new(event_type),
        };
        is_first.then(|| paste(catalog, index, event_type))
    }

    fn is_new(&self, event_type: &str) -> bool {
        // A panic elsewhere cannot leave a set half changed.
        let mut unknown = self
            .unknown
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        !unknown.contains(event_type)
            && unknown.len() < MAX_UNKNOWN
            && unknown.insert(event_type.into())
    }
}

/// A handler to paste into the program.
fn paste(catalog: &CatalogInfo, index: Option<usize>, event_type: &str) -> String {
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
    fn the_handler_to_paste_names_the_payload() {
        let text = paste(&CATALOG, Some(0), "parcel.sent");
        assert!(
            text.starts_with(
                "#[on(\"parcel.sent\")]\nasync fn parcel_sent(event: Event<ParcelSent>)"
            )
        );
        let text = paste(&CATALOG, None, "2 \"x\"");
        assert!(
            text.starts_with("#[on(\"2 \\\"x\\\"\", unlisted)]\nasync fn on_2__x_("),
            "{text}"
        );
    }

    #[test]
    fn each_type_is_new_once_and_memory_is_bounded() {
        let unhandled = Unhandled::new(1);
        assert!(unhandled.is_new("a"));
        assert!(!unhandled.is_new("a"));
        for i in 0..2 * MAX_UNKNOWN {
            let _ = unhandled.first(&CATALOG, None, &i.to_string());
        }
        assert_eq!(unhandled.unknown.lock().unwrap().len(), MAX_UNKNOWN);
    }
}
