//! Counters, durations and the gauge; the number of series is bounded.

use std::collections::BTreeSet;
use std::time::Duration;

use webhook_runtime::testing::Signer;

use crate::outcomes::{body, builder, delivery_with, observe, send};
use crate::series::{Recorder, Value, deliveries};

#[tokio::test]
async fn unlisted_event_types_share_one_label() {
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
async fn listed_event_type_is_a_label_and_unknown_one_is_none() {
    for (outcome, event_types) in [
        ("done", ["batch.failed"].as_slice()),
        ("unhandled", &["unlisted", "video.failed"]),
        ("bad_signature", &["none"]),
        ("handshake", &["none"]),
        ("undecodable", &["batch.completed", "batch.expired", "none"]),
    ] {
        let observed = observe(outcome).await;
        let counted = deliveries(&observed.series);
        let types: BTreeSet<&str> = counted
            .iter()
            .map(|(event_type, _, _)| *event_type)
            .collect();
        assert_eq!(types, event_types.iter().copied().collect(), "{outcome}");
        assert!(counted.iter().all(|(_, other, _)| *other == outcome));
        for series in &observed.series {
            assert_eq!(series.label("provider"), "openai");
        }
    }
}

#[tokio::test]
async fn duration_is_in_seconds() {
    use webhook_runtime::openai::{OpenAi, VideoFailed};
    use webhook_runtime::testing::Driver;
    use webhook_runtime::{Event, WebhookRouter, on};

    #[on("video.failed")]
    fn sleep(_: Event<VideoFailed>) {
        std::thread::sleep(Duration::from_millis(20));
    }

    #[derive(WebhookRouter)]
    #[webhook(provider = OpenAi, handlers(sleep))]
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
        panic!("expected one duration: {durations:?}");
    };
    assert!((0.02..20.0).contains(duration), "{duration}");
}

#[tokio::test]
async fn gauge_counts_handlers_until_they_finish_or_are_dropped() {
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
    let delivery = delivery_with("late:done");
    let waiting = Box::pin(endpoint.handle_bytes(&delivery.headers, delivery.body.clone()));
    let mut waiting = Some(waiting);
    let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
    let first = waiting.as_mut().map(|waiting| waiting.as_mut().poll(cx));
    assert!(first.is_some_and(|first| first.is_pending()));
    assert!((in_flight() - 1.0).abs() < 0.1);
    drop(waiting.take());
    assert!(in_flight().abs() < 0.1);
    send(&endpoint, &delivery_with("panicked")).await;
    assert!(in_flight().abs() < 0.1);
}

#[tokio::test]
async fn late_recorder_receives_later_values() {
    let endpoint = builder().build().unwrap();
    send(&endpoint, &delivery_with("done")).await;
    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    send(&endpoint, &delivery_with("done")).await;
    let series = recorder.series();
    assert_eq!(deliveries(&series), [("batch.failed", "done", 1)]);
}
