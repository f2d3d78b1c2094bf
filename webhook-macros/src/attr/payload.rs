//! `#[payload(…)]` on a view.

use proc_macro2::Span;
use syn::Path;

use super::argument::{Argument, Attribute, arguments_of};
use super::errors::Errors;
use super::pattern::Pattern;
use super::pointer::pointer;
use super::runtime::Runtime;

const PAYLOAD: Attribute = Attribute {
    name: "`#[payload(…)]`",
    keys: &["provider", "events", "unlisted", "within", "crate"],
    expected: "`provider = …`, `events(…)`, `unlisted`, `within = \"/…\"` or `crate = path`",
};

/// `#[payload(…)]`
#[derive(Default)]
pub(crate) struct Payload {
    pub(crate) provider: Option<Path>,
    pub(crate) events: Vec<Pattern>,
    pub(crate) shipped: bool,
    pub(crate) unlisted: bool,
    /// Location of the view in the payload, as the segments of a JSON pointer.
    pub(crate) within: Vec<String>,
    pub(crate) runtime: Runtime,
}

impl Payload {
    /// Reads the attributes of the view whose name has this span.
    pub(crate) fn read(attributes: &[syn::Attribute], name: Span, errors: &mut Errors) -> Self {
        let mut payload = Self::default();
        let (mut events, mut unlisted, mut within) = (None, None, None);
        let absent = !attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("payload"));
        for argument in arguments_of(attributes, "payload", errors) {
            match argument {
                Argument::Provider(key, path) => {
                    errors.set_once(&mut payload.provider, &key, path);
                }
                Argument::Events(key, names) => errors.set_once(&mut events, &key, names),
                Argument::Unlisted(key) => errors.set_once(&mut unlisted, &key, ()),
                Argument::Within(key, path) => errors.set_once(&mut within, &key, path),
                Argument::Runtime(key, path) => {
                    errors.set_once(&mut payload.runtime.0, &key, path);
                }
                Argument::Shipped(_) => payload.shipped = true,
                argument => errors.push(PAYLOAD.unexpected(&argument)),
            }
        }
        if errors.is_empty() {
            let missing = match (absent, payload.provider.is_none(), events.is_none()) {
                (true, ..) | (_, true, true) => "`#[payload(provider = …, events(\"…\"))]`",
                (_, true, false) => "`provider = …` in `#[payload(…)]`",
                (_, false, true) => "`events(\"…\")` in `#[payload(…)]`",
                (_, false, false) => "",
            };
            if !missing.is_empty() {
                errors.add(name, format!("missing {missing}"));
            }
        }
        payload.events = Pattern::list(events.unwrap_or_default(), errors);
        payload.unlisted = unlisted.is_some();
        payload.within = within
            .map(|path| pointer(&path, errors))
            .unwrap_or_default();
        payload
    }
}
