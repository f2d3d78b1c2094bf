//! Authentic bodies that cannot be decoded: answered with 500, never a 4xx, so that the sender redelivers them.

use webhook_runtime::DeliveryOutcome;
use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::testing::{Driver, samples};
use webhook_runtime::{Event, WebhookRouter, on};

use crate::providers::{Case, OfAnthropic, OfCadenya, OfOpenAi, OfWacht, for_each_provider};

async fn assert_undecodable<C: Case>(bodies: impl IntoIterator<Item: AsRef<[u8]>>) {
    let driver = C::everything();
    for body in bodies {
        let body = body.as_ref();
        let report = driver.deliver(body.to_vec()).await;
        let shown = String::from_utf8_lossy(body.get(..300).unwrap_or(body)).into_owned();
        assert_eq!(report.status(), 500, "{shown}");
        assert!(
            matches!(report.outcome(), DeliveryOutcome::Undecodable(_)),
            "{shown}"
        );
    }
}

async fn assert_decodes<C: Case>(bodies: impl IntoIterator<Item = String>) {
    let driver = C::everything();
    for body in bodies {
        let report = driver.deliver(body.clone()).await;
        assert_eq!(report.status(), 200, "{:?} {body:.300}", report.outcome());
        assert_eq!(report.handler(), Some("any"));
    }
}

