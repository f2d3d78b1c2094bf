//! One endpoint for many customers, each with its own secret at the provider: the path names the tenant, a secret is
//! rotated while the program runs, and an unknown tenant is rejected. Needs no service.
//!
//! `cargo run --example tenants`

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::testing::Signer;
use webhook_runtime::{
    BoxError, Clock as _, Endpoint, Event, Secret, SecretSource, SystemClock, Tenant,
    WebhookRouter, async_trait, on,
};

/// The customers' secrets. In a larger program: a table of the database.
#[derive(Clone, Default)]
struct Customers(Arc<RwLock<HashMap<String, Vec<Secret>>>>);

#[async_trait]
impl SecretSource for Customers {
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, BoxError> {
        println!("    (loading the secrets of {tenant})");
        let customers = self.0.read().map_err(|_| "a writer panicked")?;
        Ok(customers.get(tenant.as_str()).cloned().unwrap_or_default())
    }
}

impl Customers {
    fn set(&self, tenant: &str, secrets: &[&str]) -> Result<(), BoxError> {
        let mut customers = self.0.write().map_err(|_| "a writer panicked")?;
        let secrets = secrets.iter().copied().map(Secret::new).collect();
        customers.insert(tenant.to_owned(), secrets);
        Ok(())
    }
}

#[on("batch.failed")]
async fn failed(event: Event<BatchFailed>, tenant: Tenant) {
    println!("    {tenant}: {} failed", event.data.id);
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(failed))]
struct App;

/// Sends a delivery as the provider does: signed with the customer's secret, to the customer's URL.
async fn send(endpoint: &Endpoint<App>, path: &str, secret: &str) -> Result<(), BoxError> {
    let signer = Signer::of::<OpenAi>(&Secret::new(secret))?.at(SystemClock.now());
    let delivery = signer.sign(r#"{"type":"batch.failed","data":{"id":"batch_1"}}"#);
    let mut request = delivery.into_request();
    *request.uri_mut() = path.parse()?;
    let response = endpoint.handle(request).await;
    println!("  {path} with `{secret}`: {}", response.status().as_u16());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let customers = Customers::default();
    customers.set("acme", &["first-of-acme"])?;
    customers.set("globex", &["first-of-globex"])?;

    let endpoint = Endpoint::builder(App)
        .secret_source(customers.clone())
        .tenant_in_path("/webhooks/{tenant}/openai")
        .cache_secrets(Duration::from_secs(60))
        .build()?;
    // In a server: axum::Router::new().route_service("/webhooks/{tenant}/openai", endpoint)

    println!("a secret verifies deliveries of its own tenant only; it is loaded once:");
    send(&endpoint, "/webhooks/acme/openai", "first-of-acme").await?;
    send(&endpoint, "/webhooks/acme/openai", "first-of-acme").await?;
    send(&endpoint, "/webhooks/globex/openai", "first-of-acme").await?;

    println!("an unknown tenant gets the response of a wrong signature:");
    send(&endpoint, "/webhooks/initech/openai", "first-of-acme").await?;

    println!("acme rotates its secret; both are valid for a while:");
    customers.set("acme", &["second-of-acme", "first-of-acme"])?;
    endpoint.forget_secrets("acme"); // or wait for a minute
    send(&endpoint, "/webhooks/acme/openai", "second-of-acme").await?;
    send(&endpoint, "/webhooks/acme/openai", "first-of-acme").await?;

    println!("then only the new one is valid:");
    customers.set("acme", &["second-of-acme"])?;
    endpoint.forget_secrets("acme");
    send(&endpoint, "/webhooks/acme/openai", "first-of-acme").await?;
    send(&endpoint, "/webhooks/acme/openai", "second-of-acme").await
}
