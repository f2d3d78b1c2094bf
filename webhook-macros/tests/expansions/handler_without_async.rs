//! Handler that is not `async` and returns `()`; `cfg` and the path of the runtime are repeated.

#[on("session.created", crate = hooks)]
#[cfg(feature = "sessions")]
fn created(_: Event<SessionCreated>) -> () {}
