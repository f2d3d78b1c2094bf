//! Routing by sub-type, family and unlisted event, and the list of routes.

use webhook_runtime::testing::{Driver, samples};
use webhook_runtime::wacht::{AgentThreadMessage, AnyUser, ApprovalRequest, UserCreated, Wacht};
use webhook_runtime::{Event, Router, WebhookRouter, on};

#[on("agent.thread.message", message_type = "approval_request")]
async fn approval(event: Event<ApprovalRequest>) {
    assert!(!event.data.tools.is_empty());
}

#[on("agent.thread.message")]
async fn message(event: Event<AgentThreadMessage>) {
    assert_ne!(event.data.data.message_type.as_str(), "approval_request");
}

#[on("user.created")]
fn created(_: Event<UserCreated>) {}

#[on("user.*")]
fn user(_: Event<AnyUser>) {}

#[on("song.*", unlisted)]
async fn song(event: Event<serde_json::Value>) {
    assert!(event.event_type.as_str().starts_with("song."));
}

#[on("song.sung", unlisted)]
fn sung(_: Event<serde_json::Value>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Wacht, handlers(approval, message, created, user, song, sung))]
struct App;

async fn handler_of(body: &'static str) -> Option<&'static str> {
    let report = Driver::new(App).deliver(body).await;
    assert_eq!(report.status(), 200, "{:?}", report.outcome());
    report.handler()
}

#[tokio::test]
async fn a_sub_type_is_handled_by_its_own_handler() {
    let mut approvals = 0;
    for sample in samples::<Wacht>().filter(|sample| sample.event_type == "agent.thread.message") {
        let is_approval = sample.body.contains(r#""message_type":"approval_request""#);
        approvals += usize::from(is_approval);
        let expected = if is_approval { "approval" } else { "message" };
        assert_eq!(
            handler_of(sample.body).await,
            Some(expected),
            "{}",
            sample.body
        );
    }
    assert!(approvals > 0);
}

#[tokio::test]
async fn the_handler_with_the_most_specific_pattern_runs() {
    for sample in samples::<Wacht>().filter(|sample| sample.event_type.starts_with("user.")) {
        let expected = match sample.event_type {
            "user.created" => "created",
            _ => "user",
        };
        assert_eq!(
            handler_of(sample.body).await,
            Some(expected),
            "{}",
            sample.event_type
        );
    }
}

#[tokio::test]
async fn an_unlisted_event_is_routed_by_exact_name_then_by_family() {
    assert_eq!(
        handler_of(r#"{"type":"song.sung","data":{}}"#).await,
        Some("sung")
    );
    assert_eq!(
        handler_of(r#"{"type":"song.written","data":{}}"#).await,
        Some("song")
    );
    assert_eq!(handler_of(r#"{"type":"songs.sung","data":{}}"#).await, None);
}

#[test]
fn routes_list_each_event_with_its_handler() {
    let of = |event: &str| -> Vec<_> {
        App::ROUTES
            .iter()
            .filter(|route| route.event == event)
            .map(|route| (route.subtype, route.handler))
            .collect()
    };
    let approval = Some(("message_type", "approval_request"));
    assert_eq!(
        of("agent.thread.message"),
        [(None, "message"), (approval, "approval")]
    );
    assert_eq!(of("user.created"), [(None, "created")]);
    assert_eq!(of("user.email.added"), [(None, "user")]);
    assert_eq!(of("song.*"), [(None, "song")]);
    assert!(of("session.created").is_empty());
    assert!(
        App::ROUTES
            .iter()
            .all(|route| route.location.file.ends_with("routing.rs"))
    );
}
