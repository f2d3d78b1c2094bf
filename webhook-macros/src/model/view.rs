//! Model of a struct or an enum with `#[derive(Payload)]`.

use syn::{DeriveInput, Path};

use crate::attr::Payload;

/// Valid view.
pub(crate) struct View<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) provider: Path,
    pub(crate) payload: Payload,
}
