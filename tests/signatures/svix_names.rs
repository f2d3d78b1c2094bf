//! The set of headers with the names of Svix, and that it never mixes with the standard one.

use crate::delivery::{BODY, Delivery, ID, NOW, STANDARD_NAMES, SVIX_NAMES, good, signed};

#[test]
fn a_missing_header_is_named_in_the_set_that_the_sender_uses() {
    for name in ["svix-id", "svix-timestamp"] {
        let delivery = good().named(SVIX_NAMES).without(name);
        delivery.gets(format!("missing_header {name}"));
    }
}

#[test]
fn headers_verify_only_as_one_whole_set() {
    let original = good();
    // Each of the six headers is there or not, always with the right value.
    for present in 0..64_u32 {
        let mut delivery = Delivery {
            headers: Vec::new(),
            ..good()
        };
        let names = STANDARD_NAMES.iter().chain(&SVIX_NAMES);
        for (bit, (name, value)) in names
            .zip(original.headers.iter().chain(&original.headers))
            .enumerate()
        {
            if present >> bit & 1 == 1 {
                delivery = delivery.and(name, &value.1);
            }
        }
        let whole = present & 7 == 7 || present >> 3 == 7;
        let verdict = delivery.verdict();
        if whole {
            assert_eq!(verdict, "ok", "{present:06b}");
        } else {
            assert!(
                verdict.starts_with("missing_header "),
                "{present:06b}: {verdict}"
            );
        }
    }
}

#[test]
fn no_header_is_taken_from_the_other_set() {
    // Each of the three from one set, with the other set's twin there but wrong.
    for mixture in 0..8_usize {
        let mut delivery = Delivery {
            headers: Vec::new(),
            ..good()
        };
        let wrong = signed("msg_2", (NOW - 1).to_string(), "another body");
        for index in 0..3 {
            let (right, twin) = if mixture >> index & 1 == 0 {
                (STANDARD_NAMES[index], SVIX_NAMES[index])
            } else {
                (SVIX_NAMES[index], STANDARD_NAMES[index])
            };
            delivery = delivery
                .and(right, &good().headers[index].1)
                .and(twin, &wrong.headers[index].1);
        }
        // Where both sets are whole, the standard one is the one that counts.
        let expected = if mixture == 0 { "ok" } else { "bad_signature" };
        delivery.gets(expected);
    }
}

#[test]
fn a_standard_set_that_is_malformed_is_not_replaced_by_the_other() {
    let mut delivery = good().named(SVIX_NAMES);
    delivery.headers.extend(good().headers);
    delivery.gets("ok");
    delivery
        .clone()
        .and("webhook-id", ID)
        .gets("malformed_header webhook-id");
    delivery
        .clone()
        .and("webhook-timestamp", NOW.to_string())
        .gets("malformed_header webhook-timestamp");
    delivery
        .with("webhook-id", "a.b")
        .gets("malformed_header webhook-id");
}

#[test]
fn the_svix_set_is_held_to_the_same_rules() {
    let svix = |delivery: Delivery| delivery.named(SVIX_NAMES).verdict();
    assert_eq!(svix(good()), "ok");
    assert_eq!(svix(good().with_body("x")), "bad_signature");
    assert_eq!(svix(good().received_at(NOW + 301)), "timestamp_too_old");
    assert_eq!(
        svix(signed("a.b", NOW.to_string(), BODY)),
        "malformed_header svix-id"
    );
    assert_eq!(
        svix(signed(ID, format!("+{NOW}"), BODY)),
        "malformed_header svix-timestamp"
    );
}
