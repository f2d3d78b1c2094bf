//! No log line, metric or health contains a body, a secret or a signature.

use webhook_runtime::DeliveryOutcome;
use webhook_runtime::testing::TEST_SECRET;

use crate::outcomes::{PRIVATE, delivery_with, observe, observe_late};

#[tokio::test(start_paused = true)]
async fn no_outcome_reports_a_body_a_secret_or_a_signature() {
    let secret = TEST_SECRET.trim_start_matches("whsec_");
    for outcome in DeliveryOutcome::NAMES {
        let mut all = vec![observe(outcome).await];
        if matches!(
            *outcome,
            "done" | "retry_later" | "failed" | "gone" | "panicked"
        ) {
            all.push(observe_late(outcome).await);
        }
        for observed in all {
            let health = &observed.health;
            let reported = format!(
                "{:?} {:?} {health:?} {health}",
                observed.lines, observed.series
            );
            // Every signature begins with the version `v1`.
            for private in [PRIVATE, secret, "the secret of the tests", "v1,", "late:"] {
                assert!(
                    !reported.contains(private),
                    "{private} of {outcome}: {reported}"
                );
            }
        }
    }
}

#[tokio::test]
async fn signature_of_a_delivery_is_in_no_line() {
    let delivery = delivery_with("done");
    let signature = delivery.headers["webhook-signature"].to_str().unwrap();
    let signature = signature.trim_start_matches("v1,");
    assert!(signature.len() > 40, "{signature}");
    let reported = format!("{:?}", observe("done").await.lines);
    assert!(
        reported.contains("msg_test") && !reported.contains(signature),
        "{reported}"
    );
}
