//! Random bodies. An authentic one is never answered with a 4xx, and has the event type of a complete parse. Any other
//! is answered with a 4xx and reaches no handler.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use webhook_runtime::testing::{Driver, Signer, samples};

use crate::cases;
use crate::model::envelope::{ANTHROPIC, CADENYA, Envelope, OPENAI, WACHT};
use crate::model::tree::Tree;
use crate::receivers::{Receiver, anthropic, cadenya, deliver, openai, take, wacht};

/// Asserts that a router that decodes payloads and one that does not agree with the model.
fn assert_agreement<T: Receiver, U: Receiver>(envelope: Envelope, body: &[u8]) {
    let shown = String::from_utf8_lossy(body);
    let (typed, seen_typed) = deliver(&Driver::new(T::default()), body);
    let (untyped, seen) = deliver(&Driver::new(U::default()), body);
    for (report, seen) in [(&typed, &seen_typed), (&untyped, &seen)] {
        let status = report.status().as_u16();
        assert_eq!(status, if seen.is_some() { 200 } else { 500 }, "{shown}");
    }
    if let Some(tree) = Tree::parse(body) {
        let expected = envelope.event_type(&tree);
        assert!(seen_typed.is_none() || seen_typed == expected, "{shown}");
        if !envelope.is_replay(&tree) {
            assert_eq!(seen, expected, "{shown}");
        }
    }
}

fn assert_all_agree(body: &[u8]) {
    assert_agreement::<anthropic::Typed, anthropic::Untyped>(ANTHROPIC, body);
    assert_agreement::<openai::Typed, openai::Untyped>(OPENAI, body);
    assert_agreement::<cadenya::Typed, cadenya::Untyped>(CADENYA, body);
    assert_agreement::<wacht::Typed, wacht::Untyped>(WACHT, body);
}

/// JSON with the keys of envelopes, some of them duplicates or spelled with escapes.
fn json() -> impl Strategy<Value = String> {
    let key = select(vec![
        r#""type""#,
        r#""\u0074ype""#,
        r#""data""#,
        r#""d\u0061ta""#,
        r#""timestamp""#,
        r#""created_at""#,
        r#""message_type""#,
        r#""x""#,
        r#""\"""#,
    ]);
    let leaf = select(vec![
        "null",
        "true",
        "-0.5e2",
        "7",
        "\"\"",
        "[]",
        "{}",
        r#""session.created""#,
        r#""batch.f\u0061iled""#,
        r#""brand.new""#,
        r#""platform_event""#,
        r#""}{\"""#,
    ]);
    let leaf = leaf.prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let member = (
            key.clone(),
            inner.clone(),
            select(vec![":", " : ", "\n:\t"]),
        );
        let member = member.prop_map(|(key, value, colon)| format!("{key}{colon}{value}"));
        prop_oneof![
            1 => vec(inner, 0..3).prop_map(|values| format!("[{}]", values.join(","))),
            4 => vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(" ,"))),
        ]
    })
}

/// Envelopes with their members in any order, some of them duplicates.
fn envelope() -> impl Strategy<Value = String> {
    let member = select(vec![
        r#""type":"batch.failed""#,
        r#""type":"batch.failed""#,
        r#""\u0074ype":"batch.failed""#,
        r#""type":"brand.new""#,
        r#""type":null"#,
        r#""timestamp":1"#,
        r#""created_at":"t""#,
        r#""message_type":"platform_event""#,
        r#""x":{"type":"y"}"#,
    ]);
    let members = move |limit| {
        let members = vec(member.clone(), 0..limit);
        members.prop_map(|members| members.join(","))
    };
    let templates = [
        "{@}",
        r#"{@,"data":{#}}"#,
        r#"{"data":{#},@}"#,
        r#"{"data":{#},@,"d\u0061ta":{}}"#,
    ];
    (select(templates.to_vec()), members(4), members(3))
        .prop_map(|(template, outer, inner)| template.replace('@', &outer).replace('#', &inner))
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn envelope_has_the_event_type_of_the_model_or_is_undecodable(body in envelope()) {
        assert_all_agree(body.as_bytes());
    }

    #[test]
    fn json_has_the_event_type_of_the_model_or_is_undecodable(body in json()) {
        assert_all_agree(body.as_bytes());
    }

    #[test]
    fn random_bytes_are_handled_or_undecodable(body in vec(any::<u8>(), 0..40)) {
        assert_all_agree(&body);
    }

    #[test]
    fn damaged_sample_is_handled_or_undecodable(sample: Index, at: Index, removed in 0..4_usize, inserted in ".{0,3}") {
        use webhook_runtime::wacht::Wacht;
        let all: Vec<_> = samples::<Wacht>().collect();
        let mut body = all[sample.index(all.len())].body.as_bytes().to_vec();
        let at = at.index(body.len());
        let end = (at + removed).min(body.len());
        body.splice(at..end, inserted.bytes());
        assert_agreement::<wacht::Typed, wacht::Untyped>(WACHT, &body);
    }

    #[test]
    fn forged_body_is_rejected_and_reaches_no_handler(body in json(), other in json()) {
        prop_assume!(body != other);
        let driver = Driver::new(openai::Untyped::default());
        let signed = Signer::default().sign(body);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let report = runtime.block_on(driver.deliver_raw(&signed.headers, other.into()));
        prop_assert_eq!(report.status(), 401);
        prop_assert!(report.handler().is_none());
        prop_assert_eq!(take(&driver), None);
    }
}
