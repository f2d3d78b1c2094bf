//! Headers that crashed another receiver, selected its algorithm, or contained less than a MAC.

use webhook_runtime::testing::SignedDelivery;

use crate::receiver::{
    OfGitHub, OfOpenAi, OfShopify, OfSlack, OfStripe, add, assert_statuses, set, value,
};

const ID: &str = "webhook-id";
const TIME: &str = "webhook-timestamp";
const SIGNATURE: &str = "webhook-signature";

/// CVE-2023-50728: a malformed signature header crashed another receiver's process.
#[tokio::test]
async fn malformed_header_is_rejected_without_a_crash() {
    assert_statuses::<OfOpenAi>(&[
        ("no signature", &|d| drop(d.headers.remove(SIGNATURE)), 400),
        ("an empty signature", &|d| set(d, SIGNATURE, ""), 400),
        ("a tag alone", &|d| set(d, SIGNATURE, "v1"), 401),
        ("a tag and a comma", &|d| set(d, SIGNATURE, "v1,"), 401),
        ("a comma alone", &|d| set(d, SIGNATURE, ","), 401),
        (
            "tags without values",
            &|d| set(d, SIGNATURE, "v1 v1 v1"),
            401,
        ),
        ("not base64", &|d| set(d, SIGNATURE, "v1,%%%%"), 401),
        ("not UTF-8", &|d| set(d, SIGNATURE, b"v1,\xff\xfe"), 401),
        ("a number", &|d| set(d, SIGNATURE, "0"), 401),
        ("an object", &|d| set(d, SIGNATURE, "[object Object]"), 401),
        (
            "8,000 bytes",
            &|d| set(d, SIGNATURE, "v1,".repeat(2700)),
            401,
        ),
        ("no id", &|d| drop(d.headers.remove(ID)), 400),
        ("an id with a dot", &|d| set(d, ID, "msg.1"), 400),
        ("two ids", &|d| add(d, ID, "msg_2"), 400),
        ("an id that is not UTF-8", &|d| set(d, ID, b"\xff"), 400),
        ("no time", &|d| drop(d.headers.remove(TIME)), 400),
        ("two times", &|d| add(d, TIME, "1767323045"), 400),
        (
            "a time that is not a number",
            &|d| set(d, TIME, "soon"),
            400,
        ),
        (
            "the lowest i64 as time",
            &|d| set(d, TIME, "-9223372036854775808"),
            400,
        ),
        (
            "a time beyond i64",
            &|d| set(d, TIME, "9223372036854775808"),
            400,
        ),
        (
            "the highest i64 as time",
            &|d| set(d, TIME, "9223372036854775807"),
            401,
        ),
        ("5,000 digits", &|d| set(d, TIME, "1".repeat(5000)), 400),
        ("no headers", &|d| d.headers.clear(), 400),
    ])
    .await;
    assert_statuses::<OfGitHub>(&[
        ("no `=`", &|d| set(d, "x-hub-signature-256", "sha256"), 401),
        ("`=` alone", &|d| set(d, "x-hub-signature-256", "="), 401),
        (
            "nothing after `=`",
            &|d| set(d, "x-hub-signature-256", "sha256="),
            401,
        ),
        (
            "odd hex",
            &|d| set(d, "x-hub-signature-256", "sha256=0"),
            401,
        ),
        (
            "no signature",
            &|d| drop(d.headers.remove("x-hub-signature-256")),
            400,
        ),
    ])
    .await;
    assert_statuses::<OfStripe>(&[
        ("no `=`", &|d| set(d, "stripe-signature", "t,v1"), 400),
        ("commas only", &|d| set(d, "stripe-signature", ",,,"), 400),
        ("no time", &|d| set(d, "stripe-signature", "v1=00"), 400),
        (
            "two times",
            &|d| add(d, "stripe-signature", "t=1767323045"),
            400,
        ),
        (
            "no signature",
            &|d| set(d, "stripe-signature", "t=1767323045"),
            401,
        ),
    ])
    .await;
    assert_statuses::<OfSlack>(&[
        ("no `=`", &|d| set(d, "x-slack-signature", "v0"), 401),
        (
            "no time",
            &|d| drop(d.headers.remove("x-slack-request-timestamp")),
            400,
        ),
        (
            "a fractional time",
            &|d| set(d, "x-slack-request-timestamp", "1767323045.5"),
            400,
        ),
    ])
    .await;
}

