//! Endpoints that count the runs of their handlers, and deliveries to each of their entry points.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tower_service::Service as _;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET, TEST_URL, TestClock};
use webhook_runtime::{
    Endpoint, EventCatalog, Profile, Provider, Router, Scheme, Secret, UnknownEvent, WebhookRouter,
    on,
    scheme::{Algorithm, Encoding, FieldLocation, SignedPart},
};

use crate::process::post;

/// Body with the event type at the location of each provider.
const BODY: &str =
    r#"{"type":"batch.failed","data":{"id":"batch_1"},"event":{"type":"batch.failed"}}"#;

/// Number of handler runs.
#[derive(Debug, Default)]
pub(crate) struct Runs(AtomicUsize);

#[on("*")]
async fn anything(runs: &Runs) {
    runs.0.fetch_add(1, Ordering::Relaxed);
}

/// Router whose handler accepts every event.
pub(crate) trait Receiver: Router + Default {
    fn runs(&self) -> usize;

    fn endpoint() -> Endpoint<Self> {
        Endpoint::builder(Self::default())
            .secret(Secret::from_bytes(TEST_SECRET))
            .url(TEST_URL)
            .clock(TestClock::default())
            .build()
            .expect("the test secret is valid")
    }

    /// Returns a valid delivery, from which invalid ones are made.
    fn valid() -> SignedDelivery {
        Signer::of::<Self::Provider>(&Secret::from_bytes(TEST_SECRET))
            .expect("the test secret is valid")
            .event_type("batch.failed")
            .sign(BODY)
    }
}

macro_rules! receivers {
    ($($Name:ident: $Provider:ident;)*) => {$(
        #[derive(Debug, Default, WebhookRouter)]
        #[webhook(provider = $Provider, handlers(anything))]
        pub(crate) struct $Name {
            #[webhook(state)]
            runs: Runs,
        }

        impl Receiver for $Name {
            fn runs(&self) -> usize {
                self.runs.0.load(Ordering::Relaxed)
            }
        }
    )*};
}

receivers! {
    OfOpenAi: OpenAi;
    OfGitHub: GitHub;
    OfStripe: Stripe;
    OfSlack: Slack;
    OfShopify: Shopify;
    OfAddressed: Addressed;
}

macro_rules! providers {
    ($($(#[$doc:meta])* $Provider:ident, $Event:ident, $Payload:ident: $scheme:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $Provider;

        impl Provider for $Provider {
            type Catalog = $Event;
            const PROFILE: Profile = Profile::new(stringify!($Provider), $scheme);
        }

        #[derive(EventCatalog)]
        #[catalog(provider = $Provider)]
        pub(crate) enum $Event {
            #[event("batch.failed")]
            Failed($Payload),
            #[event(unknown)]
            Unknown(UnknownEvent),
        }

        #[derive(Serialize, Deserialize)]
        pub(crate) struct $Payload {}
    )*};
}

providers! {
    GitHub, GitHubEvent, GitHubFailed: Scheme::GITHUB;
    Stripe, StripeEvent, StripeFailed: Scheme::STRIPE;
    Slack, SlackEvent, SlackFailed: Scheme::SLACK;
    Shopify, ShopifyEvent, ShopifyFailed: Scheme::SHOPIFY;
    /// The scheme signs the URL of the endpoint.
    Addressed, AddressedEvent, AddressedFailed: Scheme::new("x-signature", Algorithm::HmacSha256)
        .encoding(Encoding::Base64)
        .signed(&[SignedPart::Url, SignedPart::Body])
        .event_type(FieldLocation::Body(&["type"]));
}

/// Row of a table: its name, the change of a valid delivery, and the expected status.
pub(crate) type Row<'r> = (&'r str, &'r dyn Fn(&mut SignedDelivery), u16);

/// Sends each row to each entry point. Asserts the status, and that no handler runs for a rejected delivery.
pub(crate) async fn assert_statuses<R: Receiver>(rows: &[Row<'_>]) {
    let endpoint = R::endpoint();
    let server = serve(endpoint.clone()).await;
    for (name, alter, expected) in rows {
        let mut delivery = R::valid();
        alter(&mut delivery);
        let runs_before = endpoint.router().runs();
        for (entry_point, status) in statuses(&endpoint, server, delivery).await {
            assert_eq!(status, *expected, "{name}, {entry_point}");
        }
        let runs = endpoint.router().runs() - runs_before;
        assert_eq!(runs, if *expected == 200 { 4 } else { 0 }, "{name}");
    }
    // The server still works after all rows.
    for (entry_point, status) in statuses(&endpoint, server, R::valid()).await {
        assert_eq!(status, 200, "{entry_point}");
    }
}

async fn statuses<R: Receiver>(
    endpoint: &Endpoint<R>,
    server: SocketAddr,
    delivery: SignedDelivery,
) -> [(&'static str, u16); 4] {
    let SignedDelivery { headers, body, .. } = &delivery;
    let bytes = endpoint.handle_bytes(headers, body.clone()).await;
    let request = endpoint.handle(delivery.clone().into_request()).await;
    let Ok(service) = endpoint.clone().call(delivery.clone().into_request()).await;
    let socket = tokio::task::spawn_blocking(move || post(server, "/", &delivery));
    [
        ("bytes", bytes.status().as_u16()),
        ("request", request.status().as_u16()),
        ("service", service.status().as_u16()),
        ("socket", socket.await.expect("the client panicked")),
    ]
}

/// Serves an endpoint at `/` until the test ends.
pub(crate) async fn serve<R: Router>(endpoint: Endpoint<R>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("failed to bind a port");
    let address = listener.local_addr().expect("the listener is bound");
    let web = axum::Router::new().route_service("/", endpoint);
    tokio::spawn(async move { axum::serve(listener, web).await });
    address
}

pub(crate) fn set(delivery: &mut SignedDelivery, name: &'static str, value: impl AsRef<[u8]>) {
    let value = http::HeaderValue::from_bytes(value.as_ref()).expect("invalid header value");
    delivery.headers.insert(name, value);
}

pub(crate) fn add(delivery: &mut SignedDelivery, name: &'static str, value: &'static str) {
    let value = http::HeaderValue::from_static(value);
    delivery.headers.append(name, value);
}

pub(crate) fn value(delivery: &SignedDelivery, name: &str) -> String {
    let value = delivery.headers[name].to_str();
    value.expect("the value is not text").to_owned()
}
