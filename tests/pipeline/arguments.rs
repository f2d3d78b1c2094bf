//! What handlers can take beside the event, and that it is what was sent.

#![allow(clippy::needless_pass_by_value, reason = "a handler takes its event")]

use std::sync::Mutex;

use http::HeaderValue;
use webhook_runtime::anthropic::{Anthropic, SessionCreated};
use webhook_runtime::cadenya::{Cadenya, UserMessage};
use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::testing::{Driver, Signer, TEST_TIME};
use webhook_runtime::wacht::{OrganizationDeleted, Wacht};
use webhook_runtime::{
    DeliveryId, Event, EventId, EventType, Headers, RawBody, Timestamp, WebhookRouter, on,
    payload::DateTime,
};

use crate::everything::{Case, OfAnthropic, OfCadenya, OfOpenAi, OfWacht};

#[derive(Debug)]
struct Given {
    delivery_id: DeliveryId,
    event_id: EventId,
    event_type: EventType,
    timestamp: Timestamp,
    headers: Headers,
    body: RawBody,
}

#[derive(Default)]
struct Seen(Mutex<Option<Given>>);

struct Greeting(&'static str);

#[on("batch.failed")]
#[expect(clippy::too_many_arguments, reason = "all that there are")]
async fn all(
    body: RawBody,
    greeting: &Greeting,
    headers: Headers,
    event: Event<BatchFailed>,
    timestamp: Timestamp,
    app: &App,
    event_type: EventType,
    event_id: EventId,
    delivery_id: DeliveryId,
    seen: &Seen,
) {
    // Lent, not copied: state is the router's own field.
    assert!(std::ptr::eq(&raw const app.seen, seen));
    assert_eq!((greeting.0, app.not_lent), ("good evening", 7));
    assert_eq!(event.id, delivery_id);
    assert_eq!(event.event_type, event_type);
    assert_eq!(event.created_at, Some(DateTime::from_second(1_767_323_045)));
    assert_eq!(event.data.id, "b");
    *seen.0.lock().expect("nobody panicked") = Some(Given {
        delivery_id,
        event_id,
        event_type,
        timestamp,
        headers,
        body,
    });
}

/// Nothing has to be taken.
#[on("batch.completed")]
fn nothing() {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(all, nothing))]
struct App {
    #[webhook(state)]
    seen: Seen,
    #[webhook(state)]
    greeting: Greeting,
    not_lent: u8,
}

fn app() -> Driver<App> {
    Driver::new(App {
        seen: Seen::default(),
        greeting: Greeting("good evening"),
        not_lent: 7,
    })
}

#[tokio::test]
async fn all_arguments_in_any_order_are_what_was_sent() {
    let driver = app();
    let later = Timestamp::from_second(TEST_TIME.as_second() + 17);
    let mut delivery = Signer::default().id("wh_5").at(later).sign(OfOpenAi::GOOD);
    let by_anybody = HeaderValue::from_static("yes");
    delivery.headers.insert("x-anything", by_anybody);
    let ran = driver
        .deliver_raw(&delivery.headers, delivery.body.clone())
        .await;
    assert_eq!((ran.status().as_u16(), ran.handler()), (200, Some("all")));

    let seen = driver.endpoint().router().seen.0.lock().expect("it ran");
    let given = seen.as_ref().expect("it ran");
    assert_eq!(given.delivery_id.as_str(), "wh_5");
    assert_eq!(given.event_id.as_str(), "evt_1");
    assert_eq!(given.event_type.as_str(), "batch.failed");
    assert_eq!(given.timestamp, later);
    assert_eq!(*given.headers, delivery.headers);
    assert_eq!(*given.body, *delivery.body);
    // Shared with the delivery, not copied.
    assert_eq!(given.body.as_ptr(), delivery.body.as_ptr());
}

#[tokio::test]
async fn a_handler_may_take_nothing() {
    let ran = app().deliver(r#"{"type":"batch.completed"}"#).await;
    assert_eq!(
        (ran.status().as_u16(), ran.handler()),
        (200, Some("nothing"))
    );
}

/// The ids and times that each provider's handlers get.
#[derive(Default)]
struct Facts(Mutex<Vec<[String; 3]>>);

impl Facts {
    fn note<T>(&self, event: &Event<T>, event_id: &EventId) {
        let created_at = event.created_at.as_ref().map(ToString::to_string);
        self.0.lock().expect("nobody panicked").push([
            event.id.as_str().to_owned(),
            event_id.as_str().to_owned(),
            created_at.unwrap_or_default(),
        ]);
    }
}

#[on("session.created")]
fn session(event: Event<SessionCreated>, id: EventId, facts: &Facts) {
    facts.note(&event, &id);
}

#[on("objective_event.user_message")]
fn message(event: Event<UserMessage>, id: EventId, facts: &Facts) {
    facts.note(&event, &id);
}

#[on("organization.deleted")]
fn organization(event: Event<OrganizationDeleted>, id: EventId, facts: &Facts) {
    facts.note(&event, &id);
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Anthropic, handlers(session))]
struct Sessions {
    #[webhook(state)]
    facts: Facts,
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Cadenya, handlers(message))]
struct Messages {
    #[webhook(state)]
    facts: Facts,
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Wacht, handlers(organization))]
struct Organizations {
    #[webhook(state)]
    facts: Facts,
}

#[tokio::test]
async fn the_events_own_id_is_found_where_the_provider_puts_it() {
    const TIME: &str = "2026-01-02T03:04:05Z";
    let sessions = Driver::new(Sessions::default());
    sessions.deliver(OfAnthropic::GOOD).await;
    let messages = Driver::new(Messages::default());
    messages.deliver(OfCadenya::GOOD).await;
    let organizations = Driver::new(Organizations::default());
    organizations.deliver(OfWacht::GOOD).await;
    for (facts, id) in [
        (&sessions.endpoint().router().facts, "whe_1"),
        (&messages.endpoint().router().facts, "oe_1"),
        // It has none but the delivery's.
        (&organizations.endpoint().router().facts, "msg_test"),
    ] {
        let facts = facts.0.lock().expect("nobody panicked");
        assert_eq!(*facts, [["msg_test", id, TIME].map(str::to_owned)]);
    }
}