/// Another receiver used the algorithm that the header named.
#[tokio::test]
async fn header_does_not_select_the_algorithm() {
    fn tagged(name: &'static str, from: &str, to: &str) -> impl Fn(&mut SignedDelivery) {
        move |delivery| {
            let valid = value(delivery, name);
            let untagged = valid.strip_prefix(from).expect("missing tag");
            set(delivery, name, format!("{to}{untagged}"));
        }
    }
    let hub = |to| tagged("x-hub-signature-256", "sha256=", to);
    let old = |value: &'static str| {
        move |d: &mut SignedDelivery| {
            d.headers.remove("x-hub-signature-256");
            set(d, "x-hub-signature", value);
        }
    };
    assert_statuses::<OfGitHub>(&[
        ("`sha1=`", &hub("sha1="), 401),
        ("`sha512=`", &hub("sha512="), 401),
        ("`md5=`", &hub("md5="), 401),
        ("`none=`", &hub("none="), 401),
        ("`SHA256=`", &hub("SHA256="), 401),
        ("`=`", &hub("="), 401),
        ("no tag", &hub(""), 401),
        ("`none`", &|d| set(d, "x-hub-signature-256", "none"), 401),
        (
            "the SHA-1 of an empty text",
            &|d| {
                set(
                    d,
                    "x-hub-signature-256",
                    "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709",
                );
            },
            401,
        ),
        (
            "the older SHA-1 header",
            &old("sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            400,
        ),
    ])
    .await;
    let webhook = |to| tagged(SIGNATURE, "v1,", to);
    assert_statuses::<OfOpenAi>(&[
        ("`v0,`", &webhook("v0,"), 401),
        ("`v2,`", &webhook("v2,"), 401),
        ("`v1a,`", &webhook("v1a,"), 401),
        ("`V1,`", &webhook("V1,"), 401),
        ("`v1=`", &webhook("v1="), 401),
        ("`none,`", &webhook("none,"), 401),
        ("no tag", &webhook(""), 401),
        (
            "the algorithm in another header",
            &|d| add(d, "webhook-signature-algorithm", "none"),
            200,
        ),
    ])
    .await;
    let stripe = |to: &'static str| {
        move |d: &mut SignedDelivery| {
            let valid = value(d, "stripe-signature");
            set(d, "stripe-signature", valid.replace("v1=", to));
        }
    };
    assert_statuses::<OfStripe>(&[
        ("`v0=`", &stripe("v0="), 401),
        ("`none=`", &stripe("none="), 401),
        ("`=`", &stripe("="), 401),
    ])
    .await;
}

/// Comparing MACs of different lengths threw an exception or stopped at the shorter one (CVE-2024-21491).
#[tokio::test]
async fn mac_of_another_length_does_not_verify() {
    async fn assert_rejected<R: crate::receiver::Receiver>(name: &'static str, tag: usize) {
        let valid = value(&R::valid(), name);
        let shorter = (tag..valid.len()).map(|length| valid[..length].to_owned());
        let longer = ["=", "A", "AA==", "00", "\0\0"].map(|more| format!("{valid}{more}"));
        for altered in shorter.chain(longer) {
            // A NUL is not valid in a header value.
            let Ok(header) = http::HeaderValue::from_str(&altered) else {
                continue;
            };
            let alter = |d: &mut SignedDelivery| drop(d.headers.insert(name, header.clone()));
            let expected = if altered.is_empty() { 400 } else { 401 };
            assert_statuses::<R>(&[(&altered, &alter, expected)]).await;
        }
    }
    assert_rejected::<OfOpenAi>(SIGNATURE, "v1,".len()).await;
    assert_rejected::<OfGitHub>("x-hub-signature-256", "sha256=".len()).await;
    assert_rejected::<OfShopify>("x-shopify-hmac-sha256", 0).await;
    assert_rejected::<OfSlack>("x-slack-signature", "v0=".len()).await;
}
