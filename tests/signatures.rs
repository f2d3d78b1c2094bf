//! The rules of verification, one by one, and the cases of the providers' own SDKs.
//!
//! Every delivery here is signed without the code under test.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::cadenya::Cadenya;
use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::testing::{Signer, TEST_SECRET};
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{
    BareSecret, BuildError, Endpoint, Event, Outcome, Provider, Secret, SecretError,
    StandardWebhooks, Timestamp, UnwrapError, Verifier, VerifyError, WebhookRouter, on,
};

const KEY: &[u8] = b"\xff\x00 key of the tests: 32 bytes \xfe";
const NOW: i64 = 1_750_000_000;
const ID: &str = "msg_1";
const BODY: &[u8] = br#"{"type":"batch.failed","data":{"id":"batch_1"}}"#;

const STANDARD_NAMES: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];
const SVIX_NAMES: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];

/// A delivery that may be bent before it is verified.
#[derive(Clone)]
struct Delivery {
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    now: i64,
}

fn mac(key: &[u8], id: &[u8], timestamp: &[u8], body: &[u8]) -> [u8; 32] {
    hmac_sha256::HMAC::mac([id, b".", timestamp, b".", body].concat(), key)
}

fn v1(mac: impl AsRef<[u8]>) -> String {
    format!("v1,{}", STANDARD.encode(mac))
}

/// What the sender would send of this id, time and body, odd as they may be.
fn signed(id: impl AsRef<[u8]>, timestamp: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Delivery {
    let (id, timestamp, body) = (id.as_ref(), timestamp.as_ref(), body.as_ref());
    let signature = v1(mac(KEY, id, timestamp, body));
    let values = [id.to_vec(), timestamp.to_vec(), signature.into_bytes()];
    Delivery {
        headers: STANDARD_NAMES
            .map(str::to_owned)
            .into_iter()
            .zip(values)
            .collect(),
        body: body.to_vec(),
        now: NOW,
    }
}

fn signed_body(body: impl AsRef<[u8]>) -> Delivery {
    signed(ID, NOW.to_string(), body)
}

fn good() -> Delivery {
    signed_body(BODY)
}

fn good_item() -> String {
    String::from_utf8(good().value("webhook-signature").to_vec()).unwrap()
}

fn secret() -> Secret {
    Secret::new(format!("whsec_{}", STANDARD.encode(KEY)))
}

fn verifier() -> StandardWebhooks {
    StandardWebhooks::new(&[secret()]).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second)
}

impl Delivery {
    fn value(&self, name: &str) -> &[u8] {
        &self
            .headers
            .iter()
            .find(|(other, _)| other == name)
            .unwrap()
            .1
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    fn and(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    fn with(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).and(name, value)
    }

    fn with_signature(self, value: impl AsRef<[u8]>) -> Self {
        self.with("webhook-signature", value)
    }

    fn with_body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    fn received_at(mut self, now: i64) -> Self {
        self.now = now;
        self
    }

    fn named(mut self, names: [&str; 3]) -> Self {
        for (name, _) in &mut self.headers {
            let index = STANDARD_NAMES
                .iter()
                .position(|other| other == name)
                .unwrap();
            *name = names[index].to_owned();
        }
        self
    }

    fn verify(&self, verifier: &StandardWebhooks) -> Result<(), VerifyError> {
        let result = verifier
            .verify(self.headers.as_slice(), &self.body, at(self.now))
            .map(|verified| {
                assert_eq!(verified.body(), self.body);
                let named = |names: [&str; 3], index: usize| {
                    let mut found = self.headers.iter();
                    found.find(|(name, _)| name.eq_ignore_ascii_case(names[index]))
                };
                let whole = (0..3).all(|index| named(STANDARD_NAMES, index).is_some());
                let names = if whole { STANDARD_NAMES } else { SVIX_NAMES };
                let id = &named(names, 0).unwrap().1;
                assert_eq!(verified.id_str().as_bytes(), id);
                assert_eq!(verified.id().as_str().as_bytes(), id);
                let timestamp = &named(names, 1).unwrap().1;
                assert_eq!(
                    verified.timestamp().as_second().to_string().as_bytes(),
                    timestamp
                );
            });
        // A header map, where these headers can stand in one, makes no difference.
        if let Some(map) = self.header_map() {
            let again = verifier.verify(&map, &self.body, at(self.now));
            assert_eq!(again.map(|_| ()), result);
        }
        result
    }

    fn header_map(&self) -> Option<HeaderMap> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            map.append(
                HeaderName::from_bytes(name.as_bytes()).ok()?,
                HeaderValue::from_bytes(value).ok()?,
            );
        }
        Some(map)
    }

    /// The verdict at a tolerance of 300 seconds, with the name of the header that it is about.
    fn verdict(&self) -> String {
        let result = self.verify(&verifier());
        // A provider's own verifier is the same verifier.
        let verifier = Verifier::<Anthropic>::new([secret()]).unwrap();
        let again = verifier.verify(self.headers.as_slice(), &self.body, at(self.now));
        assert_eq!(again.map(|_| ()), result);
        verdict_of(result)
    }

    #[track_caller]
    fn gets(&self, expected: impl AsRef<str>) {
        let shown = |value: &[u8]| value.escape_ascii().to_string();
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name, shown(value)))
            .collect();
        assert_eq!(
            self.verdict(),
            expected.as_ref(),
            "{headers:?} and {} bytes",
            self.body.len()
        );
    }
}

