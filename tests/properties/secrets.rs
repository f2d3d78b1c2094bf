//! Encodings of secrets, and invalid secrets, which do not build.

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

/// Returns whether a delivery that is signed with this key verifies with the secret.
fn verifies<P: Provider>(secret: Secret, key: &[u8]) -> bool {
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
    fn each_encoding_of_a_key_is_the_same_key(key in vec(any::<u8>(), 1..70)) {
        let encoded = STANDARD.encode(&key);
        for secret in [
            Secret::new(format!("whsec_{encoded}")),
            Secret::base64(&encoded),
            Secret::base64(format!("whsec_{encoded}")),
            Secret::hex(hex(&key)),
            Secret::hex(hex(&key).to_uppercase()),
            Secret::from_bytes(key.clone()),
        ] {
            prop_assert!(verifies::<Anthropic>(secret.clone(), &key));
            prop_assert!(verifies::<OpenAi>(secret, &key));
        }
        prop_assert!(verifies::<Anthropic>(Secret::new(&encoded), &key));
        prop_assert!(verifies::<OpenAi>(Secret::new(&encoded), encoded.as_bytes()));
        prop_assert!(verifies::<Anthropic>(Secret::raw(&encoded), encoded.as_bytes()));
    }

    #[test]
    fn random_text_does_not_panic_and_blank_text_does_not_build(text in any::<String>(), blank in "[ \t\r\n]{0,4}") {
        for secret in [Secret::new, Secret::raw, Secret::base64, Secret::hex].map(|new| new(text.clone())) {
            let _ = Verifier::standard_webhooks(std::slice::from_ref(&secret));
            let _ = Verifier::from_scheme(&Scheme::GITHUB, &[secret]);
        }
        for secret in [Secret::new, Secret::raw, Secret::base64, Secret::hex].map(|new| new(blank.clone())) {
            prop_assert!(Verifier::<OpenAi>::new([secret.clone()]).is_err());
            prop_assert!(Verifier::<Anthropic>::new([secret.clone()]).is_err());
            prop_assert!(Verifier::from_scheme(&Scheme::GITHUB, &[secret]).is_err());
        }
    }

    #[test]
    fn secret_with_white_space_does_not_build(
        before in "[A-Za-z0-9]{0,8}", blank in "[ \t\r\n]{1,2}", after in "[A-Za-z0-9]{0,8}",
    ) {
        let text = format!("{before}{blank}{after}");
        prop_assert!(Verifier::<OpenAi>::new([text.as_str()]).is_err());
        let prefixed = format!("whsec_{text}");
        prop_assert!(Verifier::<Anthropic>::new([prefixed]).is_err());
        prop_assert!(Verifier::from_scheme(&Scheme::STRIPE, &[Secret::new(text)]).is_err());
    }
}
