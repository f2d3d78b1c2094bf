//! Tokens of valid models. Last stage of the macros: it cannot fail, and its output needs no import of the user's.
//!
//! Decisions:
//! - Tokens that may cause a compile error have the span of the user's own token. Locals and `self` keep the macro's
//!   hygiene, so that everything works inside the user's `macro_rules`.
//! - One mistake is one error, because one item requires each fact: one constant that an argument can be taken
//!   (`as FromDelivery`), one that the result can be returned (`as IntoOutcome`), `Lists` that a path is a handler of
//!   this router, one `use` that the runtime is at its path. All other items name types through `Argument` or
//!   `Returned`, which have stand-ins. rustc merges equal errors of several items, but not in the incremental builds
//!   that users have.
//! - A router imports each listed path as `__Handler`, inside a block whose outer scope has a struct of this name that
//!   is not a handler. A path without a proxy is then reported by our message, not as "expected type".
//! - A router dispatches in groups of 32 arms, because compilers take more than twice as long for a future of twice the
//!   size.
//! - The catalog check of a handler without a payload is in `Handle<R>`. It is omitted if an argument is literally
//!   `Event<SomeType>`, so that other handlers do not pay for it; the router checks what a type alias hides.

mod catalog;
mod check;
mod handler;
mod pattern;
mod payload;
mod router;
mod view;

pub(crate) use self::catalog::catalog;
pub(crate) use self::handler::handler;
pub(crate) use self::router::router;
pub(crate) use self::view::view;
