//! Endpoints that `build` rejects, because an option would have no effect or the endpoint could not work.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use webhook_runtime::catalog::AnyCatalog;
use webhook_runtime::inbox::{Effects, MissingEffects, StoredDelivery};
use webhook_runtime::openai::{BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::queue::DeliveryQueue;
use webhook_runtime::testing::{MemoryInbox, TEST_SECRET};
use webhook_runtime::{
    BoxError, BuildError, Delivery, Endpoint, EndpointBuilder, Event, FromDelivery, MemoryStore,
    OnTimeout, Retry, Router, Secret, Verifier, WebhookRouter, async_trait, on,
};
use webhook_test_support::log;

const SECOND: Duration = Duration::from_secs(1);
const OPENAI: &str = "openai";

#[on("batch.failed")]
async fn failed(_: Event<BatchFailed>) {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(failed))]
struct App;

fn builder() -> EndpointBuilder<App> {
    Endpoint::builder(App).secret(TEST_SECRET)
}

/// A queue that stores nothing.
struct NoQueue;

#[async_trait]
impl DeliveryQueue for NoQueue {
    async fn enqueue(&self, _: &StoredDelivery) -> Result<(), BoxError> {
        Ok(())
    }
}

/// Asserts that the builder is rejected with this error, and that its message contains these parts.
fn assert_rejected<R: Router>(builder: EndpointBuilder<R>, expected: &BuildError, parts: &[&str]) {
    let error = builder.build().unwrap_err();
    assert_eq!(&error, expected);
    let message = error.to_string();
    for part in parts {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
}

#[test]
fn inbox_options_without_an_inbox_are_rejected() {
    for (option, builder) in [
        ("workers", builder().workers(1)),
        ("retry", builder().retry(Retry::new())),
        ("max_backlog", builder().max_backlog(1)),
        ("max_backlog_age", builder().max_backlog_age(SECOND)),
        (
            "workers",
            builder().idempotent(MemoryStore::default()).workers(1),
        ),
        ("retry", builder().forward_to(NoQueue).retry(Retry::new())),
    ] {
        let provider = OPENAI;
        let expected = BuildError::NoInbox { provider, option };
        let name = format!("`.{option}(…)`");
        assert_rejected(builder, &expected, &[&name, "no inbox", "add `.inbox(…)`"]);
    }
}

#[test]
fn inbox_options_with_an_inbox_are_accepted() {
    let builder = builder().inbox(MemoryInbox::default()).workers(1);
    let builder = builder.retry(Retry::new()).max_backlog(1);
    let builder = builder.max_backlog_age(SECOND).lease(SECOND);
    builder.store_timeout(SECOND).build().unwrap();
}

#[test]
fn lease_without_a_store_or_an_inbox_is_rejected() {
    for builder in [
        builder().lease(SECOND),
        builder().forward_to(NoQueue).lease(SECOND),
    ] {
        let expected = BuildError::NoStore {
            provider: OPENAI,
            option: "lease",
            missing: "store and no inbox",
        };
        assert_rejected(builder, &expected, &["`.lease(…)`", "add `.idempotent(…)`"]);
    }
    let builder = builder().idempotent(MemoryStore::default());
    builder.lease(SECOND).build().unwrap();
}

#[test]
fn store_timeout_in_the_plain_mode_is_rejected() {
    for timeout in [Some(SECOND), None] {
        let expected = BuildError::NoStore {
            provider: OPENAI,
            option: "store_timeout",
            missing: "store, inbox or queue",
        };
        let builder = builder().store_timeout(timeout);
        assert_rejected(builder, &expected, &["no store, inbox or queue"]);
    }
    let builder = builder().forward_to(NoQueue).store_timeout(None);
    builder.build().unwrap();
}

#[test]
fn queue_timeout_without_a_concurrency_limit_is_rejected() {
    let expected = BuildError::NoConcurrencyLimit { provider: OPENAI };
    let part = "add `.concurrency_limit(…)`";
    assert_rejected(builder().queue_timeout(SECOND), &expected, &[part]);
}

#[test]
fn limit_of_slots_with_an_inbox_is_rejected() {
    let builder = || builder().inbox(MemoryInbox::default());
    for (builder, option) in [
        (builder().concurrency_limit(2), "concurrency_limit"),
        (
            builder().concurrency_limit(2).queue_timeout(SECOND),
            "concurrency_limit",
        ),
    ] {
        let expected = BuildError::SlotsWithInbox {
            provider: OPENAI,
            option,
        };
        assert_rejected(builder, &expected, &["use `.workers(…)`"]);
    }
}

#[test]
fn reaction_to_a_handler_timeout_without_a_timeout_is_rejected() {
    let expected = BuildError::NoHandlerTimeout { provider: OPENAI };
    let part = "add `.handler_timeout(…)`";
    let builder = builder().on_handler_timeout(OnTimeout::Cancel);
    assert_rejected(builder, &expected, &[part]);
}

#[test]
fn secret_source_timeout_without_a_source_is_rejected() {
    let expected = BuildError::NoSource {
        provider: OPENAI,
        option: "secret_source_timeout",
    };
    let part = "add `.secret_source(…)`";
    assert_rejected(builder().secret_source_timeout(SECOND), &expected, &[part]);
}

/// Effects of an inbox that no test here provides.
struct Ledger;

impl Effects for Ledger {
    fn is_empty(&self) -> bool {
        true
    }

    fn kind(&self) -> &'static str {
        "LedgerTransaction"
    }
}

