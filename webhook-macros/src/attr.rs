//! The words of each attribute, a file for each; and what all of them need.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Attribute, Error, Ident, LitStr, Path, Result};

use crate::pattern::{self, Pattern};

mod event;
mod on;
mod pause;
mod payload;
mod pointer;
mod retry;
mod webhook;
mod word;

pub(crate) use self::event::{Catalog, Event, Subtypes};
pub(crate) use self::on::On;
pub(crate) use self::payload::Payload;
pub(crate) use self::retry::Retry;
pub(crate) use self::webhook::{Exhaustive, Webhook, is_state};

/// Collects the mistakes of one item, so that all of them are told at once.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn add(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(Error::new(span, message));
    }

    /// The value, or none with its mistake kept.
    pub(crate) fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// How many mistakes there are.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn into_result(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Where the runtime is: `::webhook_runtime` unless `crate = path` says otherwise.
#[derive(Clone, Default)]
pub(crate) struct Runtime(Option<Path>);

impl Runtime {
    /// The module that generated code names everything by, within [`scope`](Self::scope).
    pub(crate) fn private(&self) -> TokenStream {
        self.private_at(Span::call_site())
    }

    /// The same, so placed that an error in what is called there is shown at this place of the user's.
    #[expect(clippy::unused_self, reason = "who has no runtime has no scope")]
    pub(crate) fn private_at(&self, span: Span) -> TokenStream {
        quote_spanned!(span=> __private)
    }

    /// Items that name the private module. It is imported once, so that a wrong path to it is one error.
    pub(crate) fn scope(&self, items: &TokenStream) -> TokenStream {
        let runtime = match &self.0 {
            Some(path) => path.to_token_stream(),
            None => quote!(::webhook_runtime),
        };
        quote! {
            #[allow(unused_imports, unused_qualifications)]
            const _: () = {
                use #runtime::private as __private;
                #items
            };
        }
    }
}

/// Sets what may stand once.
fn once<T>(slot: &mut Option<T>, key: &Ident, value: T, errors: &mut Errors) {
    if slot.is_some() {
        errors.add(key.span(), format!("`{key}` stands there twice"));
    } else {
        *slot = Some(value);
    }
}

/// Checks the form of a pattern.
fn pattern(literal: LitStr, errors: &mut Errors) -> Option<Pattern> {
    match pattern::problem(&literal.value()) {
        Some(problem) => {
            errors.add(literal.span(), problem);
            None
        }
        None => Some(Pattern { literal }),
    }
}

/// Checks the forms of several patterns, and that none stands there twice.
fn patterns(literals: impl IntoIterator<Item = LitStr>, errors: &mut Errors) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = Vec::new();
    for literal in literals {
        let Some(pattern) = pattern(literal, errors) else {
            continue;
        };
        if patterns.iter().any(|other| other.text() == pattern.text()) {
            errors.add(
                pattern.span(),
                format!("`{}` stands there twice", pattern.text()),
            );
        } else {
            patterns.push(pattern);
        }
    }
    patterns
}

/// The attributes that decide whether an item exists, and what it may do: they are for what is generated, too.
pub(crate) fn cfgs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|attribute| {
            let path = attribute.path();
            path.is_ident("cfg") || path.is_ident("allow")
        })
        .collect()
}
