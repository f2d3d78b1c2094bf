//! A provider that is not shipped: its profile, its catalog, an exhaustive router, and a comparison of the handled
//! events with the subscribed ones.
//!
//! `cargo run --example custom_provider`

#![allow(clippy::print_stdout, reason = "a command-line program")]

use serde::{Deserialize, Serialize};
use webhook_runtime::testing::Driver;
use webhook_runtime::{
    BoxError, Event, EventCatalog, Payload, Profile, Provider, Router, UnknownEvent, WebhookRouter,
    on,
};

// The provider, in some thirty lines.

/// A parcel service that follows Standard Webhooks.
struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent")]
    ParcelSent(ParcelSent),
    #[event("parcel.lost")]
    ParcelLost(ParcelLost),
    #[event("issue", subtypes(
        key = "action", at = "/action", "opened" = IssueOpened, "closed" = IssueClosed,
    ))]
    Issue(Issue),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct ParcelSent {
    parcel: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct ParcelLost {
    parcel: String,
    last_seen: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Issue {
    action: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct IssueOpened {
    title: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct IssueClosed {
    reason: String,
}

// The receiver.

/// A view of both parcel events: only the fields that the handler needs, borrowed from the body.
#[derive(Deserialize, Payload)]
#[payload(provider = Acme, events("parcel.*"))]
struct Parcel<'a> {
    parcel: &'a str,
}

#[on("parcel.*")]
async fn parcel(event: Event<Parcel<'_>>) {
    println!("  parcel {}: {}", event.data.parcel, event.event_type);
}

#[on("issue", action = "opened")]
async fn opened(event: Event<IssueOpened>) {
    println!("  a new issue: {}", event.data.title);
}

#[on("issue")]
async fn other_issue(event: Event<Issue>) -> Result<(), BoxError> {
    Err(format!("no rule for an issue that is {}", event.data.action).into())
}

#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers(parcel, opened, other_issue), exhaustive)]
struct App;

/// Events that the endpoint is subscribed to in Acme's console.
const SUBSCRIBED: &[&str] = &["parcel.sent", "parcel.lost", "issue"];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("handled:");
    for route in App::ROUTES {
        let subtype = route.subtype.map(|(key, value)| format!(" {key}={value}"));
        let subtype = subtype.unwrap_or_default();
        println!(
            "  {}{subtype} by {} (line {})",
            route.event, route.handler, route.location.line
        );
        assert!(
            SUBSCRIBED.contains(&route.event),
            "{} is handled, but not subscribed",
            route.event
        );
    }

    let driver = Driver::new(App);
    for body in [
        r#"{"type":"parcel.sent","data":{"parcel":"P-1"}}"#,
        r#"{"type":"parcel.lost","data":{"parcel":"P-1","last_seen":"Zurich"}}"#,
        r#"{"type":"issue","data":{"action":"opened","title":"where is P-1?"}}"#,
        r#"{"type":"issue","data":{"action":"closed","reason":"found"}}"#,
        r#"{"type":"parcel.delivered","data":{"parcel":"P-2"}}"#,
        r#"{"type":"weather.changed","data":{}}"#,
    ] {
        println!("{body}");
        let report = driver.deliver(body).await;
        let handler = report.handler().unwrap_or("no handler");
        println!(
            "  {} by {handler}: {}",
            report.status().as_u16(),
            report.outcome().as_str()
        );
    }
}
