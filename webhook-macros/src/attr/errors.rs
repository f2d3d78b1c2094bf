//! Errors of one item, collected so that one build reports all of them.

use proc_macro2::Span;
use syn::{Error, Ident, Result};

/// Collected errors.
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

    /// Returns the value; collects the error if there is none.
    pub(crate) fn ok<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Sets an option, and collects an error if it is set already.
    pub(super) fn set_once<T>(&mut self, slot: &mut Option<T>, key: &Ident, value: T) {
        if slot.is_some() {
            self.add(key.span(), format!("duplicate `{key}`"));
        } else {
            *slot = Some(value);
        }
    }

    /// Returns the number of errors so far.
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
