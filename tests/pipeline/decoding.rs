//! Authentic bodies that do not fit. The sender is to come again, so it is 500 and never a 4xx.

use webhook_runtime::DeliveryOutcome;
use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::testing::{Driver, samples};
use webhook_runtime::{Event, WebhookRouter, on};

use crate::everything::{Case, OfAnthropic, OfCadenya, OfOpenAi, OfWacht, of_all};

/// Deliveries that are authentic and cannot be decoded.
async fn assert_undecodable<C: Case>(bodies: impl IntoIterator<Item: AsRef<[u8]>>) {
    let driver = C::everything();
    for body in bodies {
        let body = body.as_ref();
        let ran = driver.deliver(body.to_vec()).await;
        let shown = String::from_utf8_lossy(body.get(..300).unwrap_or(body)).into_owned();
        assert_eq!(ran.status(), 500, "{shown}");
        assert!(
            matches!(ran.outcome(), DeliveryOutcome::Undecodable(_)),
            "{shown}"
        );
    }
}

async fn assert_decodes<C: Case>(bodies: impl IntoIterator<Item = String>) {
    let driver = C::everything();
    for body in bodies {
        let ran = driver.deliver(body.clone()).await;
        assert_eq!(ran.status(), 200, "{:?} {body:.300}", ran.outcome());
        assert_eq!(ran.handler(), Some("any"));
    }
}

#[tokio::test]
async fn what_is_no_object_with_an_event_type_is_500() {
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
        assert_undecodable::<C>([format!("\u{feff}{}", C::GOOD)]).await;
    }
    of_all!(test);
}

#[tokio::test]
async fn a_good_body_that_is_damaged_is_500() {
    async fn test<C: Case>() {
        let good = C::GOOD;
        assert_decodes::<C>([good.to_owned(), format!("\r\n\t {good}\n")]).await;
        // From where on the event type is known, every cut is one in the rest.
        let start = good.find(C::EVENT).expect("it names its event") + C::EVENT.len() + 1;
        assert_undecodable::<C>((start..good.len()).map(|end| &good[..end])).await;
        assert_undecodable::<C>([
            format!("{good}x"),
            format!("{good}{good}"),
            format!("{good}]"),
            good.replacen(':', "=", 1),
            C::with("\"a\""),
            C::with("\"a\":01"),
            C::with("\"a\":\"\n\""),
        ])
        .await;
        // Not UTF-8, in a value that nobody asks for.
        let (before, after) = C::OPEN.split_once('@').expect("it is open");
        let body = [before.as_bytes(), b"\"a\":\"\xc3\x28\"", after.as_bytes()].concat();
        assert_undecodable::<C>([body]).await;
    }
    of_all!(test);
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
async fn an_array_is_no_payload_though_its_values_would_fit() {
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
async fn what_is_not_known_does_not_matter() {
    async fn test<C: Case>() {
        assert_decodes::<C>([
            C::with(r#""new":1"#),
            C::with(r#""new":{"type":"x","data":[null]},"newer":[[],{}]"#),
            C::GOOD.replacen('{', r#"{"new":{"type":"x"},"newer":null,"#, 1),
            C::GOOD.replace("2026-01-02T03:04:05Z", "yesterday"),
            C::GOOD.replace("\"2026-01-02T03:04:05Z\"", "{\"a\":[1.5]}"),
            C::GOOD.replace("1767323045", "true"),
            C::of("brand.new"),
        ])
        .await;
    }
    of_all!(test);
}

#[tokio::test]
async fn a_second_event_type_is_500_however_it_is_spelled() {
    async fn test<C: Case>() {
        let (event, good) = (C::EVENT, C::GOOD);
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
                good.replace(&member, &format!("{member},{second}")),
                good.replace(&member, &format!("{second},{member}")),
            ])
            .await;
        }
    }
    of_all!(test);
    // Behind the payload.
    let good = OfOpenAi::GOOD.strip_suffix('}').expect("an object");
    assert_undecodable::<OfOpenAi>([
        format!(r#"{good},"type":"batch.completed"}}"#),
        format!(r#"{good},"\u0074ype":"batch.completed"}}"#),
        format!(r#"{good},"data":{{"id":"other"}}}}"#),
    ])
    .await;
    let good = OfAnthropic::GOOD.strip_suffix("}}").expect("two objects");
    assert_undecodable::<OfAnthropic>([
        format!(r#"{good},"type":"session.deleted"}}}}"#),
        format!(r#"{good},"\u0074ype":"session.deleted"}}}}"#),
        format!(r#"{good}}},"data":{{"type":"session.deleted"}}}}"#),
        format!(r#"{good}}},"d\u0061ta":{{"type":"session.deleted"}}}}"#),
    ])
    .await;
}

#[tokio::test]
async fn the_event_type_may_stand_anywhere_and_be_escaped() {
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
    let ran = Driver::new(Exact).deliver(escaped).await;
    assert_eq!(ran.handler(), Some("exact"));
}

#[tokio::test]
async fn deep_nesting_ends_no_process() {
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
            C::GOOD.replacen('{', &format!("{{\"new\":{open},"), 1),
            C::with(&format!("\"new\":{open}")),
            C::with(&format!("\"new\":{objects}")),
        ])
        .await;
        // Where nobody looks it is as good as anything else.
        assert_decodes::<C>([
            C::GOOD.replacen('{', &format!("{{\"new\":{deep},"), 1),
            C::with(&format!("\"new\":{deep}")),
        ])
        .await;
        // An event that no type describes is kept as it came, but not at any depth.
        let unknown = C::with(&format!("\"new\":{deep}")).replace(C::EVENT, "brand.new");
        assert_undecodable::<C>([unknown.clone()]).await;
        assert_eq!(C::nothing().deliver(unknown).await.status(), 200);
    }
    of_all!(test);
    let deep = format!(
        "{{\"type\":\"batch.failed\",\"data\":{}",
        "[".repeat(100_000)
    );
    assert_undecodable::<OfOpenAi>([deep]).await;
}

#[tokio::test]
async fn what_nobody_handles_is_not_decoded() {
    async fn test<C: Case>() {
        let driver = C::nothing();
        let start = C::GOOD.find(C::EVENT).expect("it names its event") + C::EVENT.len() + 1;
        for body in [C::GOOD, &C::GOOD[..start]] {
            let ran = driver.deliver(body).await;
            assert_eq!(
                (ran.status().as_u16(), ran.handler()),
                (200, None),
                "{body}"
            );
        }
        assert_eq!(driver.endpoint().unhandled(), 2);
    }
    of_all!(test);
}

#[tokio::test]
async fn every_sample_reaches_the_handler_for_everything() {
    async fn test<C: Case>() {
        let bodies = samples::<<C::Everything as webhook_runtime::Router>::Provider>();
        assert_decodes::<C>(bodies.map(|sample| sample.body.to_owned())).await;
    }
    of_all!(test);
}

/// As if the whole body had been parsed at once, though only the payload is.
#[tokio::test]
async fn what_does_not_fit_is_told_by_its_place_in_the_body() {
    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code, reason = "for its error")]
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
        let ran = driver.deliver(body).await;
        let DeliveryOutcome::Undecodable(webhook_runtime::DecodeError::Payload {
            line,
            column,
            ..
        }) = ran.outcome()
        else {
            panic!("{:?}", ran.outcome());
        };
        assert_eq!((*line, *column), (error.line(), error.column()), "{body}");
    }
}
