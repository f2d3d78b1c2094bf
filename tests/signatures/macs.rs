//! MAC of an item: its only valid base64 spelling, and its length.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

use crate::delivery::{BODY, ID, KEY, NOW, mac, signed_body, v1, valid, valid_item};

#[test]
fn mac_in_another_base64_spelling_does_not_verify() {
    // The signature needs a `+` and a `/`, because only these differ in the URL-safe alphabet.
    let delivery = (0..)
        .map(|number| signed_body(format!("body {number}")))
        .find(|delivery| {
            let item = delivery.value("webhook-signature");
            item.contains(&b'+') && item.contains(&b'/')
        })
        .unwrap();
    delivery.assert_verdict("ok");
    let mac = mac(
        KEY,
        ID.as_bytes(),
        NOW.to_string().as_bytes(),
        &delivery.body,
    );
    let encoded = STANDARD.encode(mac);
    let unpadded = STANDARD_NO_PAD.encode(mac);
    let mut wrong = vec![
        format!("{encoded},x"),
        format!("{encoded},"),
        format!("{encoded}x"),
        format!("x{encoded}"),
        unpadded.clone(),
        URL_SAFE.encode(mac),
        encoded.replace('+', "-"),
        encoded.replace('/', "_"),
        format!("{encoded}="),
        format!("{encoded}=="),
        format!("{encoded}===="),
        format!("={encoded}"),
        format!("{unpadded}%3D"),
        format!("{encoded}AAAA"),
        format!("{encoded}{encoded}"),
        encoded.to_lowercase(),
        encoded.to_uppercase(),
        format!("\"{encoded}\""),
        encoded.replace('+', " "),
    ];
    // The last character encodes four bits of the MAC and two unused bits, which must be zero.
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let last = unpadded.bytes().last().unwrap();
    let value = alphabet.iter().position(|other| *other == last).unwrap();
    assert_eq!(value % 4, 0);
    for bits in 1..4 {
        let other = char::from(alphabet[value + bits]);
        wrong.push(format!("{}{other}=", &unpadded[..unpadded.len() - 1]));
    }
    for junk in [
        '\n', '\r', '\t', '\0', '-', '.', ',', '=', '$', '\u{e9}', ' ',
    ] {
        for index in 0..=encoded.len() {
            if junk == ' ' && (index == 0 || index == encoded.len()) {
                continue;
            }
            let (left, right) = encoded.split_at(index);
            wrong.push(format!("{left}{junk}{right}"));
            // The same with a character replaced, so that the length is correct.
            if let Some(right) = right.get(1..) {
                wrong.push(format!("{left}{junk}{right}"));
            }
        }
    }
    for text in wrong {
        if text == encoded {
            continue;
        }
        let verdict = delivery
            .clone()
            .with_signature(format!("v1,{text}"))
            .verdict();
        assert_eq!(verdict, "bad_signature", "{text:?}");
    }
}

#[test]
fn truncated_or_extended_mac_does_not_verify() {
    let full = mac(KEY, ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
    let item = valid_item();
    for len in 1..item.len() {
        valid()
            .with_signature(&item[..len])
            .assert_verdict("bad_signature");
    }
    for len in 0..32 {
        let head = v1(&full[..len]);
        valid().with_signature(head).assert_verdict("bad_signature");
        let tail = v1(&full[32 - len..]);
        valid().with_signature(tail).assert_verdict("bad_signature");
        let mut zeroed = [0; 32];
        zeroed[..len].copy_from_slice(&full[..len]);
        valid()
            .with_signature(v1(zeroed))
            .assert_verdict("bad_signature");
    }
    for more in [1, 2, 3, 32, 1000] {
        let longer = [full.to_vec(), vec![0; more]].concat();
        valid()
            .with_signature(v1(longer))
            .assert_verdict("bad_signature");
    }
}
