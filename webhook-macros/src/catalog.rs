//! `#[derive(EventCatalog)]`: the enum under it, as a provider's catalog.

use proc_macro2::TokenStream;
use syn::{DeriveInput, Ident, LitStr, Path, Type};

use crate::attr::{self, Errors, Runtime, Subtypes};
use crate::{expand, fallback, valid};

/// A catalog that keeps the rules; its events sorted by name.
pub(crate) struct Catalog<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) provider: Path,
    pub(crate) events: Vec<Event<'a>>,
    pub(crate) unknown: &'a Ident,
    pub(crate) shipped: bool,
    pub(crate) runtime: Runtime,
}

/// An arm of the enum.
pub(crate) struct Event<'a> {
    pub(crate) arm: &'a Ident,
    pub(crate) name: LitStr,
    pub(crate) payload: &'a Type,
    pub(crate) within: Vec<String>,
    pub(crate) subtypes: Option<Subtypes>,
    pub(crate) deprecated: bool,
}

/// The derive.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let catalog = attr::Catalog::read(&input.attrs, &mut errors);
    let runtime = catalog.runtime.clone();
    let model = valid::catalog(&input, catalog, &mut errors);
    match (errors.into_result(), model) {
        (Ok(()), Some(model)) => expand::catalog(&model),
        (Err(error), _) => fallback::catalog(&error, &input, &runtime),
        // A model is missing only with an error.
        (Ok(()), None) => TokenStream::new(),
    }
}
