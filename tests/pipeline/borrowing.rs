//! Views whose fields borrow from the body.

use std::borrow::Cow;
use std::sync::Mutex;

use serde::Deserialize;
use webhook_runtime::testing::Driver;
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{DecodeError, DeliveryOutcome, Event, Payload, WebhookRouter, on};

#[derive(Deserialize, Payload)]
#[payload(provider = Wacht, events("user.created"))]
struct Name<'a> {
    id: &'a str,
    #[serde(borrow)]
    first_name: Cow<'a, str>,
}

/// Id, name, and whether the name is borrowed, for each delivery.
#[derive(Default)]
struct Seen(Mutex<Vec<(String, String, bool)>>);

#[on("user.created")]
async fn created(event: Event<Name<'_>>, seen: &Seen) {
    // The borrow is held across an await.
    tokio::task::yield_now().await;
    let Name { id, first_name } = &event.data;
    let is_borrowed = matches!(first_name, Cow::Borrowed(_));
    let name = first_name.clone().into_owned();
    let mut seen = seen.0.lock().unwrap();
    seen.push(((*id).to_owned(), name, is_borrowed));
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Wacht, handlers(created))]
struct App {
    #[webhook(state)]
    seen: Seen,
}

fn body(id: &str, name: &str) -> String {
    format!(
        r#"{{"type":"user.created","timestamp":"2026-11-03T06:00:00Z","data":{{"id":"{id}","first_name":"{name}"}}}}"#
    )
}

#[tokio::test]
async fn a_string_is_borrowed_unless_it_has_escapes() {
    let driver = Driver::new(App::default());
    for name in ["Mirela", "Zo\u{eb}", r"Zo\u00eb", r#"\"Mi\""#] {
        assert_eq!(driver.deliver(body("7", name)).await.status(), 200);
    }
    let seen = driver.endpoint().router().seen.0.lock().unwrap().clone();
    let expected = [
        ("Mirela", true),
        ("Zo\u{eb}", true),
        ("Zo\u{eb}", false),
        ("\"Mi\"", false),
    ];
    let expected = expected.map(|(name, is_borrowed)| ("7".into(), name.into(), is_borrowed));
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_escape_in_a_borrowed_string_is_an_error_with_a_fix() {
    let driver = Driver::new(App::default());
    let report = driver.deliver(body(r"secr\u0065t", "Mirela")).await;
    assert_eq!(report.status(), 500);
    let DeliveryOutcome::Undecodable(DecodeError::Payload { problem, .. }) = report.outcome()
    else {
        panic!("{:?}", report.outcome());
    };
    assert_eq!(
        problem,
        "a string with escapes cannot be borrowed as `&str`: change the field to `#[serde(borrow)] Cow<'a, str>` or `String`"
    );
}
