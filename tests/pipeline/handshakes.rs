//! A provider asks whether the endpoint is there: what is answered, to whom, and what is not.

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use serde::{Deserialize, Serialize};
use webhook_runtime::testing::{Driver, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{
    BuildError, Endpoint, EventCatalog, Handshake, Profile, Provider, Scheme, Secret, UnknownEvent,
    WebhookRouter, endpoint::ResponseBody, on, secret::SecretError,
};

struct Slack;

impl Provider for Slack {
    type Catalog = SlackEvent;
    const PROFILE: Profile = Profile::new("slack", Scheme::SLACK);
}

#[derive(EventCatalog)]
#[catalog(provider = Slack)]
enum SlackEvent {
    #[event("message")]
    Message(Message),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Serialize, Deserialize)]
struct Message {}

#[on("message")]
async fn message() {}

#[derive(WebhookRouter)]
#[webhook(provider = Slack, handlers(message))]
struct App;

const TOKEN: &str = "my verify token";

fn endpoint(handshake: Option<Handshake>) -> Endpoint<App> {
    let builder = Endpoint::builder(App)
        .secret(TEST_SECRET)
        .clock(TestClock::default());
    match handshake {
        Some(handshake) => builder.handshake(handshake),
        None => builder,
    }
    .build()
    .unwrap()
}

fn meta() -> Handshake {
    Handshake::get_with_token("hub.challenge", "hub.verify_token", TOKEN)
}

async fn get(endpoint: &Endpoint<App>, uri: &str) -> Response<ResponseBody> {
    send(endpoint, Method::GET, uri).await
}

async fn send(endpoint: &Endpoint<App>, method: Method, uri: &str) -> Response<ResponseBody> {
    let request = Request::builder().method(method).uri(uri);
    endpoint
        .handle(request.body(Full::new(Bytes::new())).unwrap())
        .await
}

