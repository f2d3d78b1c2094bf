//! Headers that are missing, repeated, of any case, not meant for us, or garbage.

use crate::delivery::{
    BODY, Delivery, ID, NOW, STANDARD_NAMES, SVIX_NAMES, good, good_item, signed, v1,
};

#[test]
fn a_header_that_is_missing_or_empty_is_named() {
    good().gets("ok");
    for name in STANDARD_NAMES {
        let expected = format!("missing_header {name}");
        good().without(name).gets(&expected);
        good().with(name, "").gets(&expected);
    }
    for name in SVIX_NAMES {
        let delivery = good().named(SVIX_NAMES);
        let verdict = delivery.clone().without(name).verdict();
        assert!(verdict.starts_with("missing_header "), "{name}: {verdict}");
        let verdict = delivery.with(name, "").verdict();
        assert!(verdict.starts_with("missing_header "), "{name}: {verdict}");
    }
    let none = Delivery {
        headers: Vec::new(),
        ..good()
    };
    none.gets("missing_header webhook-id");
}

#[test]
fn an_id_or_timestamp_header_that_is_repeated_is_malformed() {
    for names in [STANDARD_NAMES, SVIX_NAMES] {
        for name in [names[0], names[1]] {
            let expected = format!("malformed_header {name}");
            let delivery = good().named(names);
            let same = delivery.value(name).to_vec();
            delivery.clone().and(name, same).gets(&expected);
            delivery.clone().and(name, "1").gets(&expected);
            delivery.and(name, "").gets(&expected);
        }
    }
    let other_case = good().and("WEBHOOK-ID", ID);
    other_case.gets("malformed_header webhook-id");
}

#[test]
fn a_signature_header_that_is_repeated_is_one_list() {
    let bad = v1([0; 32]);
    good().and("webhook-signature", &bad).gets("ok");
    good()
        .with_signature(bad)
        .and("webhook-signature", good_item())
        .gets("ok");
    good()
        .with_signature("")
        .and("webhook-signature", good_item())
        .gets("ok");
    let halves = good_item();
    let (left, right) = halves.split_at(20);
    let delivery = good().with_signature(left).and("webhook-signature", right);
    delivery.gets("bad_signature");
}

#[test]
fn names_of_headers_have_no_case() {
    good()
        .named(["Webhook-Id", "WEBHOOK-TIMESTAMP", "webHook-Signature"])
        .gets("ok");
    good()
        .named(["Svix-Id", "SVIX-TIMESTAMP", "svix-siGnature"])
        .gets("ok");
}

#[test]
fn other_headers_never_change_the_verdict() {
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
        good(),
        good().with_body("x"),
        good().without("webhook-id"),
        good().received_at(NOW + 301),
        good().received_at(NOW - 301),
        signed("a.b", NOW.to_string(), BODY),
        good().named(SVIX_NAMES),
    ];
    for delivery in deliveries {
        let alone = delivery.verdict();
        let mut all = delivery.clone();
        for (name, value) in others {
            delivery.clone().and(name, value).gets(&alone);
            all.headers
                .insert(0, (name.to_owned(), value.as_bytes().to_vec()));
        }
        all.gets(&alone);
    }
}

#[test]
fn no_garbage_in_the_headers_verifies_or_panics() {
    // A fixed sequence, so that a failure comes again.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let item = good_item();
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
        let mut delivery = good().with_body("another body");
        for _ in 0..next(4) + 1 {
            let value: Vec<u8> = (0..next(6))
                .flat_map(|_| pieces[next(pieces.len())])
                .copied()
                .collect();
            let name = names[next(names.len())];
            delivery = if next(3) == 0 {
                delivery.and(name, value)
            } else {
                delivery.with(name, value)
            };
        }
        assert_ne!(delivery.verdict(), "ok", "{:?}", delivery.headers);
    }
}
