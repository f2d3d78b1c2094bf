//! Items of the signature header: their tags, their separator, and the limits on their number and length.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::delivery::{BODY, ID, KEY, NOW, mac, v1, valid, valid_item};

#[test]
fn one_matching_item_verifies_and_others_are_skipped() {
    let valid_item = valid_item();
    let others = [
        "v2,bogus",
        "v0,bogus",
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
        "v1,",
        "v1",
        "v",
        ",",
        ",,,",
        "v1,x",
        "v1,not-valid-$$$",
        "sha1=d41d8cd98f00b204e9800998ecf8427e",
        "sha256=00",
        "none=",
        "none",
        "alg=none",
        "=",
        "\"",
        "caf\u{e9}",
        "\0",
        "\u{7f}",
        &v1([0; 32]),
    ];
    for other in others {
        valid()
            .with_signature(other)
            .assert_verdict("bad_signature");
        for items in [
            format!("{other} {valid_item}"),
            format!("{valid_item} {other}"),
            format!("{other} {other} {valid_item} {other}"),
        ] {
            valid().with_signature(&items).assert_verdict("ok");
        }
    }
    let invalid_utf8 = [b"\xff\xfe ", valid_item.as_bytes(), b" v1,\xff"].concat();
    valid().with_signature(invalid_utf8).assert_verdict("ok");
}

#[test]
fn correct_mac_under_another_tag_does_not_verify() {
    let encoded = STANDARD.encode(mac(KEY, ID.as_bytes(), NOW.to_string().as_bytes(), BODY));
    let hex: String = STANDARD
        .decode(&encoded)
        .unwrap()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let forms = "MAC|,MAC|1,MAC|v,MAC|v0,MAC|v2,MAC|v10,MAC|v1a,MAC|v1.0,MAC|V1,MAC|v1=MAC|v1:MAC|v1MAC|v1,,MAC|\
        v1, MAC|v1 ,MAC|vv1,MAC|v1,v1,MAC|sha1=MAC|sha256=MAC|none=MAC|hs256,MAC|t=1750000000,v1=MAC|v1,HEX|sha256=HEX";
    for form in forms.split('|') {
        let item = form.replace("MAC", &encoded).replace("HEX", &hex);
        valid()
            .with_signature(&item)
            .assert_verdict("bad_signature");
    }
}

#[test]
fn items_are_separated_by_spaces_only() {
    let (valid_item, bad) = (valid_item(), v1([0; 32]));
    for separator in [
        "\t", "\n", "\r\n", ",", ";", ", ", "\u{a0}", "\u{b}", "\0", "|",
    ] {
        let items = format!("{valid_item}{separator}{bad}");
        valid()
            .with_signature(&items)
            .assert_verdict("bad_signature");
    }
    for items in [
        format!(" {valid_item}"),
        format!("{valid_item} "),
        format!("{bad}   {valid_item}   {bad}"),
    ] {
        valid().with_signature(&items).assert_verdict("ok");
    }
}

#[test]
fn items_after_the_first_sixteen_are_ignored() {
    let valid_item = valid_item();
    for junk in ["v2,x", "x", "v1,x", &v1([0; 32])] {
        let ahead = |count| format!("{}{valid_item}", format!("{junk} ").repeat(count));
        valid().with_signature(ahead(15)).assert_verdict("ok");
        valid()
            .with_signature(ahead(16))
            .assert_verdict("bad_signature");
        valid()
            .with_signature(ahead(60))
            .assert_verdict("bad_signature");
        let behind = format!("{valid_item}{}", format!(" {junk}").repeat(60));
        valid().with_signature(behind).assert_verdict("ok");
        // The same limit applies to items in separate header lines.
        for (count, expected) in [(15, "ok"), (16, "bad_signature")] {
            let mut delivery = valid().without("webhook-signature");
            for _ in 0..count {
                delivery = delivery.append("webhook-signature", junk);
            }
            delivery
                .append("webhook-signature", &valid_item)
                .assert_verdict(expected);
        }
    }
}

#[test]
fn items_after_the_first_four_kib_are_ignored() {
    let valid_item = valid_item();
    let behind = |bytes: usize| format!("{} {valid_item}", "x".repeat(bytes - 1));
    let fits = 4096 - valid_item.len();
    assert_eq!(behind(fits).len(), 4096);
    valid().with_signature(behind(fits)).assert_verdict("ok");
    valid()
        .with_signature(behind(fits + 1))
        .assert_verdict("bad_signature");
    valid()
        .with_signature(behind(100_000))
        .assert_verdict("bad_signature");
    // An item beyond the limit is ignored. One that crosses the limit is not truncated to a valid one.
    let more = format!("{} {}", behind(fits), v1([0; 32]));
    valid().with_signature(more).assert_verdict("ok");
    let longer = format!("{}x", behind(fits));
    valid()
        .with_signature(longer)
        .assert_verdict("bad_signature");
    let huge = format!("{valid_item} {}", "v1,x ".repeat(200_000));
    valid().with_signature(huge).assert_verdict("ok");
    // The limit applies to all header lines together.
    for (bytes, expected) in [
        (4000, "ok"),
        (4050, "bad_signature"),
        (4096, "bad_signature"),
        (5000, "bad_signature"),
    ] {
        let delivery = valid()
            .with_signature("x".repeat(bytes))
            .append("webhook-signature", &valid_item);
        delivery.assert_verdict(expected);
    }
}
