//! The test cases of the providers' SDKs, and signatures of the crate `standardwebhooks`.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::cadenya::Cadenya;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::{Signer, TEST_SECRET};
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{Provider, Secret, Verifier, VerifyError, verifier::VerifierError};

use crate::delivery::{ID, KEY, NOW, at, signed_body};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    provider: String,
    secret: String,
    headers: BTreeMap<String, String>,
    body: String,
    now: i64,
    /// Tolerance in seconds. Default: the provider's.
    tolerance: Option<u64>,
    expect: String,
    /// Tolerance in seconds with which the case verifies. The provider's own is at least as long.
    ok_at_tolerance: Option<u64>,
    /// Reason for the expected result where the SDKs disagree.
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Case {
    fn verdict(&self, tolerance: Option<u64>) -> &'static str {
        match self.provider.as_str() {
            "anthropic" => self.verdict_of::<Anthropic>(tolerance),
            "cadenya" => self.verdict_of::<Cadenya>(tolerance),
            "openai" => self.verdict_of::<OpenAi>(tolerance),
            "wacht" => self.verdict_of::<Wacht>(tolerance),
            "standardwebhooks" => {
                let headers = self.headers();
                let verifier = Verifier::standard_webhooks(&[Secret::new(&self.secret)]);
                name_of(&verifier.map(|verifier| {
                    let result = verifier.verify(&headers[..], self.body(), at(self.now));
                    result.map(|_| ())
                }))
            }
            other => unreachable!("{other}"),
        }
    }

    fn verdict_of<P: Provider>(&self, tolerance: Option<u64>) -> &'static str {
        let headers = self.headers();
        name_of(&Verifier::<P>::new([&*self.secret]).map(|mut verifier| {
            if let Some(seconds) = tolerance {
                verifier = verifier.tolerance(Duration::from_secs(seconds));
            }
            let result = verifier.verify(&headers[..], self.body(), at(self.now));
            result.map(|_| ())
        }))
    }

    fn headers(&self) -> Vec<(&String, &String)> {
        self.headers.iter().collect()
    }

    fn body(&self) -> &[u8] {
        self.body.as_bytes()
    }
}

fn name_of(result: &Result<Result<(), VerifyError>, VerifierError>) -> &'static str {
    match result {
        Ok(Ok(())) => "ok",
        Ok(Err(error)) => error.as_str(),
        Err(_) => "config_error",
    }
}

#[test]
fn each_case_of_the_sdks_has_the_expected_verdict() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../vectors/sdk.json")).unwrap();
    assert_eq!(cases.len(), 52);
    for case in &cases {
        assert_eq!(case.verdict(case.tolerance), case.expect, "{}", case.id);
        if case.ok_at_tolerance.is_some() {
            assert_eq!(case.verdict(case.ok_at_tolerance), "ok", "{}", case.id);
        }
    }
    let late = cases.iter().filter(|case| case.ok_at_tolerance.is_some());
    for case in late {
        assert_eq!(
            case.verdict(None),
            "ok",
            "{}: with the tolerance of the provider",
            case.id
        );
    }
}

#[test]
fn signature_of_the_reference_crate_verifies() {
    let text = format!("whsec_{}", STANDARD.encode(KEY));
    let reference = standardwebhooks::Webhook::new(&text).unwrap();
    for body in ["", "{}", "caf\u{e9} \u{1f511}", "a\r\nb\0c"] {
        let signature = reference.sign(ID, NOW, body.as_bytes()).unwrap();
        assert_eq!(
            signed_body(body).value("webhook-signature"),
            signature.as_bytes()
        );
        signed_body(body)
            .with_signature(signature)
            .assert_verdict("ok");
    }
}

#[test]
fn test_signer_signs_like_the_reference_crate() {
    let reference = standardwebhooks::Webhook::new(TEST_SECRET).unwrap();
    let signer = Signer::default().id(ID).at(at(NOW));
    for body in ["", "{}", "caf\u{e9}"] {
        let signature = reference.sign(ID, NOW, body.as_bytes()).unwrap();
        assert_eq!(signer.sign(body).headers["webhook-signature"], signature);
    }
}