fn verdict_of(result: Result<(), VerifyError>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(
            error @ (VerifyError::MissingHeader { header }
            | VerifyError::MalformedHeader { header, .. }),
        ) => format!("{} {header}", error.as_str()),
        Err(error) => error.as_str().to_owned(),
    }
}

// The providers' SDKs.

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    provider: String,
    secret: String,
    headers: BTreeMap<String, String>,
    body: String,
    now: i64,
    /// Otherwise the provider's own.
    tolerance: Option<u64>,
    expect: String,
    /// A tolerance with which the case verifies, and the provider's own if that is as long.
    ok_at_tolerance: Option<u64>,
    /// Why, where the SDKs disagree.
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Case {
    fn verdict(&self, tolerance: Option<u64>) -> &'static str {
        match self.provider.as_str() {
            "anthropic" => self.verdict_of::<Anthropic>(tolerance),
            "cadenya" => self.verdict_of::<Cadenya>(tolerance),
            "openai" => self.verdict_of::<OpenAi>(tolerance),
            "wacht" => self.verdict_of::<Wacht>(tolerance),
            "standardwebhooks" => {
                let headers = self.headers();
                let verifier = StandardWebhooks::new(&[Secret::new(&self.secret)]);
                named(&verifier.map(|verifier| {
                    let result = verifier.verify(&headers[..], self.body(), at(self.now));
                    result.map(|_| ())
                }))
            }
            other => unreachable!("{other}"),
        }
    }

    fn verdict_of<P: Provider>(&self, tolerance: Option<u64>) -> &'static str {
        let headers = self.headers();
        named(&Verifier::<P>::new([&*self.secret]).map(|mut verifier| {
            if let Some(seconds) = tolerance {
                verifier = verifier.tolerance(Duration::from_secs(seconds));
            }
            let result = verifier.verify(&headers[..], self.body(), at(self.now));
            result.map(|_| ())
        }))
    }

    fn headers(&self) -> Vec<(&String, &String)> {
        self.headers.iter().collect()
    }

    fn body(&self) -> &[u8] {
        self.body.as_bytes()
    }
}

fn named(verdict: &Result<Result<(), VerifyError>, SecretError>) -> &'static str {
    match verdict {
        Ok(Ok(())) => "ok",
        Ok(Err(error)) => error.as_str(),
        Err(_) => "config_error",
    }
}

#[test]
fn every_case_of_the_sdks_gets_the_verdict_that_the_rules_say() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("vectors/sdk.json")).unwrap();
    assert_eq!(cases.len(), 52);
    for case in &cases {
        assert_eq!(case.verdict(case.tolerance), case.expect, "{}", case.id);
        if case.ok_at_tolerance.is_some() {
            assert_eq!(case.verdict(case.ok_at_tolerance), "ok", "{}", case.id);
        }
    }
    let late = cases.iter().filter(|case| case.ok_at_tolerance.is_some());
    for case in late {
        assert_eq!(
            case.verdict(None),
            "ok",
            "{}: the provider's own tolerance",
            case.id
        );
    }
}

#[test]
fn what_the_reference_crate_signs_verifies() {
    let text = format!("whsec_{}", STANDARD.encode(KEY));
    let reference = standardwebhooks::Webhook::new(&text).unwrap();
    for body in ["", "{}", "caf\u{e9} \u{1f511}", "a\r\nb\0c"] {
        let signature = reference.sign(ID, NOW, body.as_bytes()).unwrap();
        assert_eq!(
            signed_body(body).value("webhook-signature"),
            signature.as_bytes()
        );
        signed_body(body).with_signature(signature).gets("ok");
    }
}

#[test]
fn the_signer_of_the_testing_kit_signs_as_the_reference_crate_does() {
    let reference = standardwebhooks::Webhook::new(TEST_SECRET).unwrap();
    let signer = Signer::default().id(ID).at(at(NOW));
    for body in ["", "{}", "caf\u{e9}"] {
        let signature = reference.sign(ID, NOW, body.as_bytes()).unwrap();
        assert_eq!(signer.sign(body).headers["webhook-signature"], signature);
    }
}

