//! Signing secrets: several at once, how each provider writes them, and that a wrong one is told early.

use bytes::Bytes;
use http_body_util::Full;
use standardwebhooks::Webhook;
use webhook_runtime::testing::{Signer, TEST_TIME, TestClock};
use webhook_runtime::{BuildError, Endpoint, Router, Secret, secret::SecretError};

use crate::everything::{Case, OfAnthropic, OfCadenya, OfOpenAi, OfWacht, of_all};

type Built<C> = Result<Endpoint<<C as Case>::Everything>, BuildError>;

fn build<C: Case>(secrets: impl IntoIterator<Item = Secret>) -> Built<C> {
    Endpoint::builder(C::Everything::default())
        .secrets(secrets)
        .clock(TestClock::default())
        .build()
}

/// The status of a delivery that is signed with this secret, read as the provider does.
async fn signed_with<C: Case>(endpoint: &Endpoint<C::Everything>, secret: &Secret) -> u16 {
    let signer = Signer::of::<<C::Everything as Router>::Provider>(secret);
    let delivery = signer.expect("a good secret").sign(C::GOOD);
    let answer = endpoint.handle(delivery.into_request()).await;
    answer.status().as_u16()
}

#[tokio::test]
async fn any_of_several_secrets_will_do() {
    async fn test<C: Case>() {
        let [old, new, other] = ["b2xk", "bmV3", "b3RoZXI="].map(Secret::base64);
        for secrets in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
            let endpoint = build::<C>(secrets).expect("good secrets");
            assert_eq!(signed_with::<C>(&endpoint, &old).await, 200);
            assert_eq!(signed_with::<C>(&endpoint, &new).await, 200);
            assert_eq!(signed_with::<C>(&endpoint, &other).await, 401);
        }
        let endpoint = build::<C>([new]).expect("a good secret");
        assert_eq!(signed_with::<C>(&endpoint, &old).await, 401);
    }
    of_all!(test);
}

/// The status of a delivery that another implementation has signed with these bytes.
async fn signed_elsewhere<C: Case>(secret: Secret, key: &[u8]) -> u16 {
    let endpoint = build::<C>([secret]).expect("a good secret");
    let webhook = Webhook::from_bytes(key.to_vec()).expect("a good key");
    let signature = webhook
        .sign("msg_1", TEST_TIME.as_second(), C::GOOD.as_bytes())
        .expect("it signs");
    let request = http::Request::post("/")
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", TEST_TIME.as_second())
        .header("webhook-signature", signature)
        .body(Full::new(Bytes::from_static(C::GOOD.as_bytes())))
        .expect("a good request");
    endpoint.handle(request).await.status().as_u16()
}

#[tokio::test]
async fn a_secret_reads_as_its_provider_writes_it() {
    let bare = || Secret::new("c2VjcmV0");
    assert_eq!(
        signed_elsewhere::<OfAnthropic>(bare(), b"secret").await,
        200
    );
    assert_eq!(signed_elsewhere::<OfCadenya>(bare(), b"secret").await, 200);
    assert_eq!(signed_elsewhere::<OfWacht>(bare(), b"secret").await, 200);
    // OpenAI's text is the key itself.
    assert_eq!(signed_elsewhere::<OfOpenAi>(bare(), b"c2VjcmV0").await, 200);
    assert_eq!(signed_elsewhere::<OfOpenAi>(bare(), b"secret").await, 401);
    let text = Secret::new("no base64: at all!".replace(' ', "_"));
    assert_eq!(
        signed_elsewhere::<OfOpenAi>(text, b"no_base64:_at_all!").await,
        200
    );
}

#[tokio::test]
async fn a_secret_with_its_prefix_is_base64_everywhere() {
    async fn test<C: Case>() {
        let prefixed = Secret::new("whsec_c2VjcmV0");
        assert_eq!(signed_elsewhere::<C>(prefixed, b"secret").await, 200);
        let raw = Secret::raw("whsec_c2VjcmV0");
        assert_eq!(signed_elsewhere::<C>(raw, b"whsec_c2VjcmV0").await, 200);
        let bytes = Secret::from_bytes(*b"\0\xff");
        assert_eq!(signed_elsewhere::<C>(bytes, b"\0\xff").await, 200);
    }
    of_all!(test);
}

#[tokio::test]
async fn a_secret_that_cannot_be_right_is_told_when_the_endpoint_is_built() {
    async fn test<C: Case>() {
        let error = build::<C>([]).expect_err("no secret");
        assert!(matches!(
            error,
            BuildError::Secret {
                source: SecretError::Missing,
                ..
            }
        ));
        for text in [
            "",
            " ",
            "whsec_",
            "whsec_hunter2!",
            "whsec_aHVudGVyMg",
            "aHVudGVyMg==\n",
        ] {
            let error = build::<C>([Secret::new(text)]).expect_err(text);
            let told = format!("{error} {error:?}");
            assert!(!told.contains("hunter") && !told.contains("aHVu"), "{told}");
        }
        let secrets = [Secret::base64("c2VjcmV0"), Secret::new("")];
        let error = build::<C>(secrets).expect_err("the second is empty");
        assert!(error.to_string().contains("number 2"), "{error}");
    }
    of_all!(test);
    let error = build::<OfOpenAi>([]).expect_err("no secret").to_string();
    assert!(error.starts_with("endpoint for openai: "), "{error}");
}
