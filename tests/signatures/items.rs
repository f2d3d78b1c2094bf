//! The list of items in the signature header: which count, what separates them, how many are looked at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::delivery::{BODY, ID, KEY, NOW, good, good_item, mac, v1};

#[test]
fn any_item_that_matches_is_enough_and_every_other_is_skipped() {
    let good_item = good_item();
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
        good().with_signature(other).gets("bad_signature");
        for items in [
            format!("{other} {good_item}"),
            format!("{good_item} {other}"),
            format!("{other} {other} {good_item} {other}"),
        ] {
            good().with_signature(&items).gets("ok");
        }
    }
    let invalid_utf8 = [b"\xff\xfe ", good_item.as_bytes(), b" v1,\xff"].concat();
    good().with_signature(invalid_utf8).gets("ok");
}

#[test]
fn the_right_mac_counts_under_its_own_tag_alone() {
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
        good().with_signature(&item).gets("bad_signature");
    }
}

#[test]
fn items_are_separated_by_spaces_alone() {
    let (good_item, bad) = (good_item(), v1([0; 32]));
    for separator in [
        "\t", "\n", "\r\n", ",", ";", ", ", "\u{a0}", "\u{b}", "\0", "|",
    ] {
        let items = format!("{good_item}{separator}{bad}");
        good().with_signature(&items).gets("bad_signature");
    }
    for items in [
        format!(" {good_item}"),
        format!("{good_item} "),
        format!("{bad}   {good_item}   {bad}"),
    ] {
        good().with_signature(&items).gets("ok");
    }
}

#[test]
fn sixteen_items_are_looked_at_and_no_more() {
    let good_item = good_item();
    for junk in ["v2,x", "x", "v1,x", &v1([0; 32])] {
        let ahead = |count| format!("{}{good_item}", format!("{junk} ").repeat(count));
        good().with_signature(ahead(15)).gets("ok");
        good().with_signature(ahead(16)).gets("bad_signature");
        good().with_signature(ahead(60)).gets("bad_signature");
        let behind = format!("{good_item}{}", format!(" {junk}").repeat(60));
        good().with_signature(behind).gets("ok");
        // On lines of their own too.
        for (count, expected) in [(15, "ok"), (16, "bad_signature")] {
            let mut delivery = good().without("webhook-signature");
            for _ in 0..count {
                delivery = delivery.and("webhook-signature", junk);
            }
            delivery.and("webhook-signature", &good_item).gets(expected);
        }
    }
}

#[test]
fn four_kib_of_signatures_are_looked_at_and_no_more() {
    let good_item = good_item();
    let behind = |bytes: usize| format!("{} {good_item}", "x".repeat(bytes - 1));
    let fits = 4096 - good_item.len();
    assert_eq!(behind(fits).len(), 4096);
    good().with_signature(behind(fits)).gets("ok");
    good()
        .with_signature(behind(fits + 1))
        .gets("bad_signature");
    good().with_signature(behind(100_000)).gets("bad_signature");
    // An item behind the bound changes nothing; one that the bound cuts is not what its beginning looks like.
    let more = format!("{} {}", behind(fits), v1([0; 32]));
    good().with_signature(more).gets("ok");
    let longer = format!("{}x", behind(fits));
    good().with_signature(longer).gets("bad_signature");
    let huge = format!("{good_item} {}", "v1,x ".repeat(200_000));
    good().with_signature(huge).gets("ok");
    // All lines count together.
    for (bytes, expected) in [
        (4000, "ok"),
        (4050, "bad_signature"),
        (4096, "bad_signature"),
        (5000, "bad_signature"),
    ] {
        let delivery = good()
            .with_signature("x".repeat(bytes))
            .and("webhook-signature", &good_item);
        delivery.gets(expected);
    }
}
