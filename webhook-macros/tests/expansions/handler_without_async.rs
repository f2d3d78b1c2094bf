//! A function that is not `async`, and returns nothing; `cfg` and the runtime's other name are taken over.

#[on("session.created", crate = hooks)]
#[cfg(feature = "sessions")]
fn created(_: Event<SessionCreated>) -> () {}
