//! Usable secrets: several at once, of any length, in each encoding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::cadenya::Cadenya;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{Provider, Secret, Verifier, VerifyError, secret::SecretError};

use crate::delivery::{BODY, ID, KEY, NOW, at, mac, secret, v1, valid, valid_item};

#[test]
fn any_of_several_secrets_verifies_in_any_position() {
    let others = |count: u8| (0..count).map(|number| Secret::from_bytes([number; 32]));
    for index in 0..4 {
        let mut secrets: Vec<Secret> = others(3).collect();
        secrets.insert(index, secret());
        let verifier = Verifier::standard_webhooks(&secrets).unwrap();
        assert_eq!(valid().verify(&verifier), Ok(()), "{index}");
        // Signed with another secret of the list, then with both.
        let rotated = mac(&[1; 32], ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
        assert_eq!(
            valid().with_signature(v1(rotated)).verify(&verifier),
            Ok(()),
            "{index}"
        );
        let both = format!("{} {}", v1(rotated), valid_item());
        assert_eq!(
            valid().with_signature(both).verify(&verifier),
            Ok(()),
            "{index}"
        );
        let unknown = mac(&[9; 32], ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
        let result = valid().with_signature(v1(unknown)).verify(&verifier);
        assert_eq!(result, Err(VerifyError::BadSignature), "{index}");
    }
    let without = Verifier::standard_webhooks(others(3).collect::<Vec<_>>()).unwrap();
    assert_eq!(valid().verify(&without), Err(VerifyError::BadSignature));
}

#[test]
fn short_and_long_keys_verify() {
    for len in [1, 7, 24, 32, 64, 65, 1000] {
        let key = vec![0x5a; len];
        let signature = v1(mac(&key, ID.as_bytes(), NOW.to_string().as_bytes(), BODY));
        let prefixed = Secret::new(format!("whsec_{}", STANDARD.encode(&key)));
        let verifier = Verifier::standard_webhooks(&[prefixed]).unwrap();
        assert_eq!(
            valid().with_signature(signature).verify(&verifier),
            Ok(()),
            "{len}"
        );
    }
}

#[test]
fn secret_is_base64_with_or_without_its_prefix() {
    let encoded = STANDARD.encode(KEY);
    for secret in [
        Secret::new(format!("whsec_{encoded}")),
        Secret::new(&encoded),
        Secret::base64(&encoded),
        Secret::base64(format!("whsec_{encoded}")),
        Secret::from_bytes(KEY),
    ] {
        let verifier = Verifier::standard_webhooks(std::slice::from_ref(&secret)).unwrap();
        assert_eq!(valid().verify(&verifier), Ok(()));
    }
    let raw = Verifier::standard_webhooks(&[Secret::raw(&encoded)]).unwrap();
    assert_eq!(valid().verify(&raw), Err(VerifyError::BadSignature));
}

#[test]
fn unprefixed_secret_is_text_for_openai_and_base64_for_others() {
    fn verifies<P: Provider>(secret: impl Into<Secret>, key: &[u8]) -> bool {
        let signature = v1(mac(key, ID.as_bytes(), NOW.to_string().as_bytes(), BODY));
        let delivery = valid().with_signature(signature);
        let verifier = Verifier::<P>::new([secret.into()]).unwrap();
        verifier
            .verify(delivery.headers.as_slice(), BODY, at(NOW))
            .is_ok()
    }

    let (text, decoded) = ("c2VjcmV0Cg==", b"secret\n");
    assert!(verifies::<OpenAi>(text, text.as_bytes()));
    assert!(!verifies::<OpenAi>(text, decoded));
    assert!(verifies::<Anthropic>(text, decoded) && !verifies::<Anthropic>(text, text.as_bytes()));
    assert!(verifies::<Cadenya>(text, decoded) && !verifies::<Cadenya>(text, text.as_bytes()));
    assert!(verifies::<Wacht>(text, decoded) && !verifies::<Wacht>(text, text.as_bytes()));
    // The prefix, and constructors that state an encoding, mean the same for every provider.
    assert!(verifies::<OpenAi>(format!("whsec_{text}"), decoded));
    assert!(verifies::<OpenAi>(Secret::base64(text), decoded));
    assert!(verifies::<Anthropic>(Secret::raw(text), text.as_bytes()));
    // Text that is not base64 is an error, and never used as raw text.
    let raw = "synthetic webhook".replace(' ', "$");
    assert!(verifies::<OpenAi>(raw.as_str(), raw.as_bytes()));
    assert_eq!(
        Verifier::<Anthropic>::new([raw.as_str()]).unwrap_err(),
        SecretError::NotBase64.into()
    );
    assert_eq!(
        Verifier::<Cadenya>::new([raw.as_str()]).unwrap_err(),
        SecretError::NotBase64.into()
    );
    assert_eq!(
        Verifier::<Wacht>::new([raw.as_str()]).unwrap_err(),
        SecretError::NotBase64.into()
    );
    assert_eq!(
        Verifier::standard_webhooks(&[Secret::new(raw)]).unwrap_err(),
        SecretError::NotBase64.into()
    );
}
