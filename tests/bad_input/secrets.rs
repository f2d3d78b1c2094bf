//! Missing and empty secrets: no endpoint and no verifier is built, so no delivery is accepted without a check.

use webhook_runtime::testing::{SignedDelivery, TEST_URL};
use webhook_runtime::{Endpoint, Scheme, Secret, Verifier, secret::SecretError};

use crate::receiver::{
    OfAddressed, OfGitHub, OfOpenAi, OfShopify, OfSlack, OfStripe, Receiver, assert_statuses, set,
};

/// CVE-2026-41432, CVE-2026-26319: with a missing or empty secret, other receivers checked nothing.
#[test]
fn endpoint_without_a_usable_secret_does_not_build() {
    fn assert_build_fails<R: Receiver>() {
        let fails = |secrets: Vec<Secret>| {
            let builder = Endpoint::builder(R::default()).url(TEST_URL);
            builder.secrets(secrets).build().is_err()
        };
        let valid = Secret::from_bytes("a valid secret");
        for (row, secrets) in [
            ("no secrets", vec![]),
            ("an empty secret", vec![Secret::new("")]),
            ("white space", vec![Secret::new(" \t")]),
            ("a line break", vec![Secret::new("\n")]),
            ("no bytes", vec![Secret::from_bytes([])]),
            ("empty raw text", vec![Secret::raw("")]),
            ("empty base64", vec![Secret::base64("")]),
            ("empty hex", vec![Secret::hex("")]),
            ("the prefix alone", vec![Secret::new("whsec_")]),
            (
                "an empty secret after a valid one",
                vec![valid.clone(), Secret::new("")],
            ),
            (
                "an empty secret before a valid one",
                vec![Secret::new(""), valid],
            ),
        ] {
            assert!(fails(secrets), "{row}");
        }
    }
    assert_build_fails::<OfOpenAi>();
    assert_build_fails::<OfGitHub>();
    assert_build_fails::<OfStripe>();
    assert_build_fails::<OfSlack>();
    assert_build_fails::<OfShopify>();
    assert_build_fails::<OfAddressed>();

    let none: [Secret; 0] = [];
    assert!(Verifier::standard_webhooks(&none).is_err());
    assert!(Verifier::standard_webhooks_v1a(&none).is_err());
    assert!(Verifier::from_scheme(&Scheme::GITHUB, &none).is_err());
    assert!(Verifier::<webhook_runtime::openai::OpenAi>::new(none).is_err());
}

#[test]
fn unset_variable_is_an_error() {
    let absent = Secret::from_env("VARIABLE_THAT_IS_NEVER_SET");
    assert!(matches!(absent, Err(SecretError::NotSet { .. })));
}

/// The endpoint's own secret is valid.
#[tokio::test]
async fn delivery_signed_with_an_empty_key_is_rejected() {
    let alter = |delivery: &mut SignedDelivery| {
        let header = |name: &str| delivery.headers[name].as_bytes().to_vec();
        let message = [
            header("webhook-id"),
            header("webhook-timestamp"),
            delivery.body.to_vec(),
        ];
        let mac = hmac_sha256::HMAC::mac(message.join(&b'.'), b"");
        let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, mac);
        set(delivery, "webhook-signature", format!("v1,{encoded}"));
    };
    assert_statuses::<OfOpenAi>(&[("signed with the empty key", &alter, 401)]).await;
}