async fn text(answer: Response<ResponseBody>) -> String {
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_challenge_is_echoed_as_plain_text() {
    for (endpoint, uri) in [
        (
            endpoint(Some(Handshake::get("challenge"))),
            "/hook?challenge=a1-B2_c3",
        ),
        (
            endpoint(Some(meta())),
            "/hook?hub.mode=subscribe&hub.challenge=a1-B2_c3&hub.verify_token=my+verify%20token",
        ),
    ] {
        let answer = get(&endpoint, uri).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(
            answer.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert_eq!(text(answer).await, "a1-B2_c3");
    }
}

#[tokio::test]
async fn only_who_knows_the_token_is_answered() {
    let endpoint = endpoint(Some(meta()));
    for query in [
        "",
        "?",
        "?hub.challenge=1",
        "?hub.verify_token=my+verify+token",
        "?hub.challenge=1&hub.verify_token=",
        "?hub.challenge=1&hub.verify_token",
        "?hub.challenge=1&hub.verify_token=my+verify+toke",
        "?hub.challenge=1&hub.verify_token=my+verify+tokens",
        "?hub.challenge=1&hub.verify_token=My+verify+token",
        "?hub.challenge=1&hub.verify_token=my+verify+token&hub.verify_token=x",
        "?hub.challenge=1&hub.verify_token=x&hub.verify_token=my+verify+token",
        "?hub.challenge=1&hub.challenge=1&hub.verify_token=my+verify+token",
        "?challenge=1&hub.verify_token=my+verify+token",
        "?hub.challenge=&hub.verify_token=my+verify+token",
    ] {
        let answer = get(&endpoint, &format!("/hook{query}")).await;
        assert_eq!(answer.status(), 403, "{query}");
        assert!(!answer.headers().contains_key("content-type"), "{query}");
        assert_eq!(text(answer).await, "", "{query}");
    }
}

#[tokio::test]
async fn nothing_is_echoed_that_could_be_more_than_a_challenge() {
    let endpoint = endpoint(Some(Handshake::get("challenge")));
    let status = async |challenge: &str| {
        let uri = format!("/hook?challenge={challenge}");
        get(&endpoint, &uri).await.status().as_u16()
    };
    assert_eq!(status(&"a".repeat(512)).await, 200);
    assert_eq!(status(&"a".repeat(513)).await, 403);
    for odd in [
        "", "a%20b", "a+b", "a%0D%0Ab", "%00", "%C3%A9", "%FF", "%", "%2",
    ] {
        assert_eq!(status(odd).await, 403, "{odd}");
    }
    // Markup is plain text, and said to be.
    let answer = get(&endpoint, "/hook?challenge=%3Cscript%3E").await;
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn without_a_handshake_for_it_a_get_is_refused_as_ever() {
    for handshake in [None, Some(Handshake::url_verification())] {
        let answer = get(&endpoint(handshake), "/hook?challenge=1&hub.challenge=1").await;
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers()["allow"], "POST");
        assert_eq!(text(answer).await, "");
    }
    let with = endpoint(Some(Handshake::get("challenge")));
    for method in [Method::HEAD, Method::PUT, Method::OPTIONS] {
        let answer = send(&with, method, "/hook?challenge=1").await;
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers()["allow"], "GET, POST");
    }
    // A handshake in the query of a delivery is none.
    let answer = send(&with, Method::POST, "/hook?challenge=1").await;
    assert_eq!(answer.status(), 400);
}

const ASKS: &str = r#"{"token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV","type":"url_verification"}"#;

#[tokio::test]
async fn a_url_verification_is_verified_and_then_answered() {
    let signer = Signer::of::<Slack>(&Secret::new(TEST_SECRET)).unwrap();
    let with = endpoint(Some(Handshake::url_verification()));
    let delivery = signer.sign(ASKS);
    let request = delivery.clone().into_request();
    for answer in [
        with.handle_bytes(&delivery.headers, delivery.body.clone())
            .await,
        with.handle(request).await,
    ] {
        assert_eq!(answer.status(), 200);
        assert_eq!(
            answer.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert_eq!(text(answer).await, "3eZbrw1aBm2rZgRNFdxV");
    }
    // Nobody else is answered.
    let mut forged = delivery.clone();
    forged
        .headers
        .insert("x-slack-signature", http::HeaderValue::from_static("v0=00"));
    let answer = with.handle_bytes(&forged.headers, forged.body).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(text(answer).await, "");
    let other = Signer::of::<Slack>(&Secret::new("other"))
        .unwrap()
        .sign(ASKS);
    let answer = with.handle_bytes(&other.headers, other.body).await;
    assert_eq!(answer.status(), 401);
    // Without the handshake it is an event like any other, and none that Slack has.
    let answer = endpoint(None)
        .handle_bytes(&delivery.headers, delivery.body)
        .await;
    assert_eq!(answer.status(), 500);
    assert_eq!(text(answer).await, "");
}

#[tokio::test]
async fn events_come_to_their_handlers_as_without_it() {
    let signer = Signer::of::<Slack>(&Secret::new(TEST_SECRET)).unwrap();
    let with = endpoint(Some(Handshake::url_verification()));
    for (body, status) in [
        (
            r#"{"type":"event_callback","challenge":"x","event":{"type":"message"}}"#,
            200,
        ),
        (
            r#"{"event":{"type":"url_verification","challenge":"x"}}"#,
            200,
        ),
        (r#"{"type":"url_verification"}"#, 500),
        (r#"{"type":"url_verification","challenge":7}"#, 500),
        (r#"{"type":"url_verification","challenge":"a b"}"#, 500),
        (r#"{"type":"url_verification","challenge":""}"#, 500),
    ] {
        let delivery = signer.sign(body);
        let answer = with.handle_bytes(&delivery.headers, delivery.body).await;
        assert_eq!(answer.status(), status, "{body}");
        assert_eq!(text(answer).await, "", "{body}");
    }
    let ran = Driver::new(App)
        .deliver(r#"{"event":{"type":"message"}}"#)
        .await;
    assert_eq!(ran.handler(), Some("message"));
}

#[test]
fn a_token_that_cannot_be_right_does_not_build() {
    for (token, source) in [
        ("", SecretError::Empty),
        (" ", SecretError::Empty),
        ("token\n", SecretError::WhiteSpace),
    ] {
        let handshake = Handshake::get_with_token("hub.challenge", "hub.verify_token", token);
        let built = Endpoint::builder(App)
            .secret("x")
            .handshake(handshake)
            .build();
        let provider = "slack";
        assert_eq!(
            built.unwrap_err(),
            BuildError::HandshakeToken { provider, source }
        );
    }
    let shown = format!(
        "{:?} {:?}",
        meta(),
        Endpoint::builder(App).handshake(meta())
    );
    assert!(!shown.contains(TOKEN), "{shown}");
}
