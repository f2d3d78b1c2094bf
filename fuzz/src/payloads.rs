//! Payloads of every event of every catalog, with other values, missing members and deep nesting: a decoded payload
//! serializes, and decodes to the same value again.

use std::fmt::Debug;
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use serde::Serialize;
use serde_json::{Value, json};
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::cadenya::Cadenya;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::{Sample, Signer, TEST_SECRET, TEST_TIME};
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{
    Catalog, Event, Provider, Secret, Verifier, payload::Decode,
    verifier::dangerously_parse_unverified,
};

use crate::providers::samples_of;

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    provider: ProviderName,
    event: u8,
    payload: Payload<'a>,
}

#[derive(Arbitrary, Debug)]
enum ProviderName {
    Anthropic,
    OpenAi,
    Cadenya,
    Wacht,
}

#[derive(Arbitrary, Debug)]
enum Payload<'a> {
    /// Changed sample of the event.
    Sample(Vec<Change<'a>>),
    /// Any text instead of the payload.
    Raw(&'a [u8]),
}

/// Change of one value of the body. The index is taken modulo the number of values.
#[derive(Arbitrary, Debug)]
struct Change<'a> {
    index: u16,
    replacement: Replacement<'a>,
}

#[derive(Arbitrary, Debug)]
enum Replacement<'a> {
    Missing,
    Null,
    Bool(bool),
    Integer(i64),
    Large(u64),
    Float(f64),
    Text(&'a str),
    Empty,
    List(u8),
    Wrapped,
    Nested(u8),
    WithMember(&'a str),
    CopyOf(u16),
}

/// Enum of a catalog that can be compared and serialized.
trait AnyEvent: Catalog + for<'de> Decode<'de> + Serialize + Debug + PartialEq {}
impl<T: Catalog + for<'de> Decode<'de> + Serialize + Debug + PartialEq> AnyEvent for T {}

impl Case<'_> {
    pub fn check(&self) {
        match self.provider {
            ProviderName::Anthropic => self.check_with::<Anthropic>(),
            ProviderName::OpenAi => self.check_with::<OpenAi>(),
            ProviderName::Cadenya => self.check_with::<Cadenya>(),
            ProviderName::Wacht => self.check_with::<Wacht>(),
        }
    }

    fn check_with<P: Provider<Catalog: AnyEvent>>(&self) {
        let all = samples_of::<P>();
        let sample = all[usize::from(self.event) % all.len()];
        let body = self.payload.body(sample);
        let parsed = dangerously_parse_unverified::<P>(&body);
        let verified = verify_and_decode::<P>(&body);
        assert_eq!(
            parsed.as_ref().ok().map(|event| &event.data),
            verified.as_ref()
        );
        let Ok(event) = parsed else {
            return;
        };
        let _ = format!("{event:?}");
        let serialized = serde_json::to_value(&event.data).expect("payloads serialize");
        let Some(body) = wrap::<P>(&event, &body, &serialized) else {
            return;
        };
        let again = dangerously_parse_unverified::<P>(&body)
            .unwrap_or_else(|error| panic!("{error}: {serialized}"));
        assert_eq!(again.data, event.data, "{serialized}");
        let again = serde_json::to_value(&again.data).expect("payloads serialize");
        assert_eq!(again, serialized);
    }
}

static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::default);

/// Signs a body, and decodes it with the provider's verifier.
fn verify_and_decode<P: Provider<Catalog: AnyEvent>>(body: &[u8]) -> Option<P::Catalog> {
    let verifier =
        Verifier::<P>::new([Secret::new(TEST_SECRET)]).expect("the test secrets are valid");
    let signed = SIGNER.sign(body.to_vec());
    let event = verifier.verify_and_decode(&signed.headers, &signed.body, TEST_TIME);
    event.ok().map(|event| event.data)
}

