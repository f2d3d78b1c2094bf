//! Format of timestamps, and the order of the checks.

use std::time::Duration;

use crate::delivery::{BODY, ID, NOW, signed, valid, verifier};

#[test]
fn timestamp_in_another_format_is_malformed() {
    let now = NOW.to_string();
    // One string, because rustfmt would put each element of an array on a line of its own. `N` is the current second.
    let forms = "+N|-N| N|N |\tN|N\n|N\r\n|N\0|N\u{b}|N.0|N.|N,0|0N|00000000000N|Ns|\"N\"|N N|N,N|0xN|175e7|1.75e9|\
        1_750_000_000|1,750,000,000|0x684ee180|684ee180|0o15023560600|175000000\u{b9}| |\t|+|-|-0|+0|00|0x0|.|nan|inf|\
        ١٧٥٠٠٠٠٠٠٠|१७५०००००००|１７５０００００００|not-a-number|2025-06-15T15:06:40Z|9223372036854775808|18446744073709551615|\
        -9223372036854775808|-170141183460469231731687303715884105728";
    let forms = forms.split('|');
    let mut wrong: Vec<String> = forms.map(|form| form.replace('N', &now)).collect();
    // This number would equal the current second if 64 bits wrapped.
    let wrapped = i128::from(u64::MAX) + 1 + i128::from(NOW);
    wrong.extend([wrapped.to_string(), (wrapped * 10).to_string()]);
    wrong.extend(["1", "0", "9"].map(|digit| digit.repeat(5000)));
    wrong.push(format!("{NOW}{}", "0".repeat(5000)));
    for text in wrong {
        // The signature over this text is valid, so only the format is wrong. No tolerance accepts it.
        let delivery = signed(ID, &text, BODY);
        delivery.assert_verdict("malformed_header webhook-timestamp");
        let any_time = verifier().tolerance(Duration::MAX);
        let error = delivery.verify(&any_time).unwrap_err();
        assert_eq!(error.as_str(), "malformed_header", "{text:?}");
    }
    for bytes in [b"175000000\xb2".as_slice(), b"\xff", b"\x80\x80"] {
        signed(ID, bytes, BODY).assert_verdict("malformed_header webhook-timestamp");
    }
}

#[test]
fn timestamp_is_any_non_negative_i64() {
    for second in [0, 1, 9, 10, 1_750_000_000, i64::MAX - 1, i64::MAX] {
        let delivery = signed(ID, second.to_string(), BODY).received_at(second);
        delivery.assert_verdict("ok");
    }
}

#[test]
fn headers_are_checked_first_then_the_timestamp_then_the_signature() {
    let late = valid().received_at(NOW + 1000).with_body("x");
    late.assert_verdict("timestamp_too_old");
    late.clone()
        .with("webhook-id", "a.b")
        .assert_verdict("malformed_header webhook-id");
    let malformed = late.with("webhook-timestamp", "+1");
    malformed.assert_verdict("malformed_header webhook-timestamp");
    malformed
        .without("webhook-signature")
        .assert_verdict("missing_header webhook-signature");
}
