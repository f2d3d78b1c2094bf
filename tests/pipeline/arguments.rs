//! Arguments of handlers: facts of the delivery, state of the router, and arguments of the program's own.

#![allow(clippy::needless_pass_by_value, reason = "a handler takes its event")]

use std::sync::Mutex;

use http::HeaderValue;
use webhook_runtime::anthropic::{Anthropic, SessionCreated};
use webhook_runtime::cadenya::{Cadenya, UserMessage};
use webhook_runtime::catalog::AnyCatalog;
use webhook_runtime::openai::{BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::payload::{Carries, DateTime, Decode};
use webhook_runtime::testing::{DeliveryReport, Driver, Signer, TEST_TIME};
use webhook_runtime::wacht::{OrganizationDeleted, Wacht};
use webhook_runtime::{
    BoxError, DecodeError, Delivery, DeliveryId, DeliveryOutcome, Event, EventId, EventType,
    FromDelivery, Headers, RawBody, Timestamp, WebhookRouter, on,
};

use crate::providers::{Case, OfAnthropic, OfCadenya, OfOpenAi, OfWacht};

#[derive(Debug)]
struct Arguments {
    delivery_id: DeliveryId,
    event_id: EventId,
    event_type: EventType,
    timestamp: Timestamp,
    headers: Headers,
    body: RawBody,
}

#[derive(Default)]
struct Seen(Mutex<Option<Arguments>>);

struct Greeting(&'static str);

#[on("batch.failed")]
#[expect(clippy::too_many_arguments, reason = "every built-in argument")]
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
    // Borrowed, not copied: state is the router's own field.
    assert!(std::ptr::eq(&raw const app.seen, seen));
    assert_eq!((greeting.0, app.unmarked), ("good evening", 7));
    assert_eq!(event.id, delivery_id);
    assert_eq!(event.event_type, event_type);
    assert_eq!(event.created_at, Some(DateTime::from_second(1_767_323_045)));
    assert_eq!(event.data.id, "b");
    *seen.0.lock().unwrap() = Some(Arguments {
        delivery_id,
        event_id,
        event_type,
        timestamp,
        headers,
        body,
    });
}

#[on("batch.completed")]
fn without_arguments() {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(all, without_arguments))]
struct App {
    #[webhook(state)]
    seen: Seen,
    #[webhook(state)]
    greeting: Greeting,
    unmarked: u8,
}

fn app() -> Driver<App> {
    Driver::new(App {
        seen: Seen::default(),
        greeting: Greeting("good evening"),
        unmarked: 7,
    })
}

#[tokio::test]
async fn arguments_in_any_order_are_those_of_the_delivery() {
    let driver = app();
    let later = Timestamp::from_second(TEST_TIME.as_second() + 17);
    let mut delivery = Signer::default().id("wh_5").at(later).sign(OfOpenAi::VALID);
    let value = HeaderValue::from_static("yes");
    delivery.headers.insert("x-other", value);
    let report = driver
        .deliver_raw(&delivery.headers, delivery.body.clone())
        .await;
    assert_eq!(
        (report.status().as_u16(), report.handler()),
        (200, Some("all"))
    );

    let seen = driver.endpoint().router().seen.0.lock().unwrap();
    let taken = seen.as_ref().unwrap();
    assert_eq!(taken.delivery_id.as_str(), "wh_5");
    assert_eq!(taken.event_id.as_str(), "evt_1");
    assert_eq!(taken.event_type.as_str(), "batch.failed");
    assert_eq!(taken.timestamp, later);
    assert_eq!(*taken.headers, delivery.headers);
    assert_eq!(*taken.body, *delivery.body);
    // Shared with the delivery, not copied.
    assert_eq!(taken.body.as_ptr(), delivery.body.as_ptr());
}

#[tokio::test]
async fn a_handler_can_have_no_arguments() {
    let report = app().deliver(r#"{"type":"batch.completed"}"#).await;
    assert_eq!(
        (report.status().as_u16(), report.handler()),
        (200, Some("without_arguments"))
    );
}

/// Delivery id, event id and time of each event.
#[derive(Default)]
struct Facts(Mutex<Vec<[String; 3]>>);

impl Facts {
    fn push<T>(&self, event: &Event<T>, event_id: &EventId) {
        let created_at = event.created_at.as_ref().map(ToString::to_string);
        self.0.lock().unwrap().push([
            event.id.as_str().to_owned(),
            event_id.as_str().to_owned(),
            created_at.unwrap_or_default(),
        ]);
    }
}

#[on("session.created")]
fn session(event: Event<SessionCreated>, id: EventId, facts: &Facts) {
    facts.push(&event, &id);
}

#[on("objective_event.user_message")]
fn message(event: Event<UserMessage>, id: EventId, facts: &Facts) {
    facts.push(&event, &id);
}

#[on("organization.deleted")]
fn organization(event: Event<OrganizationDeleted>, id: EventId, facts: &Facts) {
    facts.push(&event, &id);
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
async fn the_event_id_is_read_where_the_provider_writes_it() {
    const TIME: &str = "2026-01-02T03:04:05Z";
    let sessions = Driver::new(Sessions::default());
    sessions.deliver(OfAnthropic::VALID).await;
    let messages = Driver::new(Messages::default());
    messages.deliver(OfCadenya::VALID).await;
    let organizations = Driver::new(Organizations::default());
    organizations.deliver(OfWacht::VALID).await;
    for (facts, id) in [
        (&sessions.endpoint().router().facts, "whe_1"),
        (&messages.endpoint().router().facts, "oe_1"),
        // The body has no id, so this is the delivery's.
        (&organizations.endpoint().router().facts, "msg_test"),
    ] {
        let facts = facts.0.lock().unwrap();
        assert_eq!(*facts, [["msg_test", id, TIME].map(str::to_owned)]);
    }
}

/// Feature flag from a header: an argument of the program's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NewBilling(bool);

impl<'d> FromDelivery<'d> for NewBilling {
    type Catalog = AnyCatalog;

    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
        match delivery
            .headers()
            .get("x-billing")
            .map(HeaderValue::as_bytes)
        {
            None => Ok(Self(false)),
            Some(b"new") => Ok(Self(true)),
            Some(b"panic") => panic!("the argument panics"),
            Some(_) => Err("unknown value in header `x-billing`".into()),
        }
    }
}

/// All facts of a delivery, and its event: an argument that carries events.
struct Audited<'d, T> {
    event: Event<T>,
    facts: [String; 6],
    body: &'d [u8],
}

