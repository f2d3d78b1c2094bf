//! Rejections are rate-limited in the log.

use tracing::Level;
use webhook_runtime::Endpoint;
use webhook_runtime::testing::TestClock;

use crate::lines::{self, Line};
use crate::outcomes::{App, builder, delivery_with, send};

fn warnings() -> Vec<Line> {
    let mut lines = lines::take();
    lines.retain(|line| line.level <= Level::WARN);
    lines
}

#[tokio::test]
async fn thousand_rejections_are_one_warning_in_ten_seconds() {
    lines::listen();
    let clock = TestClock::default();
    let endpoint: Endpoint<App> = builder().clock(clock.clone()).build().unwrap();
    let mut forged = delivery_with("done");
    forged
        .headers
        .insert("webhook-id", "msg_other".parse().unwrap());
    let mut suppressed = 0;
    let mut warned = 0;
    for second in 0..30 {
        for _ in 0..100 {
            assert_eq!(send(&endpoint, &forged).await, 401);
        }
        for line in warnings() {
            assert_eq!(second % 10, 0, "warned in second {second}");
            warned += 1;
            suppressed += line.field("suppressed").unwrap().parse::<u64>().unwrap();
        }
        clock.advance(1);
    }
    assert_eq!((warned, suppressed), (3, 2 * 999));
    assert_eq!(endpoint.health().rejected, 3000);

    // Another reason has a limit of its own.
    let mut empty = delivery_with("done");
    empty.headers.remove("webhook-id");
    send(&endpoint, &forged).await;
    send(&endpoint, &empty).await;
    let reasons: Vec<_> = warnings()
        .iter()
        .filter_map(|line| line.field("outcome").map(str::to_owned))
        .collect();
    assert_eq!(reasons, ["bad_signature", "missing_header"]);
}

#[tokio::test]
async fn every_authentic_failure_is_logged() {
    lines::listen();
    let endpoint = builder().build().unwrap();
    for _ in 0..20 {
        assert_eq!(send(&endpoint, &delivery_with("failed")).await, 500);
    }
    assert_eq!(warnings().len(), 20);
}

#[tokio::test]
async fn endpoints_are_limited_separately() {
    lines::listen();
    let mut empty = delivery_with("done");
    empty.headers.remove("webhook-id");
    for endpoint in [builder().build().unwrap(), builder().build().unwrap()] {
        send(&endpoint, &empty).await;
    }
    assert_eq!(warnings().len(), 2);
}
