//! Headers that are missing, empty, repeated, in another case, unrelated, or garbage.

use crate::delivery::{
    BODY, Delivery, ID, NOW, STANDARD_NAMES, SVIX_NAMES, signed, v1, valid, valid_item,
};

#[test]
fn error_names_the_missing_or_empty_header() {
    valid().assert_verdict("ok");
    for name in STANDARD_NAMES {
        let expected = format!("missing_header {name}");
        valid().without(name).assert_verdict(&expected);
        valid().with(name, "").assert_verdict(&expected);
    }
    for name in SVIX_NAMES {
        let delivery = valid().with_names(SVIX_NAMES);
        let verdict = delivery.clone().without(name).verdict();
        assert!(verdict.starts_with("missing_header "), "{name}: {verdict}");
        let verdict = delivery.with(name, "").verdict();
        assert!(verdict.starts_with("missing_header "), "{name}: {verdict}");
    }
    let none = Delivery {
        headers: Vec::new(),
        ..valid()
    };
    none.assert_verdict("missing_header webhook-id");
}

#[test]
fn repeated_id_or_timestamp_header_is_malformed() {
    for names in [STANDARD_NAMES, SVIX_NAMES] {
        for name in [names[0], names[1]] {
            let expected = format!("malformed_header {name}");
            let delivery = valid().with_names(names);
            let same = delivery.value(name).to_vec();
            delivery
                .clone()
                .append(name, same)
                .assert_verdict(&expected);
            delivery.clone().append(name, "1").assert_verdict(&expected);
            delivery.append(name, "").assert_verdict(&expected);
        }
    }
    let other_case = valid().append("WEBHOOK-ID", ID);
    other_case.assert_verdict("malformed_header webhook-id");
}

#[test]
fn repeated_signature_headers_are_one_list() {
    let bad = v1([0; 32]);
    valid()
        .append("webhook-signature", &bad)
        .assert_verdict("ok");
    valid()
        .with_signature(bad)
        .append("webhook-signature", valid_item())
        .assert_verdict("ok");
    valid()
        .with_signature("")
        .append("webhook-signature", valid_item())
        .assert_verdict("ok");
    let halves = valid_item();
    let (left, right) = halves.split_at(20);
    let delivery = valid()
        .with_signature(left)
        .append("webhook-signature", right);
    delivery.assert_verdict("bad_signature");
}

#[test]
fn header_names_are_case_insensitive() {
    valid()
        .with_names(["Webhook-Id", "WEBHOOK-TIMESTAMP", "webHook-Signature"])
        .assert_verdict("ok");
    valid()
        .with_names(["Svix-Id", "SVIX-TIMESTAMP", "svix-siGnature"])
        .assert_verdict("ok");
}

#[test]
fn other_headers_do_not_change_the_verdict() {
    let others = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-port", "1"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "/"),
        ("x-rewrite-url", "/"),
        ("content-type", "text/plain; charset=utf-16"),
        ("content-encoding", "gzip"),
        ("content-length", "0"),
        ("authorization", "Bearer whsec_"),
        ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("x-webhook-id", "x"),
        ("webhook-ids", "x"),
        ("webhook_id", "x"),
        ("webhook-timestamp-ms", "0"),
        ("webhook-signature-256", "v1,x"),
        ("x-hub-signature", "sha1=00"),
        ("stripe-signature", "t=0,v1=00"),
    ];
    let deliveries = [
        valid(),
        valid().with_body("x"),
        valid().without("webhook-id"),
        valid().received_at(NOW + 301),
        valid().received_at(NOW - 301),
        signed("a.b", NOW.to_string(), BODY),
        valid().with_names(SVIX_NAMES),
    ];
    for delivery in deliveries {
        let alone = delivery.verdict();
        let mut all = delivery.clone();
        for (name, value) in others {
            delivery.clone().append(name, value).assert_verdict(&alone);
            all.headers
                .insert(0, (name.to_owned(), value.as_bytes().to_vec()));
        }
        all.assert_verdict(&alone);
    }
}

#[test]
fn garbage_headers_neither_verify_nor_panic() {
    // A fixed seed, so that failures are reproducible.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let item = valid_item();
    let pieces: [&[u8]; 16] = [
        b"v1,",
        b"v1a,",
        b"v",
        b",",
        b" ",
        b"=",
        b".",
        b"\xff",
        b"\0",
        b"\r\n",
        b"1750000000",
        b"msg_1",
        "\u{e9}".as_bytes(),
        b"-",
        b"9223372036854775807",
        &item.as_bytes()[3..],
    ];
    let names: Vec<&str> = STANDARD_NAMES.into_iter().chain(SVIX_NAMES).collect();
    for _ in 0..5000 {
        let mut delivery = valid().with_body("another body");
        for _ in 0..next(4) + 1 {
            let value: Vec<u8> = (0..next(6))
                .flat_map(|_| pieces[next(pieces.len())])
                .copied()
                .collect();
            let name = names[next(names.len())];
            delivery = if next(3) == 0 {
                delivery.append(name, value)
            } else {
                delivery.with(name, value)
            };
        }
        assert_ne!(delivery.verdict(), "ok", "{:?}", delivery.headers);
    }
}
