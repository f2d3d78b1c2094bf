//! Counters and durations: bounded, whatever is sent.

use std::collections::BTreeSet;
use std::time::Duration;

use webhook_runtime::testing::Signer;

use crate::endings::{acting, body, builder, see, send};
use crate::series::{Recorder, Value, deliveries};

#[tokio::test]
async fn ten_thousand_types_that_nobody_knows_are_one_label() {
    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    let endpoint = builder().build().unwrap();
    for number in 0..10_000 {
        let event_type = format!("unknown.type_{number}");
        let delivery = Signer::default().sign(body(&event_type, "x"));
        endpoint
            .handle_bytes(&delivery.headers, delivery.body)
            .await;
    }
    let series = recorder.series();
    assert_eq!(deliveries(&series), [("unlisted", "unhandled", 10_000)]);
    assert_eq!(series.len(), 1, "{series:?}");
}

#[tokio::test]
async fn a_known_type_is_a_label_and_what_comes_before_it_is_known_is_none() {
    for (outcome, event_types) in [
        ("done", ["batch.failed"].as_slice()),
        ("unhandled", &["unlisted", "video.failed"]),
        ("bad_signature", &["none"]),
        ("handshake", &["none"]),
        ("undecodable", &["batch.completed", "batch.expired", "none"]),
    ] {
        let seen = see(outcome).await;
        let counted = deliveries(&seen.series);
        let types: BTreeSet<&str> = counted
            .iter()
            .map(|(event_type, _, _)| *event_type)
            .collect();
        assert_eq!(types, event_types.iter().copied().collect(), "{outcome}");
        assert!(counted.iter().all(|(_, other, _)| *other == outcome));
        for series in &seen.series {
            assert_eq!(series.label("provider"), "openai");
        }
    }
}

#[tokio::test]
async fn a_duration_is_in_seconds() {
    use webhook_runtime::openai::{OpenAi, VideoFailed};
    use webhook_runtime::testing::Driver;
    use webhook_runtime::{Event, WebhookRouter, on};

    #[on("video.failed")]
    fn takes_a_while(_: Event<VideoFailed>) {
        std::thread::sleep(Duration::from_millis(20));
    }

    #[derive(WebhookRouter)]
    #[webhook(provider = OpenAi, handlers(takes_a_while))]
    struct Slow;

    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    Driver::new(Slow).deliver(body("video.failed", "x")).await;
    let series = recorder.series();
    let durations = series.iter().find_map(|series| match &series.value {
        Value::Histogram(values) => Some(values.as_slice()),
        _ => None,
    });
    let Some([duration]) = durations else {
        panic!("one duration: {durations:?}");
    };
    assert!((0.02..20.0).contains(duration), "{duration}");
}

#[tokio::test]
async fn handlers_at_work_are_on_the_gauge_until_they_end_or_are_dropped() {
    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    let in_flight = || {
        let series = recorder.series();
        let gauge = series.iter().find_map(|series| match series.value {
            Value::Gauge(value) => Some(value),
            _ => None,
        });
        gauge.expect("a gauge")
    };
    let endpoint = builder().build().unwrap();
    let delivery = acting("late:done");
    let waiting = Box::pin(endpoint.handle_bytes(&delivery.headers, delivery.body.clone()));
    let mut waiting = Some(waiting);
    let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
    let first = waiting.as_mut().map(|waiting| waiting.as_mut().poll(cx));
    assert!(first.is_some_and(|first| first.is_pending()));
    assert!((in_flight() - 1.0).abs() < 0.1);
    drop(waiting.take());
    assert!(in_flight().abs() < 0.1);
    send(&endpoint, &acting("panicked")).await;
    assert!(in_flight().abs() < 0.1);
}

#[tokio::test]
async fn a_recorder_that_comes_late_is_told_from_then_on() {
    let endpoint = builder().build().unwrap();
    send(&endpoint, &acting("done")).await;
    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    send(&endpoint, &acting("done")).await;
    let series = recorder.series();
    assert_eq!(deliveries(&series), [("batch.failed", "done", 1)]);
}
