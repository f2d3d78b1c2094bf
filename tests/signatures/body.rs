//! Signed bodies: compared byte for byte, and not decoded before they are verified.

use webhook_runtime::openai::OpenAi;
use webhook_runtime::{Verifier, VerifyError, verifier::VerifyAndDecodeError};

use crate::delivery::{BODY, Delivery, ID, NOW, SVIX_NAMES, at, secret, signed_body, v1, valid};

#[test]
fn any_signed_bytes_verify() {
    let bodies: [&[u8]; 14] = [
        b"",
        b"\0",
        b"{}",
        b"not json",
        b"\xff",
        b"\xff\xfe{\"a\":1}\x80\xc0",
        b"\xed\xa0\x80",
        b"{\"a\":\"\xff\"}",
        b"{\"a\":1}\r\n\r\n",
        br#"{"a":"\u001B[31m"}"#,
        br#"{ "a" : 1.10, "b": 1e2, "c": 123456789012345678901234567890 }"#,
        "\u{feff}{\"city\":\"Z\u{fc}rich\",\"key\":\"\u{1f511}\"}".as_bytes(),
        b"a.b.c.",
        &[b'a'; 1 << 20],
    ];
    for body in bodies {
        signed_body(body).assert_verdict("ok");
        signed_body(body)
            .with_names(SVIX_NAMES)
            .assert_verdict("ok");
    }
}

#[test]
fn changed_body_does_not_verify() {
    let changed: [(&[u8], &[u8]); 18] = [
        (b"{}", b"{}\n"),
        (b"{}", b"{}\r\n"),
        (b"{}", b"{} "),
        (b"{}", b" {}"),
        (b"{}", b"{}\0"),
        (b"{}", b"\xef\xbb\xbf{}"),
        (b"{}\n", b"{}"),
        (b"{}\r\n", b"{}\n"),
        (b"{}\n", b"{}\r\n"),
        (b"{}", b""),
        (b"", b"{}"),
        (b"", b"\n"),
        (br#"{"a":"\u001B"}"#, br#"{"a":"\u001b"}"#),
        (br#"{"a":1.10}"#, br#"{"a":1.1}"#),
        (br#"{"a":"\/"}"#, br#"{"a":"/"}"#),
        ("caf\u{e9}".as_bytes(), "cafe\u{301}".as_bytes()),
        (b"\xff", "\u{fffd}".as_bytes()),
        ("\u{fffd}".as_bytes(), b"\xff"),
    ];
    for (original, arrived) in changed {
        signed_body(original).assert_verdict("ok");
        let delivery = signed_body(original).with_body(arrived);
        delivery.assert_verdict("bad_signature");
    }
    let large = signed_body(vec![b'a'; 1 << 20]);
    let mut body = large.body.clone();
    body[(1 << 20) - 1] = b'b';
    large.with_body(body).assert_verdict("bad_signature");
}

#[test]
fn reserialized_json_does_not_verify() {
    for text in [
        r#"{ "b": 1, "a": 2 }"#,
        r#"{"b":1,"a":1.10}"#,
        r#"{"a":"caf\u00e9"}"#,
        r#"{"a":1,"a":2}"#,
        "{\"a\":1}\n",
    ] {
        let parsed: serde_json::Value = serde_json::from_str(text).unwrap();
        let serialized = parsed.to_string();
        assert_ne!(serialized, text);
        signed_body(text)
            .with_body(&serialized)
            .assert_verdict("bad_signature");
        signed_body(&serialized)
            .with_body(text)
            .assert_verdict("bad_signature");
    }
}

#[test]
fn body_is_not_decoded_before_it_is_verified() {
    let verifier = Verifier::<OpenAi>::new([secret()]).unwrap();
    let verify_and_decode = |delivery: &Delivery| {
        let result =
            verifier.verify_and_decode(delivery.headers.as_slice(), &delivery.body, at(NOW));
        result.map(|event| event.id.as_str().to_owned())
    };
    assert_eq!(verify_and_decode(&valid()).unwrap(), ID);
    for body in [&b"not json"[..], b"", b"\xff", BODY] {
        let forged = valid().with_signature(v1([0; 32])).with_body(body);
        let error = verify_and_decode(&forged).unwrap_err();
        assert!(
            matches!(
                error,
                VerifyAndDecodeError::Verify(VerifyError::BadSignature)
            ),
            "{error:?}"
        );
    }
    let error = verify_and_decode(&signed_body("not json")).unwrap_err();
    assert!(
        matches!(error, VerifyAndDecodeError::Decode(_)),
        "{error:?}"
    );
}
