//! Return types of handlers.

use std::error::Error;
use std::io;
use std::time::Duration;

use webhook_runtime::openai::{OpenAi, OpenAiEvent};
use webhook_runtime::testing::Driver;
use webhook_runtime::{BoxError, DeliveryOutcome, Event, Outcome, WebhookRouter, on};

/// Whether the handlers fail.
struct Fails(bool);

#[on("batch.failed")]
async fn unit() {}

#[on("batch.completed")]
async fn io_error(fails: &App) -> io::Result<()> {
    if fails.fails.0 {
        return Err(io::Error::other("disk"));
    }
    Ok(())
}

#[on("batch.expired")]
async fn any_error(fails: &Fails) -> anyhow::Result<()> {
    anyhow::ensure!(!fails.0, "anyhow");
    Ok(())
}

#[on("batch.cancelled")]
async fn text(fails: &Fails) -> Result<(), String> {
    if fails.0 {
        Err("text".to_owned())
    } else {
        Ok(())
    }
}

#[on("response.completed")]
async fn static_text(fails: &Fails) -> Result<(), &'static str> {
    if fails.0 { Err("static text") } else { Ok(()) }
}

#[on("response.failed")]
async fn boxed(fails: &Fails) -> Result<(), Box<dyn Error + Send + Sync>> {
    if fails.0 { Err("boxed".into()) } else { Ok(()) }
}

#[on("response.incomplete")]
async fn outcome(fails: &Fails) -> Outcome {
    if fails.0 {
        Outcome::Failed
    } else {
        Outcome::Done
    }
}

#[on("response.cancelled")]
async fn outcome_or_error(fails: &Fails) -> Result<Outcome, BoxError> {
    if fails.0 {
        Err("outcome or error".into())
    } else {
        Ok(Outcome::RetryLater(Duration::from_secs(9)))
    }
}

#[on("video.completed")]
fn plain_function() {}

#[on("video.failed")]
fn plain_function_with_error(_: Event<OpenAiEvent>, fails: &Fails) -> Result<(), io::Error> {
    if fails.0 {
        Err(io::Error::other("plain"))
    } else {
        Ok(())
    }
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(
    unit, io_error, any_error, text, static_text, boxed, outcome, outcome_or_error,
    plain_function, plain_function_with_error,
))]
struct App {
    #[webhook(state)]
    fails: Fails,
}

/// Handler, status and error message of an event.
async fn deliver(fails: bool, event_type: &str) -> (&'static str, u16, String) {
    let driver = Driver::new(App {
        fails: Fails(fails),
    });
    let body = format!(r#"{{"type":"{event_type}","data":{{"id":"x"}}}}"#);
    let report = driver.deliver(body).await;
    let error = match report.outcome() {
        DeliveryOutcome::Failed(error) => error.to_string(),
        _ => String::new(),
    };
    let handler = report.handler().unwrap();
    (handler, report.status().as_u16(), error)
}

#[tokio::test]
async fn every_return_type_without_an_error_has_its_status() {
    for (event_type, handler, status) in [
        ("batch.failed", "unit", 200),
        ("batch.completed", "io_error", 200),
        ("batch.expired", "any_error", 200),
        ("batch.cancelled", "text", 200),
        ("response.completed", "static_text", 200),
        ("response.failed", "boxed", 200),
        ("response.incomplete", "outcome", 200),
        ("response.cancelled", "outcome_or_error", 503),
        ("video.completed", "plain_function", 200),
        ("video.failed", "plain_function_with_error", 200),
    ] {
        let report = deliver(false, event_type).await;
        assert_eq!(report, (handler, status, String::new()));
    }
}

#[tokio::test]
async fn every_error_type_is_a_failure_with_its_message() {
    for (event_type, handler, error) in [
        ("batch.completed", "io_error", "disk"),
        ("batch.expired", "any_error", "anyhow"),
        ("batch.cancelled", "text", "text"),
        ("response.completed", "static_text", "static text"),
        ("response.failed", "boxed", "boxed"),
        ("response.incomplete", "outcome", ""),
        ("response.cancelled", "outcome_or_error", "outcome or error"),
        ("video.failed", "plain_function_with_error", "plain"),
    ] {
        let report = deliver(true, event_type).await;
        assert_eq!(report, (handler, 500, error.to_owned()));
    }
}
