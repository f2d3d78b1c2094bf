//! Never a body, a secret or a signature: at no level, in no field, for no ending.

use webhook_runtime::DeliveryOutcome;
use webhook_runtime::testing::TEST_SECRET;

use crate::endings::{PRIVATE, acting, see, see_late};

#[tokio::test(start_paused = true)]
async fn no_ending_tells_anything_of_a_body_a_secret_or_a_signature() {
    let secret = TEST_SECRET.trim_start_matches("whsec_");
    for outcome in DeliveryOutcome::NAMES {
        let mut all = vec![see(outcome).await];
        if matches!(
            *outcome,
            "done" | "retry_later" | "failed" | "gone" | "panicked"
        ) {
            all.push(see_late(outcome).await);
        }
        for seen in all {
            let health = &seen.health;
            let told = format!("{:?} {:?} {health:?} {health}", seen.lines, seen.series);
            // Each body of these endings has its own signature: all begin with the version.
            for private in [PRIVATE, secret, "the secret of the tests", "v1,", "late:"] {
                assert!(!told.contains(private), "{private} of {outcome}: {told}");
            }
        }
    }
}

#[tokio::test]
async fn the_signature_of_a_delivery_is_in_no_line() {
    let delivery = acting("done");
    let signature = delivery.headers["webhook-signature"].to_str().unwrap();
    let signature = signature.trim_start_matches("v1,");
    assert!(signature.len() > 40, "{signature}");
    let told = format!("{:?}", see("done").await.lines);
    assert!(
        told.contains("msg_test") && !told.contains(signature),
        "{told}"
    );
}