// Headers.

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
fn a_missing_header_is_named_in_the_set_that_the_sender_uses() {
    for name in ["svix-id", "svix-timestamp"] {
        let delivery = good().named(SVIX_NAMES).without(name);
        delivery.gets(format!("missing_header {name}"));
    }
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

// The id.

#[test]
fn an_id_that_holds_a_dot_is_malformed() {
    for id in [".", "a.b", ".a", "a.", "msg_1.1750000000"] {
        signed(id, NOW.to_string(), BODY).gets("malformed_header webhook-id");
    }
}

#[test]
fn the_cut_between_id_timestamp_and_body_cannot_be_moved() {
    let body = format!("{NOW}.{{}}");
    let original = signed_body(&body);
    original.gets("ok");
    let moved = original
        .with("webhook-id", format!("{ID}.{NOW}"))
        .with_body("{}");
    // The bytes under the signature are the same.
    let signature = v1(mac(
        KEY,
        moved.value("webhook-id"),
        NOW.to_string().as_bytes(),
        b"{}",
    ));
    assert_eq!(moved.value("webhook-signature"), signature.as_bytes());
    moved.gets("malformed_header webhook-id");
}

#[test]
fn an_id_is_visible_ascii() {
    for byte in 0..=u8::MAX {
        let expected = match byte {
            b'.' => "malformed_header webhook-id",
            b'!'..=b'~' => "ok",
            _ => "malformed_header webhook-id",
        };
        for id in [vec![byte], vec![b'm', byte, b'1'], vec![b'm', byte]] {
            signed(id, NOW.to_string(), BODY).gets(expected);
        }
    }
    for id in ["caf\u{e9}", "\u{ff0e}", "\u{1f511}", "msg\u{200b}"] {
        signed(id, NOW.to_string(), BODY).gets("malformed_header webhook-id");
    }
}

#[test]
fn a_long_id_is_an_id() {
    signed("i".repeat(5000), NOW.to_string(), BODY).gets("ok");
}

// The timestamp.

#[test]
fn a_timestamp_that_is_not_written_as_whole_seconds_is_malformed() {
    let now = NOW.to_string();
    // A list as one text, since the formatter gives every item of an array a line of its own.
    let forms = "+N|-N| N|N |\tN|N\n|N\r\n|N\0|N\u{b}|N.0|N.|N,0|0N|00000000000N|Ns|\"N\"|N N|N,N|0xN|175e7|1.75e9|\
        1_750_000_000|1,750,000,000|0x684ee180|684ee180|0o15023560600|175000000\u{b9}| |\t|+|-|-0|+0|00|0x0|.|nan|inf|\
        ١٧٥٠٠٠٠٠٠٠|१७५०००००००|１７５０００００００|not-a-number|2025-06-15T15:06:40Z|9223372036854775808|18446744073709551615|\
        -9223372036854775808|-170141183460469231731687303715884105728";
    let forms = forms.split('|');
    let mut wrong: Vec<String> = forms.map(|form| form.replace('N', &now)).collect();
    // That many seconds more than 64 bits hold would be right again if the sum wrapped.
    let wrapped = i128::from(u64::MAX) + 1 + i128::from(NOW);
    wrong.extend([wrapped.to_string(), (wrapped * 10).to_string()]);
    wrong.extend(["1", "0", "9"].map(|digit| digit.repeat(5000)));
    wrong.push(format!("{NOW}{}", "0".repeat(5000)));
    for text in wrong {
        // Signed as it is spelled, so that nothing but its form is wrong; and no tolerance lets it pass.
        let delivery = signed(ID, &text, BODY);
        delivery.gets("malformed_header webhook-timestamp");
        let any_time = verifier().tolerance(Duration::MAX);
        let error = delivery.verify(&any_time).unwrap_err();
        assert_eq!(error.as_str(), "malformed_header", "{text:?}");
    }
    for bytes in [b"175000000\xb2".as_slice(), b"\xff", b"\x80\x80"] {
        signed(ID, bytes, BODY).gets("malformed_header webhook-timestamp");
    }
}

#[test]
fn a_timestamp_is_any_number_of_seconds_that_an_i64_holds() {
    for second in [0, 1, 9, 10, 1_750_000_000, i64::MAX - 1, i64::MAX] {
        let delivery = signed(ID, second.to_string(), BODY).received_at(second);
        delivery.gets("ok");
    }
}

#[test]
fn the_tolerance_goes_both_ways_and_includes_its_edges() {
    for tolerance in [0, 1, 300, 604_800] {
        let verifier = verifier().tolerance(Duration::from_secs(tolerance));
        let by = i64::try_from(tolerance).unwrap();
        let at_distance = |distance| good().received_at(NOW + distance).verify(&verifier);
        assert_eq!(at_distance(by), Ok(()));
        assert_eq!(at_distance(-by), Ok(()));
        assert_eq!(at_distance(0), Ok(()));
        let seconds = tolerance + 1;
        assert_eq!(
            at_distance(by + 1),
            Err(VerifyError::TimestampTooOld { seconds, tolerance })
        );
        assert_eq!(
            at_distance(-by - 1),
            Err(VerifyError::TimestampTooNew { seconds, tolerance })
        );
    }
}

#[test]
fn the_tolerance_is_300_seconds_unless_told() {
    good().received_at(NOW + 300).gets("ok");
    good().received_at(NOW - 300).gets("ok");
    good().received_at(NOW + 301).gets("timestamp_too_old");
    good().received_at(NOW - 301).gets("timestamp_too_new");
}

#[test]
fn the_tolerance_is_a_fact_of_the_provider() {
    fn widest<P: Provider>() -> i64 {
        let verifier = Verifier::<P>::new([secret()]).unwrap();
        let verdict = |verifier: &Verifier<P>, now: i64| {
            let delivery = good();
            let result = verifier.verify(delivery.headers.as_slice(), BODY, at(now));
            result.map_or_else(|error| error.as_str(), |_| "ok")
        };
        let mut edges = [300, 604_800].into_iter();
        let edge = edges
            .find(|edge| {
                verdict(&verifier, NOW + edge) == "ok"
                    && verdict(&verifier, NOW - edge) == "ok"
                    && verdict(&verifier, NOW + edge + 1) == "timestamp_too_old"
                    && verdict(&verifier, NOW - edge - 1) == "timestamp_too_new"
            })
            .unwrap();
        let shorter = verifier.tolerance(Duration::from_secs(5));
        assert_eq!(verdict(&shorter, NOW + 5), "ok");
        assert_eq!(verdict(&shorter, NOW + 6), "timestamp_too_old");
        edge
    }

    assert_eq!(widest::<Anthropic>(), 300);
    assert_eq!(widest::<OpenAi>(), 300);
    assert_eq!(widest::<Cadenya>(), 300);
    assert_eq!(widest::<Wacht>(), 7 * 24 * 60 * 60);
}

#[test]
fn the_tolerance_counts_whole_seconds() {
    let none = verifier().tolerance(Duration::from_millis(999));
    assert_eq!(good().verify(&none), Ok(()));
    let (seconds, tolerance) = (1, 0);
    assert_eq!(
        good().received_at(NOW + 1).verify(&none),
        Err(VerifyError::TimestampTooOld { seconds, tolerance })
    );
}

#[test]
fn no_time_and_no_tolerance_overflow() {
    let tolerance = 300;
    let old = |seconds| Err(VerifyError::TimestampTooOld { seconds, tolerance });
    let new = |seconds| Err(VerifyError::TimestampTooNew { seconds, tolerance });
    let most = i64::MAX.unsigned_abs();
    let cases = [
        (0, i64::MAX, old(most)),
        (0, i64::MIN, new(most + 1)),
        (1, i64::MAX, old(most - 1)),
        (i64::MAX, 0, new(most)),
        (i64::MAX, -1, new(most + 1)),
        (i64::MAX, i64::MIN, new(u64::MAX)),
        (i64::MAX, i64::MAX, Ok(())),
        (i64::MAX, i64::MAX - 300, Ok(())),
        (i64::MAX, i64::MAX - 301, new(301)),
        (i64::MAX - 301, i64::MAX, old(301)),
        (0, -300, Ok(())),
        (0, -301, new(301)),
    ];
    for (timestamp, now, expected) in cases {
        let delivery = signed(ID, timestamp.to_string(), BODY).received_at(now);
        assert_eq!(delivery.verify(&verifier()), expected, "{timestamp} {now}");
        let any_time = verifier().tolerance(Duration::MAX);
        assert_eq!(delivery.verify(&any_time), Ok(()), "{timestamp} {now}");
    }
}

#[test]
fn headers_are_checked_before_the_time_and_the_time_before_the_signature() {
    let late = good().received_at(NOW + 1000).with_body("x");
    late.gets("timestamp_too_old");
    late.clone()
        .with("webhook-id", "a.b")
        .gets("malformed_header webhook-id");
    let malformed = late.with("webhook-timestamp", "+1");
    malformed.gets("malformed_header webhook-timestamp");
    malformed
        .without("webhook-signature")
        .gets("missing_header webhook-signature");
}

// The signature header.

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
fn base64_of_a_mac_has_one_spelling() {
    // With `+` and `/` in the signature, or the URL-safe alphabet would be no other.
    let delivery = (0..)
        .map(|number| signed_body(format!("body {number}")))
        .find(|delivery| {
            let item = delivery.value("webhook-signature");
            item.contains(&b'+') && item.contains(&b'/')
        })
        .unwrap();
    delivery.gets("ok");
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
    // The last character carries four bits of the MAC and two that must be zero.
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
        for place in 0..=encoded.len() {
            if junk == ' ' && (place == 0 || place == encoded.len()) {
                continue;
            }
            let (left, right) = encoded.split_at(place);
            wrong.push(format!("{left}{junk}{right}"));
            // Of the same length too.
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
fn a_mac_that_was_cut_or_lengthened_does_not_match() {
    let full = mac(KEY, ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
    let item = good_item();
    for len in 1..item.len() {
        good().with_signature(&item[..len]).gets("bad_signature");
    }
    for len in 0..32 {
        let head = v1(&full[..len]);
        good().with_signature(head).gets("bad_signature");
        let tail = v1(&full[32 - len..]);
        good().with_signature(tail).gets("bad_signature");
        let mut zeroed = [0; 32];
        zeroed[..len].copy_from_slice(&full[..len]);
        good().with_signature(v1(zeroed)).gets("bad_signature");
    }
    for more in [1, 2, 3, 32, 1000] {
        let longer = [full.to_vec(), vec![0; more]].concat();
        good().with_signature(v1(longer)).gets("bad_signature");
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

// The body, and every signed bit.

#[test]
fn every_body_verifies_as_the_bytes_that_it_is() {
    let bodies: [&[u8]; 14] = [
        b"",
        b"\0",
        b"{}",
        b"not json",
        b"\xff",
        b"\xff\xfe{\"a\":1}\x80\xc0",
        b"\xed\xa0\x80",
        b"{\"a\":\"\xff\"}",
        b"{\"a\":1}\r\n\r\n",
        br#"{"a":"\u001B[31m"}"#,
        br#"{ "a" : 1.10, "b": 1e2, "c": 123456789012345678901234567890 }"#,
        "\u{feff}{\"city\":\"Z\u{fc}rich\",\"key\":\"\u{1f511}\"}".as_bytes(),
        b"a.b.c.",
        &[b'a'; 1 << 20],
    ];
    for body in bodies {
        signed_body(body).gets("ok");
        signed_body(body).named(SVIX_NAMES).gets("ok");
    }
}

#[test]
fn a_body_that_was_changed_on_its_way_does_not_verify() {
    let changed: [(&[u8], &[u8]); 18] = [
        (b"{}", b"{}\n"),
        (b"{}", b"{}\r\n"),
        (b"{}", b"{} "),
        (b"{}", b" {}"),
        (b"{}", b"{}\0"),
        (b"{}", b"\xef\xbb\xbf{}"),
        (b"{}\n", b"{}"),
        (b"{}\r\n", b"{}\n"),
        (b"{}\n", b"{}\r\n"),
        (b"{}", b""),
        (b"", b"{}"),
        (b"", b"\n"),
        (br#"{"a":"\u001B"}"#, br#"{"a":"\u001b"}"#),
        (br#"{"a":1.10}"#, br#"{"a":1.1}"#),
        (br#"{"a":"\/"}"#, br#"{"a":"/"}"#),
        ("caf\u{e9}".as_bytes(), "cafe\u{301}".as_bytes()),
        (b"\xff", "\u{fffd}".as_bytes()),
        ("\u{fffd}".as_bytes(), b"\xff"),
    ];
    for (original, arrived) in changed {
        signed_body(original).gets("ok");
        let delivery = signed_body(original).with_body(arrived);
        delivery.gets("bad_signature");
    }
    let large = signed_body(vec![b'a'; 1 << 20]);
    let mut body = large.body.clone();
    body[(1 << 20) - 1] = b'b';
    large.with_body(body).gets("bad_signature");
}

#[test]
fn json_that_was_parsed_and_written_again_does_not_verify() {
    for text in [
        r#"{ "b": 1, "a": 2 }"#,
        r#"{"b":1,"a":1.10}"#,
        r#"{"a":"caf\u00e9"}"#,
        r#"{"a":1,"a":2}"#,
        "{\"a\":1}\n",
    ] {
        let parsed: serde_json::Value = serde_json::from_str(text).unwrap();
        let again = parsed.to_string();
        assert_ne!(again, text);
        signed_body(text).with_body(&again).gets("bad_signature");
        signed_body(&again).with_body(text).gets("bad_signature");
    }
}

/// Every way to flip one bit.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn one_flipped_bit_of_the_mac_is_noticed() {
    let full = mac(KEY, ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
    for flipped in flips(&full) {
        good().with_signature(v1(flipped)).gets("bad_signature");
    }
    for flipped in flips(good_item().as_bytes()) {
        good().with_signature(&flipped).gets("bad_signature");
    }
}

#[test]
fn one_flipped_bit_of_the_id_is_noticed() {
    for flipped in flips(ID.as_bytes()) {
        let visible = flipped
            .iter()
            .all(|byte| matches!(byte, b'!'..=b'~') && *byte != b'.');
        let expected = if visible {
            "bad_signature"
        } else {
            "malformed_header webhook-id"
        };
        good().with("webhook-id", &flipped).gets(expected);
    }
}

#[test]
fn one_flipped_bit_of_the_timestamp_is_noticed() {
    // At any tolerance: the time is signed, and signed as it is spelled.
    let verifier = verifier().tolerance(Duration::MAX);
    for flipped in flips(NOW.to_string().as_bytes()) {
        let digits = flipped.iter().all(u8::is_ascii_digit) && flipped[0] != b'0';
        let expected = if digits {
            "bad_signature"
        } else {
            "malformed_header webhook-timestamp"
        };
        let delivery = good().with("webhook-timestamp", &flipped);
        assert_eq!(
            verdict_of(delivery.verify(&verifier)),
            expected,
            "{flipped:?}"
        );
    }
}

#[test]
fn one_flipped_bit_of_the_body_is_noticed() {
    for flipped in flips(BODY) {
        good().with_body(flipped).gets("bad_signature");
    }
}

#[test]
fn one_flipped_bit_of_the_key_is_noticed() {
    for flipped in flips(KEY) {
        let verifier = StandardWebhooks::new(&[Secret::from_bytes(flipped)]).unwrap();
        assert_eq!(good().verify(&verifier), Err(VerifyError::BadSignature));
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

// Secrets.

#[test]
fn any_of_several_secrets_may_match_in_any_position() {
    let others = |count: u8| (0..count).map(|number| Secret::from_bytes([number; 32]));
    for place in 0..4 {
        let mut secrets: Vec<Secret> = others(3).collect();
        secrets.insert(place, secret());
        let verifier = StandardWebhooks::new(&secrets).unwrap();
        assert_eq!(good().verify(&verifier), Ok(()), "{place}");
        // Signed with another secret of the list, and with both.
        let rotated = mac(&[1; 32], ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
        assert_eq!(
            good().with_signature(v1(rotated)).verify(&verifier),
            Ok(()),
            "{place}"
        );
        let both = format!("{} {}", v1(rotated), good_item());
        assert_eq!(
            good().with_signature(both).verify(&verifier),
            Ok(()),
            "{place}"
        );
        let unknown = mac(&[9; 32], ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
        let result = good().with_signature(v1(unknown)).verify(&verifier);
        assert_eq!(result, Err(VerifyError::BadSignature), "{place}");
    }
    let without = StandardWebhooks::new(&others(3).collect::<Vec<_>>()).unwrap();
    assert_eq!(good().verify(&without), Err(VerifyError::BadSignature));
}

#[test]
fn short_and_long_keys_work() {
    for len in [1, 7, 24, 32, 64, 65, 1000] {
        let key = vec![0x5a; len];
        let signature = v1(mac(&key, ID.as_bytes(), NOW.to_string().as_bytes(), BODY));
        let prefixed = Secret::new(format!("whsec_{}", STANDARD.encode(&key)));
        let verifier = StandardWebhooks::new(&[prefixed]).unwrap();
        assert_eq!(
            good().with_signature(signature).verify(&verifier),
            Ok(()),
            "{len}"
        );
    }
}

#[test]
fn a_secret_is_base64_with_or_without_its_prefix() {
    let encoded = STANDARD.encode(KEY);
    for secret in [
        Secret::new(format!("whsec_{encoded}")),
        Secret::new(&encoded),
        Secret::base64(&encoded),
        Secret::base64(format!("whsec_{encoded}")),
        Secret::from_bytes(KEY),
    ] {
        let verifier = StandardWebhooks::new(std::slice::from_ref(&secret)).unwrap();
        assert_eq!(good().verify(&verifier), Ok(()));
    }
    let raw = StandardWebhooks::new(&[Secret::raw(&encoded)]).unwrap();
    assert_eq!(good().verify(&raw), Err(VerifyError::BadSignature));
}

#[test]
fn a_bare_secret_is_text_at_openai_and_base64_elsewhere() {
    fn verifies<P: Provider>(secret: impl Into<Secret>, key: &[u8]) -> bool {
        let signature = v1(mac(key, ID.as_bytes(), NOW.to_string().as_bytes(), BODY));
        let delivery = good().with_signature(signature);
        let verifier = Verifier::<P>::new([secret.into()]).unwrap();
        verifier
            .verify(delivery.headers.as_slice(), BODY, at(NOW))
            .is_ok()
    }

    let (text, decoded) = ("c2VjcmV0Cg==", b"secret\n");
    assert!(verifies::<OpenAi>(text, text.as_bytes()));
    assert!(!verifies::<OpenAi>(text, decoded));
    assert!(verifies::<Anthropic>(text, decoded) && !verifies::<Anthropic>(text, text.as_bytes()));
    assert!(verifies::<Cadenya>(text, decoded) && !verifies::<Cadenya>(text, text.as_bytes()));
    assert!(verifies::<Wacht>(text, decoded) && !verifies::<Wacht>(text, text.as_bytes()));
    // The prefix says the same everywhere, and so does a constructor that names the form.
    assert!(verifies::<OpenAi>(format!("whsec_{text}"), decoded));
    assert!(verifies::<OpenAi>(Secret::base64(text), decoded));
    assert!(verifies::<Anthropic>(Secret::raw(text), text.as_bytes()));
    // Text that is no base64 is never guessed to be raw.
    let raw = "synthetic webhook".replace(' ', "$");
    assert!(verifies::<OpenAi>(raw.as_str(), raw.as_bytes()));
    assert_eq!(
        Verifier::<Anthropic>::new([raw.as_str()]).unwrap_err(),
        SecretError::NotBase64
    );
    assert_eq!(
        Verifier::<Cadenya>::new([raw.as_str()]).unwrap_err(),
        SecretError::NotBase64
    );
    assert_eq!(
        Verifier::<Wacht>::new([raw.as_str()]).unwrap_err(),
        SecretError::NotBase64
    );
    assert_eq!(
        StandardWebhooks::new(&[Secret::new(raw)]).unwrap_err(),
        SecretError::NotBase64
    );
}

fn wrong_secrets() -> Vec<(String, SecretError)> {
    let good = STANDARD.encode([0xfb; 31]);
    let url_safe = URL_SAFE.encode([0xfb; 31]);
    let unpadded = STANDARD_NO_PAD.encode([0xfb; 31]);
    assert!(url_safe.contains('-') && good.ends_with("==") && good.contains('+'));
    let mut wrong = vec![
        (String::new(), SecretError::Empty),
        (" ".to_owned(), SecretError::Empty),
        ("\n".to_owned(), SecretError::Empty),
        ("\t \r\n".to_owned(), SecretError::Empty),
        ("\u{a0}\u{2003}".to_owned(), SecretError::Empty),
        ("whsec_".to_owned(), SecretError::PrefixAlone),
        ("whsec_ ".to_owned(), SecretError::Empty),
        ("whsec_\n".to_owned(), SecretError::Empty),
    ];
    for prefix in ["", "whsec_"] {
        let text = |rest: &str| format!("{prefix}{rest}");
        wrong.extend([
            (format!(" {prefix}{good}"), SecretError::WhiteSpace),
            (text(&format!("{good}\n")), SecretError::WhiteSpace),
            (text(&format!("{good}\r\n")), SecretError::WhiteSpace),
            (text(&format!("{good} ")), SecretError::WhiteSpace),
            (text(&format!("{good}\0")), SecretError::WhiteSpace),
            (
                text(&format!("{} {}", &good[..8], &good[8..])),
                SecretError::WhiteSpace,
            ),
            (
                text(&format!("{}\n{}", &good[..8], &good[8..])),
                SecretError::WhiteSpace,
            ),
            (text(&format!("{good} {good}")), SecretError::WhiteSpace),
            (text(&url_safe), SecretError::UrlSafe),
            (text(&unpadded), SecretError::Padding),
            (text(&format!("{unpadded}=")), SecretError::Padding),
            (text("c2Vjc"), SecretError::Padding),
            (text("c2VjcmV0Cg$="), SecretError::NotBase64),
            (text("c2VjcmV0Ch=="), SecretError::NotBase64),
            (text("\u{43a}\u{43b}\u{44e}\u{447}"), SecretError::NotBase64),
        ]);
    }
    wrong
}

#[test]
fn a_secret_that_cannot_be_right_does_not_build() {
    for (text, expected) in wrong_secrets() {
        let built = StandardWebhooks::new(&[Secret::new(&text)]);
        assert_eq!(built.unwrap_err(), expected, "{text:?}");
        let built = Verifier::<Anthropic>::new([text.as_str()]);
        assert_eq!(built.unwrap_err(), expected, "{text:?}");
        let built = StandardWebhooks::with_bare(&[Secret::base64(&text)], BareSecret::Raw);
        assert_eq!(built.unwrap_err(), expected, "{text:?}");
        if text.starts_with("whsec_") {
            assert_eq!(
                Verifier::<OpenAi>::new([text.as_str()]).unwrap_err(),
                expected,
                "{text:?}"
            );
        }
    }
    // More padding than there can be.
    for text in ["=", "====", "c2VjcmV0Cg===", "c2Vj=", "c2Vj===="] {
        let error = StandardWebhooks::new(&[Secret::new(text)]).unwrap_err();
        assert!(
            matches!(error, SecretError::Padding | SecretError::NotBase64),
            "{text}: {error:?}"
        );
    }
}

#[test]
fn a_raw_secret_that_cannot_be_right_does_not_build() {
    for (text, expected) in [
        ("", SecretError::Empty),
        (" \n", SecretError::Empty),
        ("secret\n", SecretError::WhiteSpace),
        (" secret", SecretError::WhiteSpace),
        ("sec ret", SecretError::WhiteSpace),
        ("secret\0", SecretError::WhiteSpace),
    ] {
        assert_eq!(
            Verifier::<OpenAi>::new([text]).unwrap_err(),
            expected,
            "{text:?}"
        );
        let built = StandardWebhooks::new(&[Secret::raw(text)]);
        assert_eq!(built.unwrap_err(), expected, "{text:?}");
    }
    let built = StandardWebhooks::new(&[Secret::from_bytes([])]);
    assert_eq!(built.unwrap_err(), SecretError::Empty);
}

#[test]
fn an_empty_list_of_secrets_does_not_build() {
    assert_eq!(
        StandardWebhooks::new(&[]).unwrap_err(),
        SecretError::Missing
    );
    let none: [&str; 0] = [];
    assert_eq!(
        Verifier::<OpenAi>::new(none).unwrap_err(),
        SecretError::Missing
    );
    assert_eq!(
        Verifier::<Wacht>::new(none).unwrap_err(),
        SecretError::Missing
    );
}

#[test]
fn a_list_with_one_wrong_secret_does_not_build_and_the_error_says_which() {
    for (text, expected) in wrong_secrets() {
        for place in 0..3 {
            let mut secrets = vec![secret(), secret()];
            secrets.insert(place, Secret::new(&text));
            let number = place + 1;
            let error = StandardWebhooks::new(&secrets).unwrap_err();
            let source = Box::new(expected.clone());
            assert_eq!(error, SecretError::Numbered { number, source }, "{text:?}");
            assert!(
                error.to_string().contains(&format!("number {number}")),
                "{error}"
            );
        }
    }
}

#[test]
fn the_message_of_a_wrong_secret_says_what_to_do() {
    let advice = [
        "copy it again",
        "remove it",
        "use `Secret::raw`",
        "add `.secret(…)`",
    ];
    let mut errors: Vec<SecretError> = wrong_secrets()
        .into_iter()
        .map(|(_, error)| error)
        .collect();
    errors.push(SecretError::Missing);
    for error in errors {
        let message = error.to_string();
        assert!(
            advice.iter().any(|advice| message.contains(advice)),
            "{message}"
        );
    }
}

/// A router for the tests of building; it is never driven.
#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(failed))]
struct App;

#[on("batch.failed")]
async fn failed(_event: Event<BatchFailed>) -> Outcome {
    Outcome::Done
}

#[test]
fn no_endpoint_is_built_without_a_good_secret() {
    let build_error = |source| BuildError::Secret {
        provider: "openai",
        source,
    };
    let built = Endpoint::builder(App).build();
    assert_eq!(built.unwrap_err(), build_error(SecretError::Missing));
    let built = Endpoint::builder(App).secret("").build();
    assert_eq!(built.unwrap_err(), build_error(SecretError::Empty));
    let built = Endpoint::builder(App).secret("whsec_").build();
    assert_eq!(built.unwrap_err(), build_error(SecretError::PrefixAlone));
    let built = Endpoint::builder(App).secrets(["raw", ""]).build();
    let source = Box::new(SecretError::Empty);
    assert_eq!(
        built.unwrap_err(),
        build_error(SecretError::Numbered { number: 2, source })
    );
    assert!(Endpoint::builder(App).secret("raw").build().is_ok());
}

// What comes out.

#[test]
fn a_body_is_not_even_decoded_before_it_is_verified() {
    let verifier = Verifier::<OpenAi>::new([secret()]).unwrap();
    let unwrap = |delivery: &Delivery| {
        let result = verifier.unwrap(delivery.headers.as_slice(), &delivery.body, at(NOW));
        result.map(|event| event.id.as_str().to_owned())
    };
    assert_eq!(unwrap(&good()).unwrap(), ID);
    for body in [&b"not json"[..], b"", b"\xff", BODY] {
        let forged = good().with_signature(v1([0; 32])).with_body(body);
        let error = unwrap(&forged).unwrap_err();
        assert!(
            matches!(error, UnwrapError::Verify(VerifyError::BadSignature)),
            "{error:?}"
        );
    }
    let error = unwrap(&signed_body("not json")).unwrap_err();
    assert!(matches!(error, UnwrapError::Decode(_)), "{error:?}");
}

#[test]
fn no_debug_output_shows_a_secret_or_a_mac() {
    let text = "a-secret-that-nobody-may-see";
    let key = text.as_bytes();
    let encoded = STANDARD.encode(key);
    let mac = mac(key, ID.as_bytes(), NOW.to_string().as_bytes(), BODY);
    let delivery = good().with_signature(v1(mac));
    let verifier = Verifier::<OpenAi>::new([text]).unwrap();
    let scheme = StandardWebhooks::new(&[Secret::raw(text), Secret::base64(&encoded)]).unwrap();
    let verified = scheme
        .verify(delivery.headers.as_slice(), BODY, at(NOW))
        .unwrap();
    let signer = Signer::of::<OpenAi>(&Secret::new(text))
        .unwrap()
        .id(ID)
        .at(at(NOW));
    let signed = signer.sign(BODY);
    assert_eq!(signed.headers["webhook-signature"], v1(mac));
    let builder = || Endpoint::builder(App).secret(text);

    let mut shown = String::new();
    let mut show = |value: &dyn std::fmt::Debug| shown += &format!("{value:?}\n{value:#?}\n");
    for secret in [
        Secret::new(text),
        Secret::raw(text),
        Secret::base64(&encoded),
        Secret::new(format!("whsec_{encoded}")),
        Secret::from_bytes(key),
    ] {
        show(&secret);
    }
    show(&verifier);
    show(&scheme);
    show(&verified);
    show(&signer);
    show(&signed);
    show(&builder());
    show(&builder().build());
    for bent in [
        delivery.clone().with_body("x"),
        delivery.clone().with("webhook-id", "a.b"),
        delivery.clone().with("webhook-timestamp", "x"),
        delivery.clone().received_at(0),
        delivery.without("webhook-signature"),
    ] {
        let error = verifier
            .verify(bent.headers.as_slice(), &bent.body, at(bent.now))
            .unwrap_err();
        show(&error);
        show(&error.to_string());
    }
    for wrong in [
        format!("{text} "),
        format!("whsec_{text}"),
        format!("whsec_{encoded}$"),
    ] {
        let error = Verifier::<Anthropic>::new([wrong.as_str(), wrong.as_str()]).unwrap_err();
        show(&error);
        show(&error.to_string());
    }

    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    let list = |bytes: &[u8]| format!("{:?}", &bytes[..4]).replace(['[', ']'], "");
    for hidden in [
        "nobody-may-see",
        &encoded[..12],
        &STANDARD.encode(mac)[..12],
        &hex[..12],
        &hex.to_uppercase()[..12],
        &list(key),
        &list(&mac),
        // Nor the body.
        "batch_1",
    ] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(shown.contains(ID), "something was shown");
    // No other MAC under the key either.
    assert_eq!(
        format!("{scheme:?}"),
        "StandardWebhooks { keys: 2, tolerance: 300 }"
    );
}
