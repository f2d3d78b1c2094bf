//! `#[catalog(…)]` on a catalog.

use syn::Path;

use super::argument::{Argument, Attribute, arguments_of};
use super::errors::Errors;
use super::runtime::Runtime;

const CATALOG: Attribute = Attribute {
    name: "`#[catalog(…)]`",
    keys: &["provider", "crate"],
    expected: "`provider = …` or `crate = path`",
};

/// `#[catalog(…)]`
#[derive(Default)]
pub(crate) struct Catalog {
    pub(crate) provider: Option<Path>,
    pub(crate) shipped: bool,
    pub(crate) runtime: Runtime,
}

impl Catalog {
    pub(crate) fn read(attributes: &[syn::Attribute], errors: &mut Errors) -> Self {
        let mut catalog = Self::default();
        for argument in arguments_of(attributes, "catalog", errors) {
            match argument {
                Argument::Provider(key, path) => {
                    errors.set_once(&mut catalog.provider, &key, path);
                }
                Argument::Runtime(key, path) => {
                    errors.set_once(&mut catalog.runtime.0, &key, path);
                }
                Argument::Shipped(_) => catalog.shipped = true,
                argument => errors.push(CATALOG.unexpected(&argument)),
            }
        }
        catalog
    }
}
