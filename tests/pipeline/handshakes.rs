//! Handshakes: how an endpoint answers a provider's verification request.

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

async fn text(response: Response<ResponseBody>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
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
        let response = get(&endpoint, uri).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(text(response).await, "a1-B2_c3");
    }
}

#[tokio::test]
async fn a_challenge_without_the_token_is_403() {
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
        let response = get(&endpoint, &format!("/hook{query}")).await;
        assert_eq!(response.status(), 403, "{query}");
        assert!(!response.headers().contains_key("content-type"), "{query}");
        assert_eq!(text(response).await, "", "{query}");
    }
}

#[tokio::test]
async fn a_malformed_challenge_is_403() {
    let endpoint = endpoint(Some(Handshake::get("challenge")));
    let status = async |challenge: &str| {
        let uri = format!("/hook?challenge={challenge}");
        get(&endpoint, &uri).await.status().as_u16()
    };
    assert_eq!(status(&"a".repeat(512)).await, 200);
    assert_eq!(status(&"a".repeat(513)).await, 403);
    for malformed in [
        "", "a%20b", "a+b", "a%0D%0Ab", "%00", "%C3%A9", "%FF", "%", "%2",
    ] {
        assert_eq!(status(malformed).await, 403, "{malformed}");
    }
    // Markup is echoed as plain text.
    let response = get(&endpoint, "/hook?challenge=%3Cscript%3E").await;
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn a_get_without_a_handshake_is_405() {
    for handshake in [None, Some(Handshake::url_verification())] {
        let response = get(&endpoint(handshake), "/hook?challenge=1&hub.challenge=1").await;
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST");
        assert_eq!(text(response).await, "");
    }
    let endpoint = endpoint(Some(Handshake::get("challenge")));
    for method in [Method::HEAD, Method::PUT, Method::OPTIONS] {
        let response = send(&endpoint, method, "/hook?challenge=1").await;
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "GET, POST");
    }
    // The query of a POST is no handshake.
    let response = send(&endpoint, Method::POST, "/hook?challenge=1").await;
    assert_eq!(response.status(), 400);
}

const CHALLENGE: &str =
    r#"{"token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV","type":"url_verification"}"#;

#[tokio::test]
async fn a_url_verification_is_verified_and_then_answered() {
    let signer = Signer::of::<Slack>(&Secret::new(TEST_SECRET)).unwrap();
    let endpoint = endpoint(Some(Handshake::url_verification()));
    let delivery = signer.sign(CHALLENGE);
    let request = delivery.clone().into_request();
    for response in [
        endpoint
            .handle_bytes(&delivery.headers, delivery.body.clone())
            .await,
        endpoint.handle(request).await,
    ] {
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(text(response).await, "3eZbrw1aBm2rZgRNFdxV");
    }
    // An invalid signature is rejected.
    let mut forged = delivery.clone();
    forged
        .headers
        .insert("x-slack-signature", http::HeaderValue::from_static("v0=00"));
    let response = endpoint.handle_bytes(&forged.headers, forged.body).await;
    assert_eq!(response.status(), 401);
    assert_eq!(text(response).await, "");
    let other = Signer::of::<Slack>(&Secret::new("other"))
        .unwrap()
        .sign(CHALLENGE);
    let response = endpoint.handle_bytes(&other.headers, other.body).await;
    assert_eq!(response.status(), 401);
    // Without the handshake, the body has no event type.
    let response = self::endpoint(None)
        .handle_bytes(&delivery.headers, delivery.body)
        .await;
    assert_eq!(response.status(), 500);
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn events_are_handled_as_without_a_handshake() {
    let signer = Signer::of::<Slack>(&Secret::new(TEST_SECRET)).unwrap();
    let endpoint = endpoint(Some(Handshake::url_verification()));
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
        let response = endpoint
            .handle_bytes(&delivery.headers, delivery.body)
            .await;
        assert_eq!(response.status(), status, "{body}");
        assert_eq!(text(response).await, "", "{body}");
    }
    let report = Driver::new(App)
        .deliver(r#"{"event":{"type":"message"}}"#)
        .await;
    assert_eq!(report.handler(), Some("message"));
}

#[test]
fn an_invalid_token_is_a_build_error() {
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
    let debug = format!(
        "{:?} {:?}",
        meta(),
        Endpoint::builder(App).handshake(meta())
    );
    assert!(!debug.contains(TOKEN), "{debug}");
}
