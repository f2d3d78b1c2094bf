//! How the text of a secret reads, and that what cannot be right does not build.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::vec;
use proptest::prelude::*;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::TEST_TIME;
use webhook_runtime::{Provider, Scheme, Secret, Verifier};

use crate::cases;
use crate::model::described::hex;
use crate::model::standard::{Keys, WEBHOOK, sign};

/// Whether a delivery under this key verifies with the secret.
fn opens<P: Provider>(secret: Secret, key: &[u8]) -> bool {
    let keys = Keys {
        shared: vec![key.to_vec()],
        ..Keys::default()
    };
    let headers = sign(
        WEBHOOK,
        &keys,
        "msg_1",
        &TEST_TIME.as_second().to_string(),
        b"{}",
    );
    let verifier = Verifier::<P>::new([secret]).unwrap();
    verifier
        .verify(headers.as_slice(), b"{}", TEST_TIME)
        .is_ok()
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn every_form_of_a_key_is_that_key(key in vec(any::<u8>(), 1..70)) {
        let encoded = STANDARD.encode(&key);
        for secret in [
            Secret::new(format!("whsec_{encoded}")),
            Secret::base64(&encoded),
            Secret::base64(format!("whsec_{encoded}")),
            Secret::hex(hex(&key)),
            Secret::hex(hex(&key).to_uppercase()),
            Secret::from_bytes(key.clone()),
        ] {
            prop_assert!(opens::<Anthropic>(secret.clone(), &key));
            prop_assert!(opens::<OpenAi>(secret, &key));
        }
        prop_assert!(opens::<Anthropic>(Secret::new(&encoded), &key));
        prop_assert!(opens::<OpenAi>(Secret::new(&encoded), encoded.as_bytes()));
        prop_assert!(opens::<Anthropic>(Secret::raw(&encoded), encoded.as_bytes()));
    }

    #[test]
    fn no_text_panics_and_none_that_is_blank_builds(text in any::<String>(), blank in "[ \t\r\n]{0,4}") {
        for secret in [Secret::new, Secret::raw, Secret::base64, Secret::hex].map(|form| form(text.clone())) {
            let _ = Verifier::standard_webhooks(std::slice::from_ref(&secret));
            let _ = Verifier::from_scheme(&Scheme::GITHUB, &[secret]);
        }
        for secret in [Secret::new, Secret::raw, Secret::base64, Secret::hex].map(|form| form(blank.clone())) {
            prop_assert!(Verifier::<OpenAi>::new([secret.clone()]).is_err());
            prop_assert!(Verifier::<Anthropic>::new([secret.clone()]).is_err());
            prop_assert!(Verifier::from_scheme(&Scheme::GITHUB, &[secret]).is_err());
        }
    }

    #[test]
    fn white_space_in_a_secret_does_not_build(
        ahead in "[A-Za-z0-9]{0,8}", blank in "[ \t\r\n]{1,2}", behind in "[A-Za-z0-9]{0,8}",
    ) {
        let text = format!("{ahead}{blank}{behind}");
        prop_assert!(Verifier::<OpenAi>::new([text.as_str()]).is_err());
        let prefixed = format!("whsec_{text}");
        prop_assert!(Verifier::<Anthropic>::new([prefixed]).is_err());
        prop_assert!(Verifier::from_scheme(&Scheme::STRIPE, &[Secret::new(text)]).is_err());
    }
}