/// Returns a body with this payload. None if the payload would have another location or another event type there.
fn wrap<P: Provider>(event: &Event<P::Catalog>, body: &[u8], payload: &Value) -> Option<Vec<u8>> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let event_type = event.event_type.as_str();
    let wrapped = match P::PROFILE.name() {
        "anthropic" => {
            let mut payload = payload.clone();
            payload
                .as_object_mut()?
                .insert("type".to_owned(), json!(event_type));
            json!({"data": payload})
        }
        "cadenya" => match body
            .pointer("/data/objectiveEvent/data")
            .and_then(Value::as_object)
        {
            // The event type selects the name of the member.
            Some(members) if P::Catalog::index_of(event_type).is_some() => {
                let mut known = members.keys().filter(|key| *key != "type");
                let (Some(member), None) = (known.next(), known.next()) else {
                    return None;
                };
                json!({"type": event_type, "data": {"objectiveEvent": {"data": {member: payload}}}})
            }
            _ => json!({"type": event_type, "data": payload}),
        },
        // A payload with `type` and `data` would be decoded as a replay.
        "wacht" if payload.get("data").is_some() && payload.get("type").is_some() => return None,
        _ => json!({"type": event_type, "data": payload}),
    };
    Some(wrapped.to_string().into_bytes())
}

impl Payload<'_> {
    fn body(&self, sample: Sample) -> Vec<u8> {
        match self {
            Self::Sample(changes) => {
                let mut body: Value = serde_json::from_str(sample.body).expect("samples are JSON");
                for change in changes {
                    change.apply(&mut body);
                }
                body.to_string().into_bytes()
            }
            Self::Raw(text) => {
                let head = format!(r#"{{"type":{:?},"data":"#, sample.event_type);
                [head.as_bytes(), text, b"}"].concat()
            }
        }
    }
}

impl Change<'_> {
    fn apply(&self, body: &mut Value) {
        let count = count(body);
        let copy = match self.replacement {
            Replacement::CopyOf(other) => {
                let mut index = usize::from(other) % count;
                nth(body, &mut index).cloned().unwrap_or_default()
            }
            _ => Value::Null,
        };
        let mut index = usize::from(self.index) % count;
        if matches!(self.replacement, Replacement::Missing) {
            remove(body, &mut index);
            return;
        }
        let Some(value) = nth(body, &mut index) else {
            return;
        };
        let old = value.take();
        *value = match &self.replacement {
            Replacement::Missing | Replacement::Null => Value::Null,
            Replacement::Bool(bool) => json!(bool),
            Replacement::Integer(number) => json!(number),
            Replacement::Large(number) => json!(number),
            Replacement::Float(number) => json!(number),
            Replacement::Text(text) => json!(text),
            Replacement::Empty => match old {
                Value::Object(_) => json!({}),
                Value::Array(_) => json!([]),
                _ => json!(""),
            },
            Replacement::List(length) => Value::Array(vec![old; usize::from(length % 4)]),
            Replacement::Wrapped => json!({"type": "x", "data": old}),
            Replacement::Nested(depth) => (0..*depth).fold(old, |inner, _| json!([inner])),
            Replacement::WithMember(key) => match old {
                Value::Object(mut members) => {
                    members.insert((*key).to_owned(), json!([null]));
                    Value::Object(members)
                }
                other => other,
            },
            Replacement::CopyOf(_) => copy,
        };
    }
}

/// Number of values in a tree.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Returns the value with this index, in depth-first order.
fn nth<'v>(value: &'v mut Value, index: &mut usize) -> Option<&'v mut Value> {
    if *index == 0 {
        return Some(value);
    }
    *index -= 1;
    match value {
        Value::Array(values) => values.iter_mut().find_map(|value| nth(value, index)),
        Value::Object(members) => members.values_mut().find_map(|value| nth(value, index)),
        _ => None,
    }
}

/// Removes one member of an object. The index counts the members of objects and the lists on the way.
fn remove(value: &mut Value, index: &mut usize) {
    let Value::Object(members) = value else {
        if let Value::Array(values) = value {
            *index = index.saturating_sub(1);
            values.iter_mut().for_each(|value| remove(value, index));
        }
        return;
    };
    let position = *index % members.len().max(1);
    let key = members.keys().nth(position).cloned();
    match key {
        Some(key) if *index < members.len() => drop(members.remove(&key)),
        Some(key) => {
            *index -= members.len();
            remove(&mut members[&key], index);
        }
        None => {}
    }
}
