//! `retry(…)` and `ordered_by` beside every kind of pattern, and their values at run time.

use std::time::Duration;

use webhook_runtime::wacht::{AgentThreadMessage, AnyUser, ApprovalRequest, UserCreated, Wacht};
use webhook_runtime::{Endpoint, Event, EventType, Retry, Router, WebhookRouter, on};

#[on("user.created", retry(max = 5, backoff = "30s"), ordered_by = "/data/id")]
async fn created(_: Event<UserCreated>) {}

#[on(ordered_by = "/data/user/0/a~1b~0c", "user.*", retry(backoff = "500ms..6h"))]
fn user(_: Event<AnyUser>) {}

#[on(
    "agent.thread.message",
    message_type = "approval_request",
    retry(max = 0,),
    ordered_by = "/data/thread_id",
)]
async fn approval(_: Event<ApprovalRequest>, app: &App) -> Result<(), String> {
    Err(format!("{app:p}"))
}

#[on("agent.thread.message", retry(backoff = r"1d..30d", max = 1_000))]
async fn message(_: Event<AgentThreadMessage>) {}

#[on("song.sung", "song.sold", unlisted, ordered_by = r"/song")]
async fn song(_: Event<serde_json::Value>) {}

macro_rules! everything {
    ($event:literal, $max:literal, $backoff:literal, $place:literal) => {
        #[on($event, retry(max = $max, backoff = $backoff), ordered_by = $place)]
        fn everything(_: EventType) {}
    };
}

everything!("*", 3, "1m..1m", "/id");

#[on("organization.*")]
fn organization(_: EventType) {}

#[derive(WebhookRouter)]
#[webhook(provider = Wacht, handlers(created, user, approval, message, song, everything, organization))]
struct App;

fn main() {
    let _ = Endpoint::builder(App);
    let [created, user, approval, message, song, everything, organization] = App::HANDLERS else {
        unreachable!("seven are listed");
    };
    let open = Retry::new();
    let minute = Duration::from_secs(60);

    assert_eq!(created.retry(), open.max_retries(5).initial_backoff(minute / 2));
    assert_eq!(
        user.retry(),
        open.initial_backoff(minute / 120).max_backoff(6 * 60 * minute)
    );
    assert_eq!(approval.retry(), open.max_retries(0));
    assert_eq!(
        message.retry(),
        open.max_retries(1000)
            .initial_backoff(24 * 60 * minute)
            .max_backoff(30 * 24 * 60 * minute)
    );
    assert_eq!(
        everything.retry(),
        open.max_retries(3).initial_backoff(minute).max_backoff(minute)
    );
    assert_eq!(song.retry(), open);
    assert_eq!(organization.retry(), open);

    assert_eq!(created.ordered_by(), Some(&["data", "id"][..]));
    assert_eq!(user.ordered_by(), Some(&["data", "user", "0", "a/b~c"][..]));
    assert_eq!(approval.ordered_by(), Some(&["data", "thread_id"][..]));
    assert_eq!(message.ordered_by(), None);
    assert_eq!(song.ordered_by(), Some(&["song"][..]));
    assert_eq!(everything.ordered_by(), Some(&["id"][..]));
    assert_eq!(organization.ordered_by(), None);

    let body = br#"{"data":{"id":"user_1","user":[{"a/b~c":7}]}}"#;
    assert_eq!(created.ordering_key(body).as_deref(), Some("user_1"));
    assert_eq!(user.ordering_key(body).as_deref(), Some("7"));
    assert_eq!(song.ordering_key(body), None);
    assert_eq!(message.ordering_key(body), None);
}
