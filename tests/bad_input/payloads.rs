//! CVE-2025-59538: a payload of an odd shape ended the process. Here, every value of every event of every catalog is
//! replaced by others and left out: handled or 500, never a panic, never a 4xx.

use serde_json::{Value, json};
use webhook_runtime::testing::{Driver, samples};
use webhook_runtime::{DeliveryOutcome, Router};

macro_rules! everything {
    ($($module:ident, $Provider:ident, $Event:ident;)*) => {$(
        mod $module {
            use webhook_runtime::$module::{$Event, $Provider};
            use webhook_runtime::{Event, WebhookRouter, on};

            #[on("*")]
            fn decodes(_: Event<$Event>) {}

            #[derive(WebhookRouter)]
            #[webhook(provider = $Provider, handlers(decodes))]
            pub(super) struct Everything;
        }
    )*};
}

everything! {
    anthropic, Anthropic, AnthropicEvent;
    openai, OpenAi, OpenAiEvent;
    cadenya, Cadenya, CadenyaEvent;
    wacht, Wacht, WachtEvent;
}

/// What stands where something else should.
fn odd() -> [Value; 6] {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    [
        Value::Null,
        json!(u64::MAX),
        json!(""),
        json!([]),
        json!({}),
        deep,
    ]
}

/// Calls with the body for each value in it, which is replaced or left out.
fn each_change(body: &Value, pointer: &str, show: &mut dyn FnMut(Value, String)) {
    let value = body.pointer(pointer).expect("it leads somewhere");
    for odd in odd() {
        let mut body = body.clone();
        *body.pointer_mut(pointer).expect("it leads somewhere") = odd.clone();
        show(body, format!("{odd:.40} at {pointer}"));
    }
    let keys: Vec<String> = match value {
        Value::Object(members) => members.keys().cloned().collect(),
        Value::Array(values) => (0..values.len()).map(|index| index.to_string()).collect(),
        _ => Vec::new(),
    };
    for key in keys {
        let mut without = body.clone();
        match without.pointer_mut(pointer) {
            Some(Value::Object(members)) => drop(members.remove(&key)),
            Some(Value::Array(values)) => values.clear(),
            _ => {}
        }
        show(without, format!("no {key} at {pointer}"));
        let key = key.replace('~', "~0").replace('/', "~1");
        each_change(body, &format!("{pointer}/{key}"), show);
    }
}

async fn survives<R: Router>(router: R, least: usize) {
    let driver = Driver::new(router);
    let mut sent = 0;
    for sample in samples::<R::Provider>() {
        let body: Value = serde_json::from_str(sample.body).expect("samples are JSON");
        let mut changed = Vec::new();
        each_change(&body, "", &mut |body, change| changed.push((body, change)));
        for (body, change) in changed {
            let ran = driver.deliver(body.to_string()).await;
            let is_sound = matches!(
                ran.outcome(),
                DeliveryOutcome::Handled(_) | DeliveryOutcome::Undecodable(_)
            );
            assert!(
                is_sound,
                "{}: {change}: {:?}",
                sample.event_type,
                ran.outcome()
            );
            assert!(matches!(ran.status().as_u16(), 200 | 500));
            sent += 1;
        }
        assert_eq!(driver.deliver(sample.body).await.status(), 200);
    }
    assert!(sent >= least, "{sent} bodies");
}

#[tokio::test]
async fn odd_shapes_of_anthropics_payloads_are_no_panic() {
    survives(anthropic::Everything, 2000).await;
}

#[tokio::test]
async fn odd_shapes_of_openais_payloads_are_no_panic() {
    survives(openai::Everything, 1500).await;
}

#[tokio::test]
async fn odd_shapes_of_cadenyas_payloads_are_no_panic() {
    survives(cadenya::Everything, 8000).await;
}

#[tokio::test]
async fn odd_shapes_of_wachts_payloads_are_no_panic() {
    survives(wacht::Everything, 7000).await;
}
