//! Function under `#[on(…)]`, before the rules for handlers are checked.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Result, Signature, Visibility};

/// Function under `#[on(…)]`. Its body is kept as tokens: rustc reports errors in it.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let function = Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        };
        if function.body.to_string() == ";" {
            return Err(syn::Error::new(
                function.sig.ident.span(),
                "missing body: a handler is a free function; write `{ … }` instead of `;`",
            ));
        }
        Ok(function)
    }
}

impl Function {
    /// Returns `#[cfg(…)]` and `#[allow(…)]`, which generated items repeat: whether the item exists, and its lints.
    pub(crate) fn repeated_attributes(&self) -> Vec<&Attribute> {
        self.attrs
            .iter()
            .filter(|attribute| {
                let path = attribute.path();
                path.is_ident("cfg") || path.is_ident("allow")
            })
            .collect()
    }

    /// Returns the function without further `#[on(…)]`.
    pub(crate) fn without_on(&self) -> TokenStream {
        let attrs = self.attrs.iter().filter(|attribute| !is_on(attribute));
        let Self { vis, sig, body, .. } = self;
        quote!(#(#attrs)* #vis #sig #body)
    }

    /// Returns whether the type of a parameter contains `_`.
    pub(crate) fn has_inferred_types(&self) -> bool {
        let types = self.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(parameter) => Some(&parameter.ty),
            syn::FnArg::Receiver(_) => None,
        });
        find(quote!(#(#types)*), "_").is_some()
    }

    /// Returns a token that only functions in an `impl` have: `self` or `Self`.
    pub(crate) fn in_an_impl(&self) -> Option<TokenStream> {
        match self.sig.receiver() {
            Some(receiver) => Some(receiver.to_token_stream()),
            None => {
                let (inputs, output) = (&self.sig.inputs, &self.sig.output);
                find(quote!(#inputs #output), "Self").map(TokenTree::into_token_stream)
            }
        }
    }
}

/// Returns whether an attribute is `#[on(…)]`.
pub(crate) fn is_on(attribute: &Attribute) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| last.ident == "on")
}

/// Returns the first identifier with this name. A name that begins with `'` finds a lifetime.
pub(crate) fn find(tokens: TokenStream, name: &str) -> Option<TokenTree> {
    let mut tick = "";
    tokens.into_iter().find_map(|token| {
        let found = match &token {
            TokenTree::Ident(ident) => (format!("{tick}{ident}") == name).then(|| token.clone()),
            TokenTree::Group(group) => find(group.stream(), name),
            TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        };
        tick = match &token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => "'",
            _ => "",
        };
        found
    })
}