struct LedgerTransaction;

impl<'d> FromDelivery<'d> for LedgerTransaction {
    type Catalog = AnyCatalog;
    const REQUIRES: Option<&'static str> = Some("LedgerTransaction");

    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
        let ledger = delivery.effects_as::<Ledger>();
        ledger.ok_or(MissingEffects::new("LedgerTransaction"))?;
        Ok(Self)
    }
}

#[on("batch.completed")]
async fn books(_: Event<BatchCompleted>, _: LedgerTransaction) {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(books))]
struct Books;

#[test]
fn handler_that_takes_a_transaction_needs_its_inbox() {
    let builder = || Endpoint::builder(Books).secret(TEST_SECRET);
    let expected = |inbox| BuildError::NoTransaction {
        provider: OPENAI,
        handler: "books",
        argument: "LedgerTransaction",
        inbox,
    };
    let parts = ["handler `books`", "`LedgerTransaction`", "`.inbox(…)`"];
    let none = expected("an endpoint without an inbox");
    assert_rejected(builder(), &none, &parts);
    let other = builder().inbox(MemoryInbox::default());
    assert_rejected(other, &expected("this inbox"), &parts);
}

#[on("batch.failed", ordered_by = "/data/id")]
async fn ordered(_: Event<BatchFailed>) {}

#[on("batch.completed", retry(max = 1))]
async fn retried(_: Event<BatchCompleted>) {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(ordered, retried))]
struct Options;

#[test]
fn handler_options_without_an_inbox_are_warnings() {
    let builder = || Endpoint::builder(Options).secret(TEST_SECRET);
    let lines_of = |log: &str, handler: &str| {
        let name = format!("handler=\"{handler}\"");
        log.lines().filter(|line| line.contains(&name)).count()
    };
    log::record();
    builder().build().unwrap();
    let warnings = log::warnings();
    assert_eq!(lines_of(&warnings, "ordered"), 1, "{warnings}");
    assert_eq!(lines_of(&warnings, "retried"), 1, "{warnings}");

    builder().forward_to(NoQueue).build().unwrap();
    let warnings = log::warnings();
    assert_eq!(lines_of(&warnings, "ordered"), 0, "{warnings}");
    assert_eq!(lines_of(&warnings, "retried"), 1, "{warnings}");

    builder().inbox(MemoryInbox::default()).build().unwrap();
    assert_eq!(log::warnings(), "");
}

#[test]
fn name_is_reserved_on_a_store_until_the_endpoint_is_dropped() {
    let store = MemoryStore::default();
    let named = |name: &str| builder().idempotent(store.clone()).name(name);
    let first = named("a").build().unwrap();
    let clone = first.clone();
    drop(first);
    let expected = BuildError::NameInUse {
        provider: OPENAI,
        name: "a".to_owned(),
    };
    assert_rejected(named("a"), &expected, &["`a` is in use", "`.name(…)`"]);
    let _other = named("b").build().unwrap();
    drop(clone);
    named("a").build().unwrap();
    builder()
        .idempotent(MemoryStore::default())
        .name("b")
        .build()
        .unwrap();
}

#[test]
fn name_is_reserved_on_an_inbox_handle() {
    let inbox = MemoryInbox::default();
    let _first = builder().inbox(inbox.clone()).build().unwrap();
    let error = builder().inbox(inbox.clone()).build().unwrap_err();
    assert!(matches!(error, BuildError::NameInUse { .. }), "{error}");
    builder().inbox(inbox.new_handle()).build().unwrap();
}

#[test]
fn endpoints_without_a_store_or_an_inbox_share_names() {
    let _first = builder().name("a").build().unwrap();
    builder().name("a").build().unwrap();
}

/// `fn main() -> Result<(), BoxError>` prints an error by `Debug`, so an operator reads the message there.
#[test]
fn debug_of_a_startup_error_is_its_message() {
    let error = builder().workers(2).build().unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    let error = Secret::from_env("WEBHOOK_TEST_VARIABLE_THAT_IS_NOT_SET").unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    let error = Verifier::standard_webhooks(["whsec_"]).unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
}