impl<'d, T: Decode<'d>> FromDelivery<'d> for Audited<'d, T> {
    type Catalog = T::Catalog;
    const CARRIES: Option<Carries> = Some(T::CARRIES);

    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
        assert_eq!(delivery.verified().id(), delivery.id());
        assert!(delivery.effects().is_none(), "an endpoint without an inbox");
        Ok(Self {
            event: Event::from_delivery(delivery)?,
            facts: [
                delivery.id().to_string(),
                delivery.event_id().as_str().to_owned(),
                delivery.event_type().to_string(),
                delivery.timestamp().as_second().to_string(),
                delivery.tenant().to_string(),
                delivery.headers().len().to_string(),
            ],
            body: delivery.body(),
        })
    }
}

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

#[on("batch.failed")]
async fn bills(event: Event<BatchFailed>, billing: NewBilling, log: &Log) {
    let line = format!("{} {billing:?}", event.data.id);
    log.0.lock().unwrap().push(line);
}

#[on("batch.completed")]
fn audits(audited: Audited<'_, BatchCompleted>, log: &Log) {
    let Audited { event, facts, body } = audited;
    let line = format!("{} {facts:?} {}", event.data.id, body.len());
    log.0.lock().unwrap().push(line);
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = OpenAi, handlers(bills, audits))]
struct OwnArguments {
    #[webhook(state)]
    log: Log,
}

impl OwnArguments {
    fn driver() -> Driver<Self> {
        Driver::new(Self::default())
    }
}

fn log_of(driver: &Driver<OwnArguments>) -> Vec<String> {
    driver.endpoint().router().log.0.lock().unwrap().clone()
}

async fn bill(driver: &Driver<OwnArguments>, billing: Option<&'static str>) -> DeliveryReport {
    let mut delivery = Signer::default().sign(OfOpenAi::VALID);
    if let Some(billing) = billing {
        let billing = HeaderValue::from_static(billing);
        delivery.headers.insert("x-billing", billing);
    }
    driver.deliver_raw(&delivery.headers, delivery.body).await
}

#[tokio::test]
async fn custom_argument_is_created_from_the_delivery() {
    let driver = OwnArguments::driver();
    for billing in [None, Some("new")] {
        let report = bill(&driver, billing).await;
        assert_eq!(
            (report.status().as_u16(), report.handler()),
            (200, Some("bills"))
        );
    }
    assert_eq!(
        log_of(&driver),
        ["b NewBilling(false)", "b NewBilling(true)"]
    );
}

#[tokio::test]
async fn an_argument_that_fails_is_a_failure_of_the_handler_with_its_message() {
    let driver = OwnArguments::driver();
    let report = bill(&driver, Some("newest")).await;
    assert_eq!(
        (report.status().as_u16(), report.handler()),
        (500, Some("bills"))
    );
    let DeliveryOutcome::Failed(error) = report.outcome() else {
        panic!("{report:?}");
    };
    assert_eq!(error.to_string(), "unknown value in header `x-billing`");
    assert_eq!(log_of(&driver), [""; 0]);
}

#[tokio::test]
async fn an_argument_that_panics_is_a_panic_of_the_handler() {
    let report = bill(&OwnArguments::driver(), Some("panic")).await;
    assert_eq!(report.status(), 500);
    assert!(
        matches!(report.outcome(), DeliveryOutcome::Panicked),
        "{report:?}"
    );
}

#[tokio::test]
async fn an_argument_can_contain_the_event_and_all_facts() {
    let driver = OwnArguments::driver();
    let body = r#"{"id":"evt_1","type":"batch.completed","data":{"id":"b"}}"#;
    let delivery = Signer::default().id("wh_5").sign(body);
    let report = driver.deliver_raw(&delivery.headers, delivery.body).await;
    assert_eq!(
        (report.status().as_u16(), report.handler()),
        (200, Some("audits"))
    );
    let facts = [
        "wh_5",
        "evt_1",
        "batch.completed",
        &TEST_TIME.as_second().to_string(),
        "",
        "3",
    ];
    assert_eq!(log_of(&driver), [format!("b {facts:?} {}", body.len())]);
}

#[tokio::test]
async fn an_argument_with_an_undecodable_event_is_undecodable() {
    let report = OwnArguments::driver()
        .deliver(r#"{"type":"batch.completed","data":{"id":7}}"#)
        .await;
    assert_eq!(report.status(), 500);
    assert!(
        matches!(
            report.outcome(),
            DeliveryOutcome::Undecodable(DecodeError::Payload { .. })
        ),
        "{report:?}"
    );
}
