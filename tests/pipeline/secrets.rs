//! Signing secrets: several at once, the encoding of each provider, and errors of invalid secrets.

use bytes::Bytes;
use http_body_util::Full;
use standardwebhooks::Webhook;
use webhook_runtime::testing::{Signer, TEST_TIME, TestClock};
use webhook_runtime::{BuildError, Endpoint, Router, Secret, secret::SecretError};

use crate::providers::{Case, OfAnthropic, OfCadenya, OfOpenAi, OfWacht, for_each_provider};

type Built<C> = Result<Endpoint<<C as Case>::Everything>, BuildError>;

fn build<C: Case>(secrets: impl IntoIterator<Item = Secret>) -> Built<C> {
    Endpoint::builder(C::Everything::default())
        .secrets(secrets)
        .clock(TestClock::default())
        .build()
}

/// Status of a delivery signed with this secret, in the provider's encoding.
async fn signed_with<C: Case>(endpoint: &Endpoint<C::Everything>, secret: &Secret) -> u16 {
    let signer = Signer::of::<<C::Everything as Router>::Provider>(secret);
    let delivery = signer.unwrap().sign(C::VALID);
    let response = endpoint.handle(delivery.into_request()).await;
    response.status().as_u16()
}

#[tokio::test]
async fn a_signature_by_any_of_several_secrets_is_valid() {
    async fn test<C: Case>() {
        let [old, new, other] = ["b2xk", "bmV3", "b3RoZXI="].map(Secret::base64);
        for secrets in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
            let endpoint = build::<C>(secrets).unwrap();
            assert_eq!(signed_with::<C>(&endpoint, &old).await, 200);
            assert_eq!(signed_with::<C>(&endpoint, &new).await, 200);
            assert_eq!(signed_with::<C>(&endpoint, &other).await, 401);
        }
        let endpoint = build::<C>([new]).unwrap();
        assert_eq!(signed_with::<C>(&endpoint, &old).await, 401);
    }
    for_each_provider!(test);
}

/// Status of a delivery that another implementation signed with this key.
async fn signed_elsewhere<C: Case>(secret: Secret, key: &[u8]) -> u16 {
    let endpoint = build::<C>([secret]).unwrap();
    let webhook = Webhook::from_bytes(key.to_vec()).unwrap();
    let signature = webhook
        .sign("msg_1", TEST_TIME.as_second(), C::VALID.as_bytes())
        .unwrap();
    let request = http::Request::post("/")
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", TEST_TIME.as_second())
        .header("webhook-signature", signature)
        .body(Full::new(Bytes::from_static(C::VALID.as_bytes())))
        .unwrap();
    endpoint.handle(request).await.status().as_u16()
}

#[tokio::test]
async fn a_secret_is_read_in_the_encoding_of_its_provider() {
    let bare = || Secret::new("c2VjcmV0");
    assert_eq!(
        signed_elsewhere::<OfAnthropic>(bare(), b"secret").await,
        200
    );
    assert_eq!(signed_elsewhere::<OfCadenya>(bare(), b"secret").await, 200);
    assert_eq!(signed_elsewhere::<OfWacht>(bare(), b"secret").await, 200);
    // A secret of OpenAI without a prefix is the key itself.
    assert_eq!(signed_elsewhere::<OfOpenAi>(bare(), b"c2VjcmV0").await, 200);
    assert_eq!(signed_elsewhere::<OfOpenAi>(bare(), b"secret").await, 401);
    let text = Secret::new("no base64: at all!".replace(' ', "_"));
    assert_eq!(
        signed_elsewhere::<OfOpenAi>(text, b"no_base64:_at_all!").await,
        200
    );
}

#[tokio::test]
async fn a_secret_with_a_prefix_is_base64_for_every_provider() {
    async fn test<C: Case>() {
        let prefixed = Secret::new("whsec_c2VjcmV0");
        assert_eq!(signed_elsewhere::<C>(prefixed, b"secret").await, 200);
        let raw = Secret::raw("whsec_c2VjcmV0");
        assert_eq!(signed_elsewhere::<C>(raw, b"whsec_c2VjcmV0").await, 200);
        let bytes = Secret::from_bytes(*b"\0\xff");
        assert_eq!(signed_elsewhere::<C>(bytes, b"\0\xff").await, 200);
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn an_invalid_secret_is_a_build_error() {
    async fn test<C: Case>() {
        let error = build::<C>([]).unwrap_err();
        assert!(matches!(
            error,
            BuildError::Secret {
                source: SecretError::Missing,
                ..
            }
        ));
        for secret in [
            "",
            " ",
            "whsec_",
            "whsec_hunter2!",
            "whsec_aHVudGVyMg",
            "aHVudGVyMg==\n",
        ] {
            let error = build::<C>([Secret::new(secret)]).expect_err(secret);
            let text = format!("{error} {error:?}");
            assert!(!text.contains("hunter") && !text.contains("aHVu"), "{text}");
        }
        let secrets = [Secret::base64("c2VjcmV0"), Secret::new("")];
        let error = build::<C>(secrets).unwrap_err();
        assert!(error.to_string().contains("number 2"), "{error}");
    }
    for_each_provider!(test);
    let error = build::<OfOpenAi>([]).unwrap_err().to_string();
    assert!(error.starts_with("endpoint for openai: "), "{error}");
}
