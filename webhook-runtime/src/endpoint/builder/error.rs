//! The reasons why an endpoint is not built.

use std::fmt;

use crate::secret::SecretError;

/// The reason why [`EndpointBuilder::build`](crate::EndpointBuilder::build) failed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A signing secret is missing or invalid.
    #[error("endpoint for {provider}: {source}")]
    Secret {
        /// The provider.
        provider: &'static str,
        /// The problem.
        source: SecretError,
    },
    /// The endpoint has both secrets and a source of secrets.
    #[error(
        "endpoint for {provider}: two sources of secrets: use either `.secret(…)` or `.secret_source(…)`"
    )]
    SecretsAndSource {
        /// The provider.
        provider: &'static str,
    },
    /// An option of secret sources is set without a source.
    #[error(
        "endpoint for {provider}: `.{option}(…)` has no effect: the endpoint has no secret source; add `.secret_source(…)`, or remove it"
    )]
    NoSource {
        /// The provider.
        provider: &'static str,
        /// The method of the builder.
        option: &'static str,
    },
    /// The location of the tenant is invalid.
    #[error("endpoint for {provider}: tenant location: {problem}")]
    Tenant {
        /// The provider.
        provider: &'static str,
        /// The problem and its fix.
        problem: &'static str,
    },
    /// The token of a handshake is invalid.
    #[error("endpoint for {provider}: handshake token: {source}")]
    HandshakeToken {
        /// The provider.
        provider: &'static str,
        /// The problem.
        source: SecretError,
    },
    /// The concurrency limit is 0.
    #[error(
        "endpoint for {provider}: no handler could run: `.concurrency_limit(0)`; the minimum is 1"
    )]
    NoConcurrency {
        /// The provider.
        provider: &'static str,
    },
    /// The queue timeout is set without a concurrency limit.
    #[error(
        "endpoint for {provider}: `.queue_timeout(…)` has no effect: no delivery waits for a slot; add `.concurrency_limit(…)`, or remove it"
    )]
    NoConcurrencyLimit {
        /// The provider.
        provider: &'static str,
    },
    /// A limit of slots is set on an endpoint with an inbox, whose workers limit the handlers.
    #[error(
        "endpoint for {provider}: `.{option}(…)` has no effect: the workers of the inbox limit the handlers; use `.workers(…)`, or remove it"
    )]
    SlotsWithInbox {
        /// The provider.
        provider: &'static str,
        /// The method of the builder.
        option: &'static str,
    },
    /// The reaction to a handler timeout is set without a timeout.
    #[error(
        "endpoint for {provider}: `.on_handler_timeout(…)` has no effect: handlers have no timeout; add `.handler_timeout(…)`, or remove it"
    )]
    NoHandlerTimeout {
        /// The provider.
        provider: &'static str,
    },
    /// A store, an inbox or a queue is set, and the router has no handlers.
    #[error(
        "endpoint for {provider}: `.{option}(…)` has no effect: the router has no handlers, and the route of an extractor runs outside of the endpoint; add handlers, or remove it"
    )]
    NoHandlers {
        /// The provider.
        provider: &'static str,
        /// The method of the builder.
        option: &'static str,
    },
    /// The endpoint has more than one of a store, an inbox and a queue.
    #[error(
        "endpoint for {provider}: more than one mode: use one of `.idempotent(…)`, `.inbox(…)` and `.forward_to(…)`; an inbox deduplicates by itself"
    )]
    SeveralModes {
        /// The provider.
        provider: &'static str,
    },
    /// The lease is 0.
    #[error(
        "endpoint for {provider}: the lease would expire before the handler starts: `.lease(…)` is 0; the default is 60 s"
    )]
    NoLease {
        /// The provider.
        provider: &'static str,
    },
    /// An option of stores is set, and the endpoint has none.
    #[error(
        "endpoint for {provider}: `.{option}(…)` has no effect: the endpoint has no {missing}; add `.idempotent(…)` or `.inbox(…)`, or remove it"
    )]
    NoStore {
        /// The provider.
        provider: &'static str,
        /// The method of the builder.
        option: &'static str,
        /// What the option is for.
        missing: &'static str,
    },
    /// An option of inboxes is set without an inbox.
    #[error(
        "endpoint for {provider}: `.{option}(…)` has no effect: the endpoint has no inbox; add `.inbox(…)`, or remove it"
    )]
    NoInbox {
        /// The provider.
        provider: &'static str,
        /// The method of the builder.
        option: &'static str,
    },
    /// A handler takes the transaction of an inbox that the endpoint does not have.
    #[error(
        "endpoint for {provider}: handler `{handler}` cannot run: it takes `{argument}`, which {inbox} does not provide; add the `.inbox(…)` that does, or remove the argument"
    )]
    NoTransaction {
        /// The provider.
        provider: &'static str,
        /// The handler.
        handler: &'static str,
        /// The type of the argument.
        argument: &'static str,
        /// The kind of the endpoint's inbox.
        inbox: &'static str,
    },
    /// A live endpoint of this process has the same name on the same store or inbox.
    #[error(
        "endpoint for {provider}: the name `{name}` is in use: another endpoint of this process has it on the same store or inbox, and one would take the other's deliveries; set another `.name(…)`, or drop the other endpoint first"
    )]
    NameInUse {
        /// The provider.
        provider: &'static str,
        /// The endpoint's name.
        name: String,
    },
}

/// Shows the message, because `fn main() -> Result<…>` prints errors by `Debug`.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
