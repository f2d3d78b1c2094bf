//! RUSTSEC-2022-0087: secrets in debug output. `signatures/debug.rs` covers the verifiers and endpoints of Standard
//! Webhooks. This module covers every other public type that contains a secret or data from the sender.

use std::fmt::Debug;

use webhook_runtime::testing::{Driver, KeyPair, SignedDelivery, Signer, TEST_SECRET, samples};
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{
    Endpoint, Handshake, Headers, RawBody, Scheme, Secret, Verifier, payload::Sensitive,
    scheme::Algorithm, secret::SecretEncoding, verifier::dangerously_parse_unverified,
};

use crate::receiver::{OfGitHub, OfOpenAi, OfSlack, OfStripe, Receiver as _};

const HIDDEN: &str = "hunter2hunter2hunter2";

fn shown(value: &dyn Debug) -> String {
    format!("{value:?} {value:#?}")
}

/// Asserts that the output contains neither the text nor its bytes, base64 or hex.
#[track_caller]
fn assert_hidden(name: &str, shown: &str, hidden: &str) {
    let bytes = hidden.as_bytes();
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let list: Vec<String> = bytes[..4].iter().map(u8::to_string).collect();
    for part in [&hidden[..8], &encoded[..8], &hex[..8], &list.join(", ")] {
        assert!(!shown.contains(part), "{name}: {shown}");
    }
}

#[test]
fn debug_of_types_with_a_secret_does_not_show_it() {
    const TOKEN: Scheme =
        Scheme::new("x-token", Algorithm::Token).secret_encoding(SecretEncoding::Passphrase);
    let secret = || Secret::new(HIDDEN);
    let verifier = |scheme: &Scheme| Verifier::from_scheme(scheme, &[secret()]).unwrap();
    let seed: [u8; 32] = *b"hunter2hunter2hunter2hunter2hunt";
    let pair = KeyPair::from_seed(seed);
    let hex: String = HIDDEN.bytes().map(|byte| format!("{byte:02x}")).collect();
    let handshake = || Handshake::get_with_token("challenge", "token", HIDDEN);
    let builder = || {
        let builder = Endpoint::builder(OfStripe::default()).secret(HIDDEN);
        builder.handshake(handshake())
    };
    for (name, shown) in [
        ("Secret::hex", shown(&Secret::hex(hex))),
        ("Scheme::GITHUB", shown(&verifier(&Scheme::GITHUB))),
        ("Scheme::STRIPE", shown(&verifier(&Scheme::STRIPE))),
        ("Algorithm::Token", shown(&verifier(&TOKEN))),
        (
            "v1a",
            shown(&Verifier::standard_webhooks_v1a(&[pair.standard_key()])),
        ),
        ("KeyPair", shown(&pair)),
        ("KeyPair::standard_key", shown(&pair.standard_key())),
        ("Handshake", shown(&handshake())),
        ("EndpointBuilder", shown(&builder())),
        ("Endpoint", shown(&builder().build().unwrap())),
        (
            "Signer",
            shown(&Signer::from_scheme(&TOKEN, &secret()).unwrap()),
        ),
        (
            "an invalid secret",
            shown(&Verifier::from_scheme(
                &Scheme::STRIPE,
                &[Secret::new(format!("{HIDDEN} "))],
            )),
        ),
        (
            "an invalid secret in a list",
            shown(
                &Endpoint::builder(OfOpenAi::default())
                    .secrets([format!("{HIDDEN}\n"), String::new()])
                    .build(),
            ),
        ),
        (
            "an invalid token",
            shown(
                &Endpoint::builder(OfSlack::default())
                    .secret("x")
                    .handshake(Handshake::get_with_token("c", "t", format!("{HIDDEN}\t")))
                    .build(),
            ),
        ),
    ] {
        assert_hidden(name, &shown, HIDDEN);
        assert!(!shown.trim().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn debug_of_a_delivery_does_not_show_its_signature_or_body() {
    let body = format!(r#"{{"type":"batch.failed","data":{{"id":"{HIDDEN}"}}}}"#);
    let signer = Signer::of::<<OfGitHub as webhook_runtime::Router>::Provider>(
        &Secret::from_bytes(TEST_SECRET),
    );
    let delivery: SignedDelivery = signer.unwrap().event_type("batch.failed").sign(body);
    let signature = delivery.headers["x-hub-signature-256"].to_str().unwrap();
    let mac = &signature["sha256=".len()..];
    let driver = Driver::new(OfGitHub::default());
    let endpoint = OfGitHub::endpoint();
    let verifier =
        Verifier::from_scheme(&Scheme::GITHUB, &[Secret::from_bytes(TEST_SECRET)]).unwrap();
    let now = webhook_runtime::testing::TEST_TIME;
    for (name, shown) in [
        ("SignedDelivery", shown(&delivery)),
        ("Headers", shown(&Headers::from(delivery.headers.clone()))),
        ("RawBody", shown(&RawBody::from(delivery.body.clone()))),
        (
            "Verified",
            shown(
                &verifier
                    .verify(&delivery.headers, &delivery.body, now)
                    .unwrap(),
            ),
        ),
        ("Driver", shown(&driver)),
        (
            "DeliveryReport",
            shown(
                &driver
                    .deliver_raw(&delivery.headers, delivery.body.clone())
                    .await,
            ),
        ),
        ("ResponseFuture", {
            let mut service = endpoint.clone();
            shown(&tower_service::Service::call(
                &mut service,
                delivery.clone().into_request(),
            ))
        }),
        (
            "the response",
            shown(&endpoint.handle(delivery.clone().into_request()).await),
        ),
    ] {
        assert_hidden(name, &shown, HIDDEN);
        assert!(!shown.contains(&mac[..8]), "{name}: {shown}");
    }
}

/// Wacht's payloads contain the seeds of one-time passwords and the access tokens of social logins.
#[test]
fn debug_of_a_payload_does_not_show_sensitive_fields() {
    assert_eq!(format!("{:?}", Sensitive::from(HIDDEN)), "[redacted]");
    let mut found = 0;
    for sample in samples::<Wacht>() {
        let mut body: serde_json::Value = serde_json::from_str(sample.body).unwrap();
        for key in ["otp_url", "social_connections", "signins"] {
            let pointer = format!("/data/{key}");
            let Some(value) = body.pointer_mut(&pointer) else {
                continue;
            };
            found += 1;
            *value = match value {
                serde_json::Value::Array(_) => serde_json::json!([{"access_token": HIDDEN}]),
                _ => HIDDEN.into(),
            };
        }
        let event = dangerously_parse_unverified::<Wacht>(body.to_string().as_bytes()).unwrap();
        assert_hidden(sample.event_type, &shown(&event), HIDDEN);
    }
    assert!(found >= 4, "{found} secret values");
}
