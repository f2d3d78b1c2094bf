//! Payloads with replaced values: if one decodes, it is equal after serializing and decoding.

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Serialize;
use serde_json::{Value, json};
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::samples;
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{Catalog, Provider, payload::Decode, verifier::dangerously_parse_unverified};

use crate::cases;

/// Collects the JSON pointers to all values.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                pointers(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                pointers(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn assert_round_trip<P>(sample: &Index, at: &Index, to: &Value)
where
    P: Provider<Catalog: Catalog + for<'de> Decode<'de> + Serialize + PartialEq + Debug>,
{
    let all: Vec<_> = samples::<P>().collect();
    let sample = all[sample.index(all.len())];
    let mut body: Value = serde_json::from_str(sample.body).unwrap();
    let mut found = Vec::new();
    pointers(&body, "", &mut found);
    *body.pointer_mut(&found[at.index(found.len())]).unwrap() = to.clone();
    let parse = |body: &Value| dangerously_parse_unverified::<P>(body.to_string().as_bytes());
    let Ok(event) = parse(&body) else {
        return;
    };
    let serialized = serde_json::to_value(&event.data).unwrap();
    let decoded = parse(&json!({"type": event.event_type.as_str(), "data": serialized})).unwrap();
    assert_eq!(decoded.data, event.data, "{body}");
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn decoded_payload_is_equal_after_a_round_trip(
        sample: Index, at: Index,
        to in select(vec![
            json!(null), json!(true), json!(0), json!(-1), json!(u64::MAX), json!(1.5), json!(""),
            json!("x"), json!([]), json!({}), json!([null]), json!({"type": "x"}), json!(["a", {}]),
        ]),
    ) {
        assert_round_trip::<OpenAi>(&sample, &at, &to);
        assert_round_trip::<Wacht>(&sample, &at, &to);
    }
}
