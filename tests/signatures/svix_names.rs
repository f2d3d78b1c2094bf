//! The header names of Svix, and that they are never mixed with the standard ones.

use crate::delivery::{BODY, Delivery, ID, NOW, STANDARD_NAMES, SVIX_NAMES, signed, valid};

#[test]
fn error_names_the_missing_svix_header() {
    for name in ["svix-id", "svix-timestamp"] {
        let delivery = valid().with_names(SVIX_NAMES).without(name);
        delivery.assert_verdict(format!("missing_header {name}"));
    }
}

#[test]
fn only_a_complete_set_of_headers_verifies() {
    let original = valid();
    // Every combination of the six headers, each with the correct value.
    for present in 0..64_u32 {
        let mut delivery = Delivery {
            headers: Vec::new(),
            ..valid()
        };
        let names = STANDARD_NAMES.iter().chain(&SVIX_NAMES);
        for (bit, (name, value)) in names
            .zip(original.headers.iter().chain(&original.headers))
            .enumerate()
        {
            if present >> bit & 1 == 1 {
                delivery = delivery.append(name, &value.1);
            }
        }
        let is_complete = present & 7 == 7 || present >> 3 == 7;
        let verdict = delivery.verdict();
        if is_complete {
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
fn headers_of_both_sets_are_never_combined() {
    // Each of the three values is correct in one set and wrong in the other.
    for mixture in 0..8_usize {
        let mut delivery = Delivery {
            headers: Vec::new(),
            ..valid()
        };
        let wrong = signed("msg_2", (NOW - 1).to_string(), "another body");
        for index in 0..3 {
            let (right, counterpart) = if mixture >> index & 1 == 0 {
                (STANDARD_NAMES[index], SVIX_NAMES[index])
            } else {
                (SVIX_NAMES[index], STANDARD_NAMES[index])
            };
            delivery = delivery
                .append(right, &valid().headers[index].1)
                .append(counterpart, &wrong.headers[index].1);
        }
        // If both sets are complete, the standard one is used.
        let expected = if mixture == 0 { "ok" } else { "bad_signature" };
        delivery.assert_verdict(expected);
    }
}

#[test]
fn malformed_standard_set_is_not_replaced_by_the_svix_set() {
    let mut delivery = valid().with_names(SVIX_NAMES);
    delivery.headers.extend(valid().headers);
    delivery.assert_verdict("ok");
    delivery
        .clone()
        .append("webhook-id", ID)
        .assert_verdict("malformed_header webhook-id");
    delivery
        .clone()
        .append("webhook-timestamp", NOW.to_string())
        .assert_verdict("malformed_header webhook-timestamp");
    delivery
        .with("webhook-id", "a.b")
        .assert_verdict("malformed_header webhook-id");
}

#[test]
fn svix_set_follows_the_same_rules() {
    let svix = |delivery: Delivery| delivery.with_names(SVIX_NAMES).verdict();
    assert_eq!(svix(valid()), "ok");
    assert_eq!(svix(valid().with_body("x")), "bad_signature");
    assert_eq!(svix(valid().received_at(NOW + 301)), "timestamp_too_old");
    assert_eq!(
        svix(signed("a.b", NOW.to_string(), BODY)),
        "malformed_header svix-id"
    );
    assert_eq!(
        svix(signed(ID, format!("+{NOW}"), BODY)),
        "malformed_header svix-timestamp"
    );
}