#[tokio::test]
async fn a_body_without_an_event_type_is_500() {
    async fn test<C: Case>() {
        assert_undecodable::<C>([
            "",
            " ",
            "null",
            "true",
            "5",
            "\"type\"",
            "[]",
            "[{}]",
            "{",
            "{}",
            "}",
            "{\"type\"",
            "{\"type\":",
            "{\"type\":\"",
            "type=session.created",
            "<type/>",
            r#"{"type":null,"data":null}"#,
            r#"{"type":null,"data":{"type":null}}"#,
            r#"{"type":5,"data":{"type":5}}"#,
            r#"{"type":["a"],"data":{"type":["a"]}}"#,
            r#"{"type":{},"data":{"type":{}}}"#,
            r#"{"data":[]}"#,
            r#"{"data":{}}"#,
            r#"{"data":"type"}"#,
            r#"{"Type":"a","data":{"Type":"a"}}"#,
            r#"{"type ":"a","data":{"type ":"a"}}"#,
        ])
        .await;
        assert_undecodable::<C>([
            &b"\xff\xfe"[..],
            b"{\"type\":\"\xff\",\"data\":{\"type\":\"\xff\"}}",
        ])
        .await;
        assert_undecodable::<C>([format!("\u{feff}{}", C::VALID)]).await;
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn a_damaged_body_is_500() {
    async fn test<C: Case>() {
        let valid = C::VALID;
        assert_decodes::<C>([valid.to_owned(), format!("\r\n\t {valid}\n")]).await;
        // Every cut after the event type.
        let start = valid.find(C::EVENT).unwrap() + C::EVENT.len() + 1;
        assert_undecodable::<C>((start..valid.len()).map(|end| &valid[..end])).await;
        assert_undecodable::<C>([
            format!("{valid}x"),
            format!("{valid}{valid}"),
            format!("{valid}]"),
            valid.replacen(':', "=", 1),
            C::with("\"a\""),
            C::with("\"a\":01"),
            C::with("\"a\":\"\n\""),
        ])
        .await;
        // Invalid UTF-8 in an unknown member.
        let (before, after) = C::TEMPLATE.split_once('@').unwrap();
        let body = [before.as_bytes(), b"\"a\":\"\xc3\x28\"", after.as_bytes()].concat();
        assert_undecodable::<C>([body]).await;
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn a_payload_of_another_shape_is_500() {
    for data in [
        "null",
        "[]",
        "\"b\"",
        "5",
        "{}",
        "{\"id\":5}",
        "{\"id\":null}",
        "{\"ID\":\"b\"}",
    ] {
        let body = format!(r#"{{"type":"batch.failed","data":{data}}}"#);
        assert_undecodable::<OfOpenAi>([body]).await;
    }
    for data in [
        "null",
        "[]",
        "{}",
        "{\"entity_id\":1.5,\"entity_type\":\"o\"}",
    ] {
        let body = format!(r#"{{"type":"organization.deleted","data":{data}}}"#);
        assert_undecodable::<OfWacht>([body]).await;
    }
    for data in [
        "null",
        "[]",
        "{}",
        r#"{"objectiveEvent":null}"#,
        r#"{"objectiveEvent":{"data":[]}}"#,
        r#"{"objectiveEvent":{"data":{"userMessage":{"content":5}}}}"#,
    ] {
        let body = format!(r#"{{"type":"objective_event.user_message","data":{data}}}"#);
        assert_undecodable::<OfCadenya>([body]).await;
    }
    for data in [
        "",
        r#","id":5,"organization_id":"o","workspace_id":"w""#,
        r#","id":null"#,
    ] {
        let body = format!(r#"{{"type":"event","data":{{"type":"session.created"{data}}}}}"#);
        assert_undecodable::<OfAnthropic>([body]).await;
    }
    assert_undecodable::<OfOpenAi>([r#"{"type":"batch.failed"}"#]).await;
}

#[tokio::test]
async fn an_array_with_the_values_of_the_payload_is_500() {
    assert_undecodable::<OfOpenAi>([r#"{"type":"batch.failed","data":["b"]}"#]).await;
    assert_undecodable::<OfWacht>([
        r#"{"type":"organization.deleted","data":["1","organization"]}"#,
    ])
    .await;
    assert_undecodable::<OfCadenya>([
        r#"{"type":"objective_event.user_message","data":{"objectiveEvent":{"data":{"userMessage":[]}}}}"#,
    ])
    .await;
}

#[tokio::test]
async fn unknown_members_and_malformed_times_are_ignored() {
    async fn test<C: Case>() {
        assert_decodes::<C>([
            C::with(r#""new":1"#),
            C::with(r#""new":{"type":"x","data":[null]},"newer":[[],{}]"#),
            C::VALID.replacen('{', r#"{"new":{"type":"x"},"newer":null,"#, 1),
            C::VALID.replace("2026-01-02T03:04:05Z", "yesterday"),
            C::VALID.replace("\"2026-01-02T03:04:05Z\"", "{\"a\":[1.5]}"),
            C::VALID.replace("1767323045", "true"),
            C::of("brand.new"),
        ])
        .await;
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn a_repeated_event_type_is_500_in_any_spelling() {
    async fn test<C: Case>() {
        let (event, valid) = (C::EVENT, C::VALID);
        let member = format!(r#""type":"{event}""#);
        for second in [
            r#""type":"brand.new""#.to_owned(),
            r#""\u0074ype":"brand.new""#.to_owned(),
            r#""t\u0079p\u0065":"brand.new""#.to_owned(),
            r#""type":null"#.to_owned(),
            r#""type":{}"#.to_owned(),
            member.clone(),
        ] {
            assert_undecodable::<C>([
                valid.replace(&member, &format!("{member},{second}")),
                valid.replace(&member, &format!("{second},{member}")),
            ])
            .await;
        }
    }
    for_each_provider!(test);
    // After the payload.
    let valid = OfOpenAi::VALID.strip_suffix('}').unwrap();
    assert_undecodable::<OfOpenAi>([
        format!(r#"{valid},"type":"batch.completed"}}"#),
        format!(r#"{valid},"\u0074ype":"batch.completed"}}"#),
        format!(r#"{valid},"data":{{"id":"other"}}}}"#),
    ])
    .await;
    let valid = OfAnthropic::VALID.strip_suffix("}}").unwrap();
    assert_undecodable::<OfAnthropic>([
        format!(r#"{valid},"type":"session.deleted"}}}}"#),
        format!(r#"{valid},"\u0074ype":"session.deleted"}}}}"#),
        format!(r#"{valid}}},"data":{{"type":"session.deleted"}}}}"#),
        format!(r#"{valid}}},"d\u0061ta":{{"type":"session.deleted"}}}}"#),
    ])
    .await;
}

#[tokio::test]
async fn the_event_type_can_be_anywhere_and_escaped() {
    assert_decodes::<OfOpenAi>([
        r#"{"data":{"id":"b"},"type":"batch.failed"}"#.to_owned(),
        r#"{"\u0074ype":"batch.f\u0061iled","data":{"id":"b"}}"#.to_owned(),
        r#"{ "data" : { "id" : "\"}{" , "type" : "x" } , "type" : "batch.failed" }"#.to_owned(),
    ])
    .await;
    assert_decodes::<OfAnthropic>([
        r#"{"data":{"id":"s","organization_id":"o","workspace_id":"w","type":"session.created"},"type":"event"}"#.to_owned(),
        r#"{"d\u0061ta":{"id":"s","organization_id":"o","workspace_id":"w","\u0074ype":"session.cr\u0065ated"}}"#.to_owned(),
    ])
    .await;

    #[on("batch.failed")]
    fn exact(_: Event<BatchFailed>) {}
    #[derive(WebhookRouter)]
    #[webhook(provider = OpenAi, handlers(exact))]
    struct Exact;
    let escaped = r#"{"data":{"id":"b"},"\u0074ype":"batch.f\u0061iled"}"#;
    let report = Driver::new(Exact).deliver(escaped).await;
    assert_eq!(report.handler(), Some("exact"));
}

#[tokio::test]
async fn deep_nesting_does_not_overflow_the_stack() {
    async fn test<C: Case>() {
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        let objects = "{\"a\":".repeat(100_000);
        let deep = format!("{open}{close}");
        assert_undecodable::<C>([
            open.clone(),
            deep.clone(),
            objects.clone(),
            format!("{{\"data\":{open}"),
            format!("{{\"type\":{deep},\"data\":{{\"type\":{deep}}}}}"),
            C::VALID.replacen('{', &format!("{{\"new\":{open},"), 1),
            C::with(&format!("\"new\":{open}")),
            C::with(&format!("\"new\":{objects}")),
        ])
        .await;
        // Unknown members are skipped at any depth.
        assert_decodes::<C>([
            C::VALID.replacen('{', &format!("{{\"new\":{deep},"), 1),
            C::with(&format!("\"new\":{deep}")),
        ])
        .await;
        // The payload of an unknown event is kept as JSON, which has a limit of depth.
        let unknown = C::with(&format!("\"new\":{deep}")).replace(C::EVENT, "brand.new");
        assert_undecodable::<C>([unknown.clone()]).await;
        assert_eq!(C::nothing().deliver(unknown).await.status(), 200);
    }
    for_each_provider!(test);
    let deep = format!(
        "{{\"type\":\"batch.failed\",\"data\":{}",
        "[".repeat(100_000)
    );
    assert_undecodable::<OfOpenAi>([deep]).await;
}

#[tokio::test]
async fn an_unhandled_event_is_not_decoded() {
    async fn test<C: Case>() {
        let driver = C::nothing();
        let start = C::VALID.find(C::EVENT).unwrap() + C::EVENT.len() + 1;
        for body in [C::VALID, &C::VALID[..start]] {
            let report = driver.deliver(body).await;
            assert_eq!(
                (report.status().as_u16(), report.handler()),
                (200, None),
                "{body}"
            );
        }
        assert_eq!(driver.endpoint().unhandled(), 2);
    }
    for_each_provider!(test);
}

#[tokio::test]
async fn every_sample_is_decoded() {
    async fn test<C: Case>() {
        let bodies = samples::<<C::Everything as webhook_runtime::Router>::Provider>();
        assert_decodes::<C>(bodies.map(|sample| sample.body.to_owned())).await;
    }
    for_each_provider!(test);
}

/// Only the payload is parsed, but the location is that in the whole body.
#[tokio::test]
async fn an_error_has_the_line_and_column_in_the_body() {
    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code, reason = "only its error is used")]
    struct Whole {
        data: BatchFailed,
    }
    let driver = OfOpenAi::everything();
    for body in [
        r#"{"type":"batch.failed","data":{"id":7}}"#,
        "{\n  \"type\": \"batch.failed\",\n  \"data\": {\"id\": 7}\n}",
        "{\"type\":\"batch.failed\",\n\"data\":\n{\n\"id\":\n7}}",
    ] {
        let error = serde_json::from_str::<Whole>(body).unwrap_err();
        let report = driver.deliver(body).await;
        let DeliveryOutcome::Undecodable(webhook_runtime::DecodeError::Payload {
            line,
            column,
            ..
        }) = report.outcome()
        else {
            panic!("{:?}", report.outcome());
        };
        assert_eq!((*line, *column), (error.line(), error.column()), "{body}");
    }
}
