//! Model of a struct with `#[derive(WebhookRouter)]`.

use syn::{Ident, Member, Path, Type};

use crate::attr::{Exhaustive, Runtime};

/// Valid router.
pub(crate) struct Router<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) provider: Path,
    pub(crate) handlers: Vec<Path>,
    /// Fields with `#[webhook(state)]`.
    pub(crate) state: Vec<(Member, &'a Type)>,
    pub(crate) exhaustive: Option<Exhaustive>,
    pub(crate) runtime: Runtime,
}
