//! Invalid secrets: they do not build, and the error names the fix.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{Secret, Verifier, secret::SecretError, verifier::VerifierError};

use crate::delivery::secret;

fn invalid_secrets() -> Vec<(String, SecretError)> {
    let valid = STANDARD.encode([0xfb; 31]);
    let url_safe = URL_SAFE.encode([0xfb; 31]);
    let unpadded = STANDARD_NO_PAD.encode([0xfb; 31]);
    assert!(url_safe.contains('-') && valid.ends_with("==") && valid.contains('+'));
    let mut wrong = vec![
        (String::new(), SecretError::Empty),
        (" ".to_owned(), SecretError::Empty),
        ("\n".to_owned(), SecretError::Empty),
        ("\t \r\n".to_owned(), SecretError::Empty),
        ("\u{a0}\u{2003}".to_owned(), SecretError::Empty),
        ("whsec_".to_owned(), SecretError::PrefixAlone),
        ("whsec_ ".to_owned(), SecretError::Empty),
        ("whsec_\n".to_owned(), SecretError::Empty),
    ];
    for prefix in ["", "whsec_"] {
        let text = |rest: &str| format!("{prefix}{rest}");
        wrong.extend([
            (format!(" {prefix}{valid}"), SecretError::WhiteSpace),
            (text(&format!("{valid}\n")), SecretError::WhiteSpace),
            (text(&format!("{valid}\r\n")), SecretError::WhiteSpace),
            (text(&format!("{valid} ")), SecretError::WhiteSpace),
            (text(&format!("{valid}\0")), SecretError::WhiteSpace),
            (
                text(&format!("{} {}", &valid[..8], &valid[8..])),
                SecretError::WhiteSpace,
            ),
            (
                text(&format!("{}\n{}", &valid[..8], &valid[8..])),
                SecretError::WhiteSpace,
            ),
            (text(&format!("{valid} {valid}")), SecretError::WhiteSpace),
            (text(&url_safe), SecretError::UrlSafe),
            (text(&unpadded), SecretError::Padding),
            (text(&format!("{unpadded}=")), SecretError::Padding),
            (text("c2Vjc"), SecretError::Padding),
            (text("c2VjcmV0Cg$="), SecretError::NotBase64),
            (text("c2VjcmV0Ch=="), SecretError::NotBase64),
            (text("\u{43a}\u{43b}\u{44e}\u{447}"), SecretError::NotBase64),
        ]);
    }
    wrong
}

#[test]
fn invalid_secret_does_not_build() {
    for (text, expected) in invalid_secrets() {
        let built = Verifier::standard_webhooks(&[Secret::new(&text)]);
        assert_eq!(built.unwrap_err(), expected.clone().into(), "{text:?}");
        let built = Verifier::<Anthropic>::new([text.as_str()]);
        assert_eq!(built.unwrap_err(), expected.clone().into(), "{text:?}");
        let built = Verifier::<OpenAi>::new(&[Secret::base64(&text)]);
        assert_eq!(built.unwrap_err(), expected.clone().into(), "{text:?}");
        if text.starts_with("whsec_") {
            assert_eq!(
                Verifier::<OpenAi>::new([text.as_str()]).unwrap_err(),
                expected.clone().into(),
                "{text:?}"
            );
        }
    }
    // More padding than base64 allows.
    for text in ["=", "====", "c2VjcmV0Cg===", "c2Vj=", "c2Vj===="] {
        let error = Verifier::standard_webhooks(&[Secret::new(text)]).unwrap_err();
        assert!(
            matches!(
                error,
                VerifierError::Secret(SecretError::Padding | SecretError::NotBase64)
            ),
            "{text}: {error:?}"
        );
    }
}

#[test]
fn invalid_raw_secret_does_not_build() {
    for (text, expected) in [
        ("", SecretError::Empty),
        (" \n", SecretError::Empty),
        ("secret\n", SecretError::WhiteSpace),
        (" secret", SecretError::WhiteSpace),
        ("sec ret", SecretError::WhiteSpace),
        ("secret\0", SecretError::WhiteSpace),
    ] {
        assert_eq!(
            Verifier::<OpenAi>::new([text]).unwrap_err(),
            expected.clone().into(),
            "{text:?}"
        );
        let built = Verifier::standard_webhooks(&[Secret::raw(text)]);
        assert_eq!(built.unwrap_err(), expected.clone().into(), "{text:?}");
    }
    let built = Verifier::standard_webhooks(&[Secret::from_bytes([])]);
    assert_eq!(built.unwrap_err(), SecretError::Empty.into());
}

#[test]
fn empty_list_of_secrets_does_not_build() {
    assert_eq!(
        Verifier::standard_webhooks([""; 0]).unwrap_err(),
        SecretError::Missing.into()
    );
    let none: [&str; 0] = [];
    assert_eq!(
        Verifier::<OpenAi>::new(none).unwrap_err(),
        SecretError::Missing.into()
    );
    assert_eq!(
        Verifier::<Wacht>::new(none).unwrap_err(),
        SecretError::Missing.into()
    );
}

#[test]
fn error_of_a_list_names_the_position_of_the_invalid_secret() {
    for (text, expected) in invalid_secrets() {
        for index in 0..3 {
            let mut secrets = vec![secret(), secret()];
            secrets.insert(index, Secret::new(&text));
            let number = index + 1;
            let error = Verifier::standard_webhooks(&secrets).unwrap_err();
            let source = Box::new(expected.clone());
            assert_eq!(
                error,
                SecretError::Numbered { number, source }.into(),
                "{text:?}"
            );
            assert!(
                error.to_string().contains(&format!("number {number}")),
                "{error}"
            );
        }
    }
}

#[test]
fn message_of_an_invalid_secret_names_the_fix() {
    let advice = [
        "copy it again",
        "remove it",
        "use `Secret::raw`",
        "add `.secret(…)`",
    ];
    let mut errors: Vec<SecretError> = invalid_secrets()
        .into_iter()
        .map(|(_, error)| error)
        .collect();
    errors.push(SecretError::Missing);
    for error in errors {
        let message = error.to_string();
        assert!(
            advice.iter().any(|advice| message.contains(advice)),
            "{message}"
        );
    }
}
