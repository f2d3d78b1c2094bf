//! Payloads of every event of every catalog, with other values, missing members and depth: what decodes comes back the
//! same.

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
use webhook_runtime::{Catalog, Event, Provider, Secret, Verifier, payload::Decode, verifier::dangerously_parse_unverified};

use crate::providers::samples_of;

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    of: Of,
    event: u8,
    payload: Payload<'a>,
}

#[derive(Arbitrary, Debug)]
enum Of {
    Anthropic,
    OpenAi,
    Cadenya,
    Wacht,
}

#[derive(Arbitrary, Debug)]
enum Payload<'a> {
    /// The sample of the event, changed.
    Sample(Vec<Change<'a>>),
    /// Any text where the sample has its payload.
    Raw(&'a [u8]),
}

/// A change of the value, of all that there are, which this number chooses.
#[derive(Arbitrary, Debug)]
struct Change<'a> {
    at: u16,
    to: To<'a>,
}

#[derive(Arbitrary, Debug)]
enum To<'a> {
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
    Deep(u8),
    More(&'a str),
    CopyOf(u16),
}

/// The enum of a catalog.
trait AnyEvent: Catalog + for<'de> Decode<'de> + Serialize + Debug + PartialEq {}
impl<T: Catalog + for<'de> Decode<'de> + Serialize + Debug + PartialEq> AnyEvent for T {}

impl Case<'_> {
    pub fn check(&self) {
        match self.of {
            Of::Anthropic => self.check_of::<Anthropic>(),
            Of::OpenAi => self.check_of::<OpenAi>(),
            Of::Cadenya => self.check_of::<Cadenya>(),
            Of::Wacht => self.check_of::<Wacht>(),
        }
    }

    fn check_of<P: Provider<Catalog: AnyEvent>>(&self) {
        let all = samples_of::<P>();
        let sample = all[usize::from(self.event) % all.len()];
        let body = self.payload.body(sample);
        let parsed = dangerously_parse_unverified::<P>(&body);
        let unwrapped = verify_and_decode::<P>(&body);
        assert_eq!(
            parsed.as_ref().ok().map(|event| &event.data),
            unwrapped.as_ref()
        );
        let Ok(event) = parsed else {
            return;
        };
        let _ = format!("{event:?}");
        let written = serde_json::to_value(&event.data).expect("what was read can be written");
        let Some(body) = wrap::<P>(&event, &body, &written) else {
            return;
        };
        let again = dangerously_parse_unverified::<P>(&body)
            .unwrap_or_else(|error| panic!("{error}: {written}"));
        assert_eq!(again.data, event.data, "{written}");
        let again = serde_json::to_value(&again.data).expect("what was read can be written");
        assert_eq!(again, written);
    }
}

static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::default);

/// What the provider's own verifier makes of a body that is signed.
fn verify_and_decode<P: Provider<Catalog: AnyEvent>>(body: &[u8]) -> Option<P::Catalog> {
    let verifier = Verifier::<P>::new([Secret::new(TEST_SECRET)]).expect("a good secret");
    let signed = SIGNER.sign(body.to_vec());
    let event = verifier.verify_and_decode(&signed.headers, &signed.body, TEST_TIME);
    event.ok().map(|event| event.data)
}

/// A body with this payload; none where it would not stand where it stood.
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
            // The member whose name the event's type stands for.
            Some(members) if P::Catalog::index_of(event_type).is_some() => {
                let mut known = members.keys().filter(|key| *key != "type");
                let (Some(member), None) = (known.next(), known.next()) else {
                    return None;
                };
                json!({"type": event_type, "data": {"objectiveEvent": {"data": {member: payload}}}})
            }
            _ => json!({"type": event_type, "data": payload}),
        },
        // What looks like a replay is unwrapped once more.
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
        let copy = match self.to {
            To::CopyOf(other) => {
                let mut left = usize::from(other) % count;
                nth(body, &mut left).cloned().unwrap_or_default()
            }
            _ => Value::Null,
        };
        let mut left = usize::from(self.at) % count;
        if matches!(self.to, To::Missing) {
            remove(body, &mut left);
            return;
        }
        let Some(value) = nth(body, &mut left) else {
            return;
        };
        let was = value.take();
        *value = match &self.to {
            To::Missing | To::Null => Value::Null,
            To::Bool(bool) => json!(bool),
            To::Integer(number) => json!(number),
            To::Large(number) => json!(number),
            To::Float(number) => json!(number),
            To::Text(text) => json!(text),
            To::Empty => match was {
                Value::Object(_) => json!({}),
                Value::Array(_) => json!([]),
                _ => json!(""),
            },
            To::List(length) => Value::Array(vec![was; usize::from(length % 4)]),
            To::Wrapped => json!({"type": "x", "data": was}),
            To::Deep(depth) => (0..*depth).fold(was, |inner, _| json!([inner])),
            To::More(key) => match was {
                Value::Object(mut members) => {
                    members.insert((*key).to_owned(), json!([null]));
                    Value::Object(members)
                }
                other => other,
            },
            To::CopyOf(_) => copy,
        };
    }
}

/// How many values there are.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// A value by its place among all.
fn nth<'v>(value: &'v mut Value, left: &mut usize) -> Option<&'v mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(values) => values.iter_mut().find_map(|value| nth(value, left)),
        Value::Object(members) => members.values_mut().find_map(|value| nth(value, left)),
        _ => None,
    }
}

/// Takes the object's member out whose value has this place among all.
fn remove(value: &mut Value, left: &mut usize) {
    let Value::Object(members) = value else {
        if let Value::Array(values) = value {
            *left = left.saturating_sub(1);
            values.iter_mut().for_each(|value| remove(value, left));
        }
        return;
    };
    let index = *left % members.len().max(1);
    let key = members.keys().nth(index).cloned();
    match key {
        Some(key) if *left < members.len() => drop(members.remove(&key)),
        Some(key) => {
            *left -= members.len();
            remove(&mut members[&key], left);
        }
        None => {}
    }
}
