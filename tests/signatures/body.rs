//! The body is the bytes that were signed, and is not looked into before it is verified.

use webhook_runtime::openai::OpenAi;
use webhook_runtime::{Verifier, VerifyError, verifier::VerifyAndDecodeError};

use crate::delivery::{BODY, Delivery, ID, NOW, SVIX_NAMES, at, good, secret, signed_body, v1};

#[test]
fn every_body_verifies_as_the_bytes_that_it_is() {
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
        signed_body(body).gets("ok");
        signed_body(body).named(SVIX_NAMES).gets("ok");
    }
}

#[test]
fn a_body_that_was_changed_on_its_way_does_not_verify() {
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
        signed_body(original).gets("ok");
        let delivery = signed_body(original).with_body(arrived);
        delivery.gets("bad_signature");
    }
    let large = signed_body(vec![b'a'; 1 << 20]);
    let mut body = large.body.clone();
    body[(1 << 20) - 1] = b'b';
    large.with_body(body).gets("bad_signature");
}

#[test]
fn json_that_was_parsed_and_written_again_does_not_verify() {
    for text in [
        r#"{ "b": 1, "a": 2 }"#,
        r#"{"b":1,"a":1.10}"#,
        r#"{"a":"caf\u00e9"}"#,
        r#"{"a":1,"a":2}"#,
        "{\"a\":1}\n",
    ] {
        let parsed: serde_json::Value = serde_json::from_str(text).unwrap();
        let again = parsed.to_string();
        assert_ne!(again, text);
        signed_body(text).with_body(&again).gets("bad_signature");
        signed_body(&again).with_body(text).gets("bad_signature");
    }
}

#[test]
fn a_body_is_not_even_decoded_before_it_is_verified() {
    let verifier = Verifier::<OpenAi>::new([secret()]).unwrap();
    let unwrap = |delivery: &Delivery| {
        let result =
            verifier.verify_and_decode(delivery.headers.as_slice(), &delivery.body, at(NOW));
        result.map(|event| event.id.as_str().to_owned())
    };
    assert_eq!(unwrap(&good()).unwrap(), ID);
    for body in [&b"not json"[..], b"", b"\xff", BODY] {
        let forged = good().with_signature(v1([0; 32])).with_body(body);
        let error = unwrap(&forged).unwrap_err();
        assert!(
            matches!(
                error,
                VerifyAndDecodeError::Verify(VerifyError::BadSignature)
            ),
            "{error:?}"
        );
    }
    let error = unwrap(&signed_body("not json")).unwrap_err();
    assert!(
        matches!(error, VerifyAndDecodeError::Decode(_)),
        "{error:?}"
    );
}
