//! CVE-2025-59538: an unexpected payload crashed another receiver's process. Here, each value of each sample is
//! replaced and removed. The result is a handled delivery or a 500, and never a panic or a 4xx.

use serde_json::{Value, json};
use webhook_runtime::testing::{Driver, samples};
use webhook_runtime::{DeliveryOutcome, Router};

macro_rules! routers {
    ($($module:ident, $Provider:ident, $Event:ident;)*) => {$(
        mod $module {
            use webhook_runtime::$module::{$Event, $Provider};
            use webhook_runtime::{Event, WebhookRouter, on};

            #[on("*")]
            fn decodes(_: Event<$Event>) {}

            #[derive(WebhookRouter)]
            #[webhook(provider = $Provider, handlers(decodes))]
            pub(super) struct App;
        }
    )*};
}

routers! {
    anthropic, Anthropic, AnthropicEvent;
    openai, OpenAi, OpenAiEvent;
    cadenya, Cadenya, CadenyaEvent;
    wacht, Wacht, WachtEvent;
}

/// Returns the values that replace each value of a body.
fn replacements() -> [Value; 6] {
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

/// Calls `check` with each changed body and a description of the change. `pointer` is the value to change, with all its
/// members.
fn each_change(body: &Value, pointer: &str, check: &mut dyn FnMut(Value, String)) {
    let value = body.pointer(pointer).expect("the pointer is invalid");
    for replacement in replacements() {
        let mut body = body.clone();
        *body.pointer_mut(pointer).expect("the pointer is invalid") = replacement.clone();
        check(body, format!("{replacement:.40} at {pointer}"));
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
        check(without, format!("no {key} at {pointer}"));
        let key = key.replace('~', "~0").replace('/', "~1");
        each_change(body, &format!("{pointer}/{key}"), check);
    }
}

async fn assert_no_panic<R: Router>(router: R, minimum: usize) {
    let driver = Driver::new(router);
    let mut sent = 0;
    for sample in samples::<R::Provider>() {
        let body: Value = serde_json::from_str(sample.body).expect("the sample is not JSON");
        let mut changed = Vec::new();
        each_change(&body, "", &mut |body, change| changed.push((body, change)));
        for (body, change) in changed {
            let report = driver.deliver(body.to_string()).await;
            let is_expected = matches!(
                report.outcome(),
                DeliveryOutcome::Handled(_) | DeliveryOutcome::Undecodable(_)
            );
            assert!(
                is_expected,
                "{}: {change}: {:?}",
                sample.event_type,
                report.outcome()
            );
            assert!(matches!(report.status().as_u16(), 200 | 500));
            sent += 1;
        }
        assert_eq!(driver.deliver(sample.body).await.status(), 200);
    }
    assert!(sent >= minimum, "{sent} bodies");
}

#[tokio::test]
async fn unexpected_payloads_of_anthropic_do_not_panic() {
    assert_no_panic(anthropic::App, 2000).await;
}

#[tokio::test]
async fn unexpected_payloads_of_openai_do_not_panic() {
    assert_no_panic(openai::App, 1500).await;
}

#[tokio::test]
async fn unexpected_payloads_of_cadenya_do_not_panic() {
    assert_no_panic(cadenya::App, 8000).await;
}

#[tokio::test]
async fn unexpected_payloads_of_wacht_do_not_panic() {
    assert_no_panic(wacht::App, 7000).await;
}
