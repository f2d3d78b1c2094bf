//! Debug output of verifiers, deliveries and errors: no secret, no MAC, no body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::Signer;
use webhook_runtime::{Endpoint, Secret, Verifier};

use crate::delivery::{BODY, ID, NOW, at, mac, v1, valid};
use crate::endpoints::App;

#[test]
fn debug_output_contains_no_secret_and_no_mac() {
    let text = "a-secret-that-must-stay-hidden";
    let key = text.as_bytes();
    let encoded = STANDARD.encode(key);
    let mac = mac(key, ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
    let delivery = valid().with_signature(v1(mac));
    let verifier = Verifier::<OpenAi>::new([text]).unwrap();
    let scheme =
        Verifier::standard_webhooks(&[Secret::raw(text), Secret::base64(&encoded)]).unwrap();
    let verified = scheme
        .verify(delivery.headers.as_slice(), BODY, at(NOW))
        .unwrap();
    let signer = Signer::of::<OpenAi>(&Secret::new(text))
        .unwrap()
        .id(ID)
        .at(at(NOW));
    let signed = signer.sign(BODY);
    assert_eq!(signed.headers["webhook-signature"], v1(mac));
    let builder = || Endpoint::builder(App).secret(text);

    let mut shown = String::new();
    let mut show = |value: &dyn std::fmt::Debug| shown += &format!("{value:?}\n{value:#?}\n");
    for secret in [
        Secret::new(text),
        Secret::raw(text),
        Secret::base64(&encoded),
        Secret::new(format!("whsec_{encoded}")),
        Secret::from_bytes(key),
    ] {
        show(&secret);
    }
    show(&verifier);
    show(&scheme);
    show(&verified);
    show(&signer);
    show(&signed);
    show(&builder());
    show(&builder().build());
    for altered in [
        delivery.clone().with_body("x"),
        delivery.clone().with("webhook-id", "a.b"),
        delivery.clone().with("webhook-timestamp", "x"),
        delivery.clone().received_at(0),
        delivery.without("webhook-signature"),
    ] {
        let error = verifier
            .verify(altered.headers.as_slice(), &altered.body, at(altered.now))
            .unwrap_err();
        show(&error);
        show(&error.to_string());
    }
    for wrong in [
        format!("{text} "),
        format!("whsec_{text}"),
        format!("whsec_{encoded}$"),
    ] {
        let error = Verifier::<Anthropic>::new([wrong.as_str(), wrong.as_str()]).unwrap_err();
        show(&error);
        show(&error.to_string());
    }

    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    let list = |bytes: &[u8]| format!("{:?}", &bytes[..4]).replace(['[', ']'], "");
    for hidden in [
        "must-stay-hidden",
        &encoded[..12],
        &STANDARD.encode(mac)[..12],
        &hex[..12],
        &hex.to_uppercase()[..12],
        &list(key),
        &list(&mac),
        // Part of the body.
        "batch_1",
    ] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(
        shown.contains(ID),
        "the output does not contain the id: {shown}"
    );
    // The keys are only counted: no value derived from them is printed.
    assert_eq!(
        format!("{scheme:?}"),
        "Verifier { signature: StandardWebhooks { keys: 2, tolerance: 300 }, .. }"
    );
}
