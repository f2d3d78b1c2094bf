//! Headers that crashed a receiver, chose its algorithm, or held less than a MAC.

use webhook_runtime::testing::SignedDelivery;

use crate::receiver::{OfGitHub, OfOpenAi, OfShopify, OfSlack, OfStripe, add, set, table, value};

const ID: &str = "webhook-id";
const TIME: &str = "webhook-timestamp";
const SIGNATURE: &str = "webhook-signature";

/// CVE-2023-50728: a signature header without what the code expected in it ended the process.
#[tokio::test]
async fn a_malformed_header_crashes_nothing() {
    table::<OfOpenAi>(&[
        ("no signature", &|d| drop(d.headers.remove(SIGNATURE)), 400),
        ("an empty one", &|d| set(d, SIGNATURE, ""), 400),
        ("a tag alone", &|d| set(d, SIGNATURE, "v1"), 401),
        ("a tag and a comma", &|d| set(d, SIGNATURE, "v1,"), 401),
        ("a comma alone", &|d| set(d, SIGNATURE, ","), 401),
        ("blanks", &|d| set(d, SIGNATURE, "v1 v1 v1"), 401),
        ("no base64", &|d| set(d, SIGNATURE, "v1,%%%%"), 401),
        ("no text", &|d| set(d, SIGNATURE, b"v1,\xff\xfe"), 401),
        ("a number as the whole", &|d| set(d, SIGNATURE, "0"), 401),
        ("an object", &|d| set(d, SIGNATURE, "[object Object]"), 401),
        (
            "8,000 bytes",
            &|d| set(d, SIGNATURE, "v1,".repeat(2700)),
            401,
        ),
        ("no id", &|d| drop(d.headers.remove(ID)), 400),
        ("an id with a dot", &|d| set(d, ID, "msg.1"), 400),
        ("two ids", &|d| add(d, ID, "msg_2"), 400),
        ("an id that is no text", &|d| set(d, ID, b"\xff"), 400),
        ("no time", &|d| drop(d.headers.remove(TIME)), 400),
        ("two times", &|d| add(d, TIME, "1767323045"), 400),
        ("a time that is none", &|d| set(d, TIME, "soon"), 400),
        (
            "the least time",
            &|d| set(d, TIME, "-9223372036854775808"),
            400,
        ),
        (
            "a time beyond all",
            &|d| set(d, TIME, "9223372036854775808"),
            400,
        ),
        (
            "the last time",
            &|d| set(d, TIME, "9223372036854775807"),
            401,
        ),
        ("5,000 digits", &|d| set(d, TIME, "1".repeat(5000)), 400),
        ("no headers", &|d| d.headers.clear(), 400),
    ])
    .await;
    table::<OfGitHub>(&[
        ("no `=`", &|d| set(d, "x-hub-signature-256", "sha256"), 401),
        ("`=` alone", &|d| set(d, "x-hub-signature-256", "="), 401),
        (
            "nothing behind `=`",
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
    table::<OfStripe>(&[
        ("no `=`", &|d| set(d, "stripe-signature", "t,v1"), 400),
        ("commas", &|d| set(d, "stripe-signature", ",,,"), 400),
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
    table::<OfSlack>(&[
        ("no `=`", &|d| set(d, "x-slack-signature", "v0"), 401),
        (
            "no time",
            &|d| drop(d.headers.remove("x-slack-request-timestamp")),
            400,
        ),
        (
            "half a time",
            &|d| set(d, "x-slack-request-timestamp", "1767323045.5"),
            400,
        ),
    ])
    .await;
}

/// The header named the algorithm, and the receiver took it at its word.
#[tokio::test]
async fn no_header_chooses_the_algorithm() {
    fn tagged(name: &'static str, from: &str, to: &str) -> impl Fn(&mut SignedDelivery) {
        move |delivery| {
            let good = value(delivery, name);
            let bare = good.strip_prefix(from).expect("it is tagged so");
            set(delivery, name, format!("{to}{bare}"));
        }
    }
    let hub = |to| tagged("x-hub-signature-256", "sha256=", to);
    let old = |value: &'static str| {
        move |d: &mut SignedDelivery| {
            d.headers.remove("x-hub-signature-256");
            set(d, "x-hub-signature", value);
        }
    };
    table::<OfGitHub>(&[
        ("`sha1=`", &hub("sha1="), 401),
        ("`sha512=`", &hub("sha512="), 401),
        ("`md5=`", &hub("md5="), 401),
        ("`none=`", &hub("none="), 401),
        ("`SHA256=`", &hub("SHA256="), 401),
        ("`=`", &hub("="), 401),
        ("no tag", &hub(""), 401),
        ("`none`", &|d| set(d, "x-hub-signature-256", "none"), 401),
        (
            "`sha1=` of nothing",
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
            "the header of SHA-1",
            &old("sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            400,
        ),
    ])
    .await;
    let webhook = |to| tagged(SIGNATURE, "v1,", to);
    table::<OfOpenAi>(&[
        ("`v0,`", &webhook("v0,"), 401),
        ("`v2,`", &webhook("v2,"), 401),
        ("`v1a,`", &webhook("v1a,"), 401),
        ("`V1,`", &webhook("V1,"), 401),
        ("`v1=`", &webhook("v1="), 401),
        ("`none,`", &webhook("none,"), 401),
        ("no tag", &webhook(""), 401),
        (
            "`alg` elsewhere",
            &|d| add(d, "webhook-signature-algorithm", "none"),
            200,
        ),
    ])
    .await;
    let stripe = |to: &'static str| {
        move |d: &mut SignedDelivery| {
            let good = value(d, "stripe-signature");
            set(d, "stripe-signature", good.replace("v1=", to));
        }
    };
    table::<OfStripe>(&[
        ("`v0=`", &stripe("v0="), 401),
        ("`none=`", &stripe("none="), 401),
        ("`=`", &stripe("="), 401),
    ])
    .await;
}

/// A compare of unequal lengths threw, or stopped at the shorter one (CVE-2024-21491).
#[tokio::test]
async fn a_mac_of_another_length_is_none() {
    async fn of<R: crate::receiver::Receiver>(name: &'static str, tag: usize) {
        let good = value(&R::good(), name);
        let shorter = (tag..good.len()).map(|length| good[..length].to_owned());
        let longer = ["=", "A", "AA==", "00", "\0\0"].map(|more| format!("{good}{more}"));
        for bent in shorter.chain(longer) {
            // A NUL cannot stand in a header.
            let Ok(header) = http::HeaderValue::from_str(&bent) else {
                continue;
            };
            let bend = |d: &mut SignedDelivery| drop(d.headers.insert(name, header.clone()));
            let gets = if bent.is_empty() { 400 } else { 401 };
            table::<R>(&[(&bent, &bend, gets)]).await;
        }
    }
    of::<OfOpenAi>(SIGNATURE, "v1,".len()).await;
    of::<OfGitHub>("x-hub-signature-256", "sha256=".len()).await;
    of::<OfShopify>("x-shopify-hmac-sha256", 0).await;
    of::<OfSlack>("x-slack-signature", "v0=".len()).await;
}
