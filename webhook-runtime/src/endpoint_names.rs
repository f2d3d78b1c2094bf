//! Names of the live endpoints that use one handle of a store or an inbox.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Names of the live endpoints that use one handle of a store or an inbox. Clones of the handle share them.
///
/// An endpoint reserves its name when it is built and frees it when its last clone is dropped. `build` fails if the
/// name is reserved: two endpoints of one name would mistake each other's deliveries for duplicates, or handle each
/// other's rows.
///
/// Two handles that were opened on one database do not share their names.
///
/// ```
/// use webhook_runtime::store::EndpointNames;
///
/// /// A store of your own. Return `Some(&self.endpoint_names)` from `Store::endpoint_names`.
/// # #[allow(dead_code)]
/// #[derive(Clone, Default)]
/// struct TableStore {
///     endpoint_names: EndpointNames,
/// }
/// # let _ = TableStore::default();
/// ```
#[derive(Clone, Debug, Default)]
pub struct EndpointNames(Arc<Mutex<HashSet<Box<str>>>>);

/// Reserved name. Dropping it frees the name.
#[derive(Debug)]
pub(crate) struct ReservedName {
    names: EndpointNames,
    name: Box<str>,
}

impl EndpointNames {
    /// Reserves a name; `None` if it is reserved already.
    pub(crate) fn reserve(&self, name: &str) -> Option<ReservedName> {
        self.lock().insert(name.into()).then(|| ReservedName {
            names: self.clone(),
            name: name.into(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<Box<str>>> {
        // No code panics while it has the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ReservedName {
    fn drop(&mut self) {
        self.names.lock().remove(&self.name);
    }
}
