//! A router that records the tenants of its deliveries, and signed deliveries.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::testing::{SignedDelivery, Signer, TestClock};
use webhook_runtime::{
    Endpoint, EndpointBuilder, Event, Secret, SecretSource, Tenant, WebhookRouter,
    endpoint::ResponseBody, on,
};

pub(crate) const BODY: &str = r#"{"type":"batch.failed","data":{"id":"batch_1"}}"#;

#[on("batch.failed")]
async fn failed(_: Event<BatchFailed>, tenant: Tenant, seen: &Mutex<Vec<String>>) {
    seen.lock().unwrap().push(tenant.to_string());
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = OpenAi, handlers(failed))]
pub(crate) struct App {
    #[webhook(state)]
    pub(crate) seen: Mutex<Vec<String>>,
}

/// An endpoint that takes the tenant from the path.
pub(crate) fn builder(source: impl SecretSource) -> EndpointBuilder<App> {
    without_tenants(source).tenant_in_path("/webhooks/{tenant}")
}

pub(crate) fn without_tenants(source: impl SecretSource) -> EndpointBuilder<App> {
    Endpoint::builder(App::default())
        .secret_source(source)
        .clock(TestClock::default())
}

/// A delivery signed with this secret.
pub(crate) fn signed(secret: &str) -> SignedDelivery {
    Signer::of::<OpenAi>(&Secret::new(secret))
        .expect("the secret is valid")
        .sign(BODY)
}

/// A request with such a delivery to this path.
pub(crate) fn to(path: &str, secret: &str) -> Request<Full<Bytes>> {
    let mut request = signed(secret).into_request();
    *request.uri_mut() = path.parse().expect("a good path");
    request
}

pub(crate) async fn status(endpoint: &Endpoint<App>, path: &str, secret: &str) -> u16 {
    let answer = within(endpoint.handle(to(path, secret))).await;
    answer.status().as_u16()
}

/// Returns the tenants whose deliveries were handled since the last call.
pub(crate) fn seen(endpoint: &Endpoint<App>) -> Vec<String> {
    std::mem::take(&mut *endpoint.router().seen.lock().unwrap())
}

/// Returns everything that a sender sees of an answer.
pub(crate) fn shown(answer: &Response<ResponseBody>) -> String {
    format!("{answer:?}")
}

/// Waits for a future, at most 20 seconds.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_secs(20), future).await {
        Ok(output) => output,
        Err(_) => panic!("timed out"),
    }
}
