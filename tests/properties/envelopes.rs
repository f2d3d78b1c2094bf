//! Any body that is authentic: never a 4xx, and the event type that a whole parse sees. Any that is not: always a 4xx,
//! and seen by nobody.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use webhook_runtime::testing::{Driver, Signer, samples};

use crate::cases;
use crate::model::envelope::{ANTHROPIC, CADENYA, Envelope, OPENAI, WACHT};
use crate::model::tree::Tree;
use crate::receivers::{Receiver, anthropic, cadenya, deliver, openai, take, wacht};

/// A router that decodes and one that does not see the same.
fn agrees<T: Receiver, U: Receiver>(envelope: Envelope, body: &[u8]) {
    let shown = String::from_utf8_lossy(body);
    let (typed, seen_typed) = deliver(&Driver::new(T::default()), body);
    let (untyped, seen) = deliver(&Driver::new(U::default()), body);
    for (ran, seen) in [(&typed, &seen_typed), (&untyped, &seen)] {
        let status = ran.status().as_u16();
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

fn all_agree(body: &[u8]) {
    agrees::<anthropic::Typed, anthropic::Untyped>(ANTHROPIC, body);
    agrees::<openai::Typed, openai::Untyped>(OPENAI, body);
    agrees::<cadenya::Typed, cadenya::Untyped>(CADENYA, body);
    agrees::<wacht::Typed, wacht::Untyped>(WACHT, body);
}

/// JSON in which keys that matter are there, more than once too, and spelled with escapes.
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

/// An envelope of the members that matter, in any order, some of them twice.
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
    let members = move |most| {
        let members = vec(member.clone(), 0..most);
        members.prop_map(|members| members.join(","))
    };
    let around = [
        "{@}",
        r#"{@,"data":{#}}"#,
        r#"{"data":{#},@}"#,
        r#"{"data":{#},@,"d\u0061ta":{}}"#,
    ];
    (select(around.to_vec()), members(4), members(3))
        .prop_map(|(around, outer, inner)| around.replace('@', &outer).replace('#', &inner))
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn an_envelope_is_read_in_one_way_or_not_at_all(body in envelope()) {
        all_agree(body.as_bytes());
    }

    #[test]
    fn an_authentic_body_is_read_in_one_way_or_not_at_all(body in json()) {
        all_agree(body.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_not(body in vec(any::<u8>(), 0..40)) {
        all_agree(&body);
    }

    #[test]
    fn a_damaged_sample_is_read_or_not(sample: Index, at: Index, takes in 0..4_usize, puts in ".{0,3}") {
        use webhook_runtime::wacht::Wacht;
        let all: Vec<_> = samples::<Wacht>().collect();
        let mut body = all[sample.index(all.len())].body.as_bytes().to_vec();
        let at = at.index(body.len());
        let end = (at + takes).min(body.len());
        body.splice(at..end, puts.bytes());
        agrees::<wacht::Typed, wacht::Untyped>(WACHT, &body);
    }

    #[test]
    fn what_is_not_authentic_is_a_4xx_and_seen_by_nobody(body in json(), other in json()) {
        prop_assume!(body != other);
        let driver = Driver::new(openai::Untyped::default());
        let signed = Signer::default().sign(body);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ran = runtime.block_on(driver.deliver_raw(&signed.headers, other.into()));
        prop_assert_eq!(ran.status(), 401);
        prop_assert!(ran.handler().is_none());
        prop_assert_eq!(take(&driver), None);
    }
}
