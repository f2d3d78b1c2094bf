//! Parameters of a handler.

use syn::{GenericArgument, PathArguments, Type};

/// Source of a parameter's value.
pub(crate) enum Parameter<'a> {
    /// By value: taken from the delivery.
    Owned(&'a Type),
    /// By reference: borrowed from the router.
    Borrowed(&'a Type),
}

impl<'a> Parameter<'a> {
    pub(super) fn new(ty: &'a Type) -> Self {
        match bare(ty) {
            Type::Reference(reference) => Self::Borrowed(&reference.elem),
            ty => Self::Owned(ty),
        }
    }
}

/// Returns a type without the groups and parentheses around it: a `$t:ty` of a macro is a group.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}

/// Returns `T` of `Event<T>` for the span of errors; the whole type if it is written in another way.
pub(crate) fn payload(ty: &Type) -> &Type {
    let last = match bare(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let first = match last.map(|last| (&last.ident, &last.arguments)) {
        Some((name, PathArguments::AngleBracketed(arguments))) if name == "Event" => {
            arguments.args.first()
        }
        _ => None,
    };
    match first {
        Some(GenericArgument::Type(payload)) => payload,
        _ => ty,
    }
}
