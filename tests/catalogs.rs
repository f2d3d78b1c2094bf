//! Shipped catalogs: a sample of every event decodes into its payload type and serializes to the same JSON.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde::Serialize;
use serde_json::Value;
use webhook_runtime::anthropic::{Anthropic, AnthropicEvent, AnySession};
use webhook_runtime::cadenya::{Cadenya, CadenyaEvent, WebhookData};
use webhook_runtime::openai::{OpenAi, OpenAiEvent};
use webhook_runtime::testing::{sample_of, samples};
use webhook_runtime::wacht::{AgentThreadMessage, EntityId, MessageContent, Wacht, WachtEvent};
use webhook_runtime::{
    Catalog, Event, Provider, payload::Decode, verifier::dangerously_parse_unverified,
};

/// Payload in a body.
fn payload_of(provider: &str, body: &Value) -> Value {
    let data = match body.get("data") {
        // A message of Wacht without an envelope.
        _ if provider == "wacht" && body.get("type").is_none() => body,
        Some(data) => data,
        None => panic!("{body}"),
    };
    match data.pointer("/objectiveEvent/data") {
        Some(one_of) if provider == "cadenya" => one_of
            .as_object()
            .unwrap()
            .iter()
            .find(|(key, _)| *key != "type")
            .unwrap()
            .1
            .clone(),
        _ => data.clone(),
    }
}

/// Enum of a catalog.
trait AnyEvent: Catalog + for<'de> Decode<'de> + Serialize + Debug + PartialEq {
    fn is_unknown(&self) -> bool;
}

macro_rules! any_event {
    ($($name:ident)*) => {$(
        impl AnyEvent for $name {
            fn is_unknown(&self) -> bool {
                matches!(self, Self::Unknown(_))
            }
        }
    )*};
}

any_event! { AnthropicEvent OpenAiEvent CadenyaEvent WachtEvent }

fn assert_round_trip<P: Provider<Catalog: AnyEvent>>(events: usize) {
    let catalog = P::Catalog::INFO;
    assert_eq!(catalog.events().len(), events);
    let mut seen = BTreeSet::new();
    for sample in samples::<P>() {
        let event = dangerously_parse_unverified::<P>(sample.body.as_bytes())
            .unwrap_or_else(|error| panic!("{}: {error}", sample.event_type));
        assert_eq!(event.event_type, sample.event_type);
        assert!(!event.data.is_unknown(), "{}", sample.event_type);
        let body: Value = serde_json::from_str(sample.body).unwrap();
        let serialized = serde_json::to_value(&event.data).unwrap();
        assert_eq!(
            serialized,
            payload_of(P::PROFILE.name(), &body),
            "{}",
            sample.event_type
        );
        seen.insert(sample.event_type);
    }
    let listed: BTreeSet<_> = catalog.events().iter().map(|event| event.name()).collect();
    assert_eq!(seen, listed, "every event has a sample");
}

#[test]
fn every_event_of_anthropic_serializes_to_its_sample() {
    assert_round_trip::<Anthropic>(49);
}

#[test]
fn every_event_of_openai_serializes_to_its_sample() {
    assert_round_trip::<OpenAi>(34);
}

#[test]
fn every_event_of_cadenya_serializes_to_its_sample() {
    assert_round_trip::<Cadenya>(21);
}

#[test]
fn every_event_of_wacht_serializes_to_its_sample() {
    assert_round_trip::<Wacht>(69);
}

#[test]
fn catalogs_are_sorted_and_contain_each_event_at_its_index() {
    fn check<C: Catalog>() {
        let events = C::INFO.events();
        assert!(
            events
                .windows(2)
                .all(|pair| pair[0].name() < pair[1].name())
        );
        for (index, event) in events.iter().enumerate() {
            assert_eq!(C::index_of(event.name()), Some(index));
        }
        assert_eq!(C::index_of("no.such.event"), None);
    }
    check::<AnthropicEvent>();
    check::<OpenAiEvent>();
    check::<CadenyaEvent>();
    check::<WachtEvent>();
}

#[test]
fn each_of_the_thirteen_message_types_of_wacht_has_a_payload_type() {
    let subtypes = WachtEvent::INFO
        .events()
        .iter()
        .find_map(|event| event.subtypes())
        .unwrap();
    assert_eq!(subtypes.key(), "message_type");
    assert_eq!(subtypes.values().len(), 13);
    let mut seen = BTreeSet::new();
    for sample in samples::<Wacht>().filter(|sample| sample.event_type == "agent.thread.message") {
        let event = dangerously_parse_unverified::<Wacht>(sample.body.as_bytes()).unwrap();
        let WachtEvent::AgentThreadMessage(message) = event.data else {
            panic!()
        };
        assert!(
            !matches!(message.data.content, MessageContent::Other(_)),
            "{message:?}"
        );
        seen.insert(message.data.message_type.as_str().to_owned());
    }
    let listed: BTreeSet<_> = subtypes
        .values()
        .iter()
        .map(|(value, _)| (*value).to_owned())
        .collect();
    assert_eq!(seen, listed);
}

