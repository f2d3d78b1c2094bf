//! Test kit: signed deliveries, sample events, and a driver that delivers to a router without HTTP.
//!
//! Handlers are plain functions, so most tests need only [`Event::new`](crate::Event::new). This module is for tests of
//! the handler that a delivery reaches, of its outcome, and of the headers and bytes of a delivery.
//!
//! ```
//! # #[cfg(feature = "openai")] {
//! use webhook_runtime::openai::{BatchFailed, OpenAi};
//! use webhook_runtime::testing::{Driver, sample};
//! use webhook_runtime::{Event, WebhookRouter, on};
//!
//! #[on("batch.failed")]
//! async fn failed(event: Event<BatchFailed>) -> Result<(), String> {
//!     Err(format!("{} failed", event.data.id))
//! }
//!
//! #[derive(WebhookRouter)]
//! #[webhook(provider = OpenAi, handlers(failed))]
//! struct App;
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! // A handler is a function.
//! assert!(failed(sample()).await.is_err());
//!
//! // A driver signs bodies and delivers them to the router.
//! let driver = Driver::new(App);
//! let report = driver.deliver(r#"{"type":"batch.failed","data":{"id":"batch_1"}}"#).await;
//! assert_eq!(report.handler(), Some("failed"));
//! assert_eq!(report.status(), 500);
//! # });
//! # }
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::delivery::{Clock, Timestamp};
use crate::endpoint::Endpoint;
use crate::observe::{DeliveryOutcome, Report};
use crate::profile::Signing;
use crate::provider::Provider;
use crate::router::Router;
#[cfg(feature = "ed25519")]
use crate::scheme::Algorithm;
use crate::secret::{Secret, SecretError};
use crate::tenant::Tenant;

mod inbox_contract;
#[cfg(feature = "ed25519")]
mod key_pair;
mod memory_inbox;
mod samples;
mod signer;
mod store_contract;

pub use self::inbox_contract::inbox_contract;
#[cfg(feature = "ed25519")]
pub use self::key_pair::KeyPair;
pub use self::memory_inbox::MemoryInbox;
pub use self::samples::{Sample, sample, sample_of, samples};
pub use self::signer::{SignedDelivery, Signer};
pub use self::store_contract::store_contract;

/// Secret of [`Driver`] and [`Signer::default`].
pub const TEST_SECRET: &str = "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHMsIG5vYm9keSdz";

/// URL of [`Driver`]'s endpoint, for providers that sign it.
pub const TEST_URL: &str = "https://example.com/webhooks";

/// Time of [`TestClock::default`]: 2026-01-02 03:04:05 UTC.
pub const TEST_TIME: Timestamp = Timestamp::from_second(1_767_323_045);

/// Clock that a test moves. Clones share their time.
///
/// ```
/// use webhook_runtime::Clock as _;
/// use webhook_runtime::testing::{TEST_TIME, TestClock};
///
/// let clock = TestClock::default();
/// clock.advance(5);
/// assert_eq!(clock.now().as_second(), TEST_TIME.as_second() + 5);
/// ```
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// Creates a clock with this time.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(time.as_second())))
    }

    /// Moves the clock forward by this many seconds; backward, if they are negative.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::at(TEST_TIME)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed))
    }
}

/// Delivers to a router without HTTP: signs bodies, delivers them, and reports the outcome of each.
#[derive(Debug)]
pub struct Driver<R> {
    endpoint: Endpoint<R>,
    signer: Signer,
}

impl<R: Router> Driver<R> {
    /// Creates a driver with the [`TEST_SECRET`] and a [`TestClock`].
    ///
    /// # Panics
    /// If the provider's scheme needs a feature that is not enabled, or if a handler takes the transaction of an inbox.
    #[must_use]
    #[expect(clippy::expect_used, reason = "only tests call it")]
    pub fn new(router: R) -> Self {
        let (secret, signer) = keys::<R::Provider>()
            .expect("missing feature for the provider's scheme: enable `ed25519` or `sha1` of `webhook-runtime`");
        let endpoint = Endpoint::builder(router)
            .secret(secret)
            .url(TEST_URL)
            .clock(TestClock::default())
            .build()
            .expect("a driver has no inbox: test handlers with a transaction through an `Endpoint` with one");
        Self { endpoint, signer }
    }

    /// Returns the endpoint.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint<R> {
        &self.endpoint
    }

    /// Signs a body and delivers it.
    pub async fn deliver(&self, body: impl Into<Bytes>) -> DeliveryReport {
        let delivery = self.signer.sign(body);
        self.deliver_raw(&delivery.headers, delivery.body).await
    }

    /// Signs a body and delivers it with this event type, for providers that send the type in a header.
    pub async fn deliver_event(&self, event_type: &str, body: impl Into<Bytes>) -> DeliveryReport {
        let delivery = self.signer.clone().event_type(event_type).sign(body);
        self.deliver_raw(&delivery.headers, delivery.body).await
    }

    /// Signs a body and delivers it for a tenant, as if the tenant's secret had verified it.
    pub async fn deliver_for(&self, tenant: &str, body: impl Into<Bytes>) -> DeliveryReport {
        let delivery = self.signer.sign(body);
        let report =
            self.endpoint
                .report_for(Tenant::new(tenant), &delivery.headers, &delivery.body);
        DeliveryReport(report.await)
    }

    /// Delivers headers and a body without signing them.
    pub async fn deliver_raw(&self, headers: &HeaderMap, body: Bytes) -> DeliveryReport {
        DeliveryReport(self.endpoint.report(headers, &body).await)
    }
}

/// Returns the secret that verifies a provider's deliveries, and the signer that signs them.
fn keys<P: Provider>() -> Result<(Secret, Signer), SecretError> {
    let secret = match P::PROFILE.signing {
        Signing::StandardWebhooks(_) => Secret::new(TEST_SECRET),
        #[cfg(feature = "ed25519")]
        Signing::Scheme(scheme) if matches!(scheme.algorithm, Algorithm::Ed25519) => {
            let pair = KeyPair::from_seed(*b"the private key of all the tests");
            return Ok((pair.public_key(), Signer::of_key_pair::<P>(&pair)));
        }
        // As bytes, because the encoding of secrets differs between providers.
        Signing::Scheme(_) => Secret::from_bytes(TEST_SECRET),
    };
    let signer = Signer::of::<P>(&secret)?;
    Ok((secret, signer))
}

/// Result of a delivery.
#[derive(Debug)]
pub struct DeliveryReport(Report);

impl DeliveryReport {
    /// Returns the name of the handler that the event selected, also if it did not run because the body could not be
    /// decoded.
    #[must_use]
    pub const fn handler(&self) -> Option<&'static str> {
        self.0.handler
    }

    /// Returns the outcome.
    #[must_use]
    pub const fn outcome(&self) -> &DeliveryOutcome {
        &self.0.outcome
    }

    /// Returns the status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.0.outcome.status()
    }
}
