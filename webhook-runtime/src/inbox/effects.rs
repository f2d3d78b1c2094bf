//! What a handler writes into the database of its inbox: there exactly once, since it is committed with the mark that
//! the delivery is done. Everything else that a handler does is at least once.

use std::any::Any;

/// What a handler has written, or wants to have written, in the transaction that marks its delivery as done: a type of
/// the inbox, which gives it to the handler and gets it back with the handler's end.
///
/// It is there exactly once; everything else that a handler does is at least once.
pub trait Effects: Any + Send + Sync {
    /// Whether there is anything.
    fn are_there(&self) -> bool;
}