#[test]
fn a_message_of_an_unknown_type_is_kept_as_json() {
    let body = r#"{"type":"agent.thread.message","data":{"thread_id":"1","message_type":"conversation_message",
        "data":{"id":"2","content":{"type":"song","notes":[1.5,"la"]},"message_type":"song",
        "timestamp":"t","created_at":"t","updated_at":"t"},"timestamp":"t"}}"#;
    let event = dangerously_parse_unverified::<Wacht>(body.as_bytes()).unwrap();
    let WachtEvent::AgentThreadMessage(AgentThreadMessage { data, .. }) = event.data else {
        panic!()
    };
    assert_eq!(data.message_type.as_str(), "song");
    let MessageContent::Other(content) = data.content else {
        panic!()
    };
    assert_eq!(content["notes"][1], "la");
}

#[test]
fn an_entity_id_keeps_every_digit_as_string_and_as_number() {
    for (id, text) in [
        ("9007199254740993", "9007199254740993"),
        ("\"4001\"", "4001"),
    ] {
        let body = format!(
            r#"{{"type":"user.email.added","data":{{"entity_id":{id},"entity_type":"user_email"}}}}"#
        );
        let event = dangerously_parse_unverified::<Wacht>(body.as_bytes()).unwrap();
        let json = serde_json::to_string(&event.data).unwrap();
        assert!(json.contains(&format!("\"entity_id\":{id}")), "{json}");
        let WachtEvent::UserEmailAdded(payload) = event.data else {
            panic!()
        };
        assert_eq!(payload.entity_id, EntityId::from(text));
    }
    let float = r#"{"type":"user.email.added","data":{"entity_id":1.5,"entity_type":"x"}}"#;
    assert!(dangerously_parse_unverified::<Wacht>(float.as_bytes()).is_err());
}

#[test]
fn an_unknown_variant_of_cadenyas_event_data_is_kept() {
    let body = r#"{"type":"objective_event.tool_result","data":{"agent":{"id":"a"},"agentVariation":{"id":"v"},
        "objective":{"id":"o"},"objectiveEvent":{"data":{"hologram":{"x":1}},"metadata":{"id":"e"}}}}"#;
    let value: Value = serde_json::from_str(body).unwrap();
    let event: Event<WebhookData> =
        Event::new(serde_json::from_value(value["data"].clone()).unwrap());
    let serialized = serde_json::to_value(&event.data).unwrap();
    assert_eq!(serialized["objectiveEvent"]["data"]["hologram"]["x"], 1);
    let unknown = body.replace("tool_result", "hologram");
    let event = dangerously_parse_unverified::<Cadenya>(unknown.as_bytes()).unwrap();
    assert!(event.data.is_unknown());
}

#[test]
fn unknown_fields_are_ignored_and_dropped() {
    let body = r#"{"id":"1","type":"event","more":null,"data":{"type":"vault.created","id":"v",
        "organization_id":"o","workspace_id":"w","new":{"a":[1]}}}"#;
    let event = dangerously_parse_unverified::<Anthropic>(body.as_bytes()).unwrap();
    let serialized = serde_json::to_value(&event.data).unwrap();
    assert!(serialized.get("new").is_none(), "{serialized}");
    assert_eq!(serialized["id"], "v");
}

#[test]
fn an_unlisted_event_is_kept_as_json() {
    let body = r#"{"type":"video.dreamed","created_at":1750287018,"data":{"id":"v","n":1}}"#;
    let event = dangerously_parse_unverified::<OpenAi>(body.as_bytes()).unwrap();
    assert_eq!(event.event_type, "video.dreamed");
    assert_eq!(event.created_at.as_ref().unwrap().to_string(), "1750287018");
    let OpenAiEvent::Unknown(unknown) = event.data else {
        panic!()
    };
    assert_eq!(unknown.data["n"], 1);
}

#[test]
fn a_family_view_decodes_every_event_of_its_family_and_new_ones() {
    let views = samples::<Anthropic>().filter(|sample| sample.event_type.starts_with("session."));
    let mut count = 0;
    for sample in views {
        let event = sample_of::<AnySession>(sample.event_type);
        assert!(!event.data.id.is_empty());
        count += 1;
    }
    assert_eq!(count, 17);
    let new = r#"{"id":"s","organization_id":"o","workspace_id":"w","type":"session.dreamed"}"#;
    assert_eq!(serde_json::from_str::<AnySession>(new).unwrap().id, "s");
}

/// A member whose name is misspelled in the crate would decode as an unknown one, and serialize to the same JSON.
#[test]
fn every_sample_of_cadenya_decodes_into_a_known_member() {
    for sample in samples::<Cadenya>() {
        let body: Value = serde_json::from_str(sample.body).unwrap();
        let data: WebhookData = serde_json::from_value(body["data"].clone()).unwrap();
        let shown = format!("{data:?}");
        assert!(
            !shown.contains("variant: Unknown"),
            "{}: {shown}",
            sample.event_type
        );
    }
}
