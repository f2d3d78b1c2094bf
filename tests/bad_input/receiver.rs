//! Receivers that count what their handlers see, and the doors that lead in.

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

/// An event wherever a provider has it.
const BODY: &str =
    r#"{"type":"batch.failed","data":{"id":"batch_1"},"event":{"type":"batch.failed"}}"#;

/// How many handlers have run.
#[derive(Debug, Default)]
pub(crate) struct Runs(AtomicUsize);

#[on("*")]
async fn anything(runs: &Runs) {
    runs.0.fetch_add(1, Ordering::Relaxed);
}

/// A receiver whose handler takes everything.
pub(crate) trait Receiver: Router + Default {
    fn runs(&self) -> usize;

    fn endpoint() -> Endpoint<Self> {
        Endpoint::builder(Self::default())
            .secret(Secret::from_bytes(TEST_SECRET))
            .url(TEST_URL)
            .clock(TestClock::default())
            .build()
            .expect("a good secret")
    }

    /// A good delivery, which a bad one is made of.
    fn good() -> SignedDelivery {
        Signer::of::<Self::Provider>(&Secret::from_bytes(TEST_SECRET))
            .expect("a good secret")
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

macro_rules! described {
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

described! {
    GitHub, GitHubEvent, GitHubFailed: Scheme::GITHUB;
    Stripe, StripeEvent, StripeFailed: Scheme::STRIPE;
    Slack, SlackEvent, SlackFailed: Scheme::SLACK;
    Shopify, ShopifyEvent, ShopifyFailed: Scheme::SHOPIFY;
    /// Signs the URL of the endpoint.
    Addressed, AddressedEvent, AddressedFailed: Scheme::new("x-signature", Algorithm::HmacSha256)
        .encoding(Encoding::Base64)
        .signed(&[SignedPart::Url, SignedPart::Body])
        .event_type(FieldLocation::Body(&["type"]));
}

/// A row of the table: what becomes of a good delivery, and the status that it gets.
pub(crate) type Row<'r> = (&'r str, &'r dyn Fn(&mut SignedDelivery), u16);

/// Sends every row through every door. No handler runs for what is refused.
pub(crate) async fn table<R: Receiver>(rows: &[Row<'_>]) {
    let endpoint = R::endpoint();
    let server = serve(endpoint.clone()).await;
    for (sends, bend, gets) in rows {
        let mut delivery = R::good();
        bend(&mut delivery);
        let ran = endpoint.router().runs();
        for (door, status) in statuses(&endpoint, server, delivery).await {
            assert_eq!(status, *gets, "{sends}, {door}");
        }
        let runs = endpoint.router().runs() - ran;
        assert_eq!(runs, if *gets == 200 { 4 } else { 0 }, "{sends}");
    }
    // The process has lived through all of it.
    for (door, status) in statuses(&endpoint, server, R::good()).await {
        assert_eq!(status, 200, "{door}");
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
        ("socket", socket.await.expect("an answer")),
    ]
}

/// Serves an endpoint until the test ends.
pub(crate) async fn serve<R: Router>(endpoint: Endpoint<R>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    let web = axum::Router::new().route_service("/", endpoint);
    tokio::spawn(async move { axum::serve(listener, web).await });
    address
}

pub(crate) fn set(delivery: &mut SignedDelivery, name: &'static str, value: impl AsRef<[u8]>) {
    let value = http::HeaderValue::from_bytes(value.as_ref()).expect("it can stand in a header");
    delivery.headers.insert(name, value);
}

pub(crate) fn add(delivery: &mut SignedDelivery, name: &'static str, value: &'static str) {
    let value = http::HeaderValue::from_static(value);
    delivery.headers.append(name, value);
}

pub(crate) fn value(delivery: &SignedDelivery, name: &str) -> String {
    let value = delivery.headers[name].to_str();
    value.expect("text").to_owned()
}
