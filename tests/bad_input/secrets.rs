//! Secrets that are not there. Without one nothing is built, so nothing is ever taken unchecked.

use webhook_runtime::testing::{SignedDelivery, TEST_URL};
use webhook_runtime::{Endpoint, Scheme, Secret, Verifier, secret::SecretError};

use crate::receiver::{
    OfAddressed, OfGitHub, OfOpenAi, OfShopify, OfSlack, OfStripe, Receiver, set, table,
};

/// CVE-2026-41432, CVE-2026-26319: an absent or empty secret meant "no check".
#[test]
fn without_a_secret_nothing_is_built() {
    fn refuses<R: Receiver>() {
        let build = |secrets: Vec<Secret>| {
            let builder = Endpoint::builder(R::default()).url(TEST_URL);
            builder.secrets(secrets).build().is_err()
        };
        let good = Secret::from_bytes("a good one");
        for (row, secrets) in [
            ("none", vec![]),
            ("an empty one", vec![Secret::new("")]),
            ("blanks", vec![Secret::new(" \t")]),
            ("a line break", vec![Secret::new("\n")]),
            ("no bytes", vec![Secret::from_bytes([])]),
            ("empty raw text", vec![Secret::raw("")]),
            ("empty base64", vec![Secret::base64("")]),
            ("empty hex", vec![Secret::hex("")]),
            ("the prefix alone", vec![Secret::new("whsec_")]),
            (
                "an empty one behind a good one",
                vec![good.clone(), Secret::new("")],
            ),
            (
                "an empty one ahead of a good one",
                vec![Secret::new(""), good],
            ),
        ] {
            assert!(build(secrets), "{row}");
        }
    }
    refuses::<OfOpenAi>();
    refuses::<OfGitHub>();
    refuses::<OfStripe>();
    refuses::<OfSlack>();
    refuses::<OfShopify>();
    refuses::<OfAddressed>();

    let none: [Secret; 0] = [];
    assert!(Verifier::standard_webhooks(&none).is_err());
    assert!(Verifier::standard_webhooks_v1a(&none).is_err());
    assert!(Verifier::from_scheme(&Scheme::GITHUB, &none).is_err());
    assert!(Verifier::<webhook_runtime::openai::OpenAi>::new(none).is_err());
}

#[test]
fn a_variable_that_is_not_set_is_no_empty_secret() {
    let absent = Secret::from_env("A_VARIABLE_THAT_NOBODY_SETS");
    assert!(matches!(absent, Err(SecretError::NotSet { .. })));
}

/// What an empty key signs is nothing to a receiver with a good one.
#[tokio::test]
async fn what_the_empty_key_signs_is_refused() {
    let bend = |delivery: &mut SignedDelivery| {
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
    table::<OfOpenAi>(&[("signed with the empty key", &bend, 401)]).await;
}
