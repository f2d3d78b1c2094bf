//! The view that `#[derive(Payload)]` makes of a struct or an enum.

use syn::{DeriveInput, Path};

use crate::attr::Payload;

/// A valid view.
pub(crate) struct View<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) provider: Path,
    pub(crate) payload: Payload,
}
