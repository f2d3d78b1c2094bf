//! Replacement of secrets while the endpoint runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use webhook_runtime::testing::TestClock;
use webhook_runtime::{BuildError, Endpoint, Secret, secret::SecretError};

use crate::app::{App, builder, status, within};
use crate::table::Table;

fn endpoint(secret: &str) -> Endpoint<App> {
    Endpoint::builder(App::default())
        .secret(secret)
        .clock(TestClock::default())
        .build()
        .unwrap()
}

#[tokio::test]
async fn replaced_secrets_are_used_at_once_by_all_clones() {
    let endpoint = endpoint("first");
    let clone = endpoint.clone();
    assert_eq!(status(&clone, "/", "first").await, 200);
    endpoint.replace_secrets(["second", "first"]).unwrap();
    for (secret, expected) in [("first", 200), ("second", 200), ("third", 401)] {
        assert_eq!(status(&clone, "/", secret).await, expected, "{secret}");
    }
    endpoint.replace_secrets(["second"]).unwrap();
    assert_eq!(status(&clone, "/", "first").await, 401);
    assert_eq!(status(&clone, "/", "second").await, 200);
    endpoint.replace_secrets([Secret::new("first")]).unwrap();
    assert_eq!(status(&clone, "/", "first").await, 200);
    assert_eq!(status(&clone, "/", "second").await, 401);
}

#[tokio::test]
async fn invalid_secret_replaces_nothing() {
    let endpoint = endpoint("first");
    let none: [&str; 0] = [];
    let error = endpoint.replace_secrets(none).unwrap_err();
    let missing = SecretError::Missing;
    assert!(matches!(error, BuildError::Secret { source, .. } if source == missing));
    for bad in ["", " ", "whsec_", "second\n"] {
        assert!(endpoint.replace_secrets([bad]).is_err());
        let error = endpoint.replace_secrets(["second", bad]).unwrap_err();
        assert!(error.to_string().contains("number 2"), "{error}");
        assert_eq!(status(&endpoint, "/", "first").await, 200);
        assert_eq!(status(&endpoint, "/", "second").await, 401);
    }
}

#[test]
fn secrets_of_a_source_cannot_be_replaced() {
    let endpoint = builder(Table::default()).build().unwrap();
    let error = endpoint.replace_secrets(["first"]).unwrap_err();
    assert!(
        matches!(error, BuildError::SecretsAndSource { .. }),
        "{error}"
    );
}

/// At every moment one of two overlapping sets is used, so a delivery that both verify is never rejected.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotation_rejects_no_valid_delivery() {
    let table = Table::of(&[]);
    table.set("acme", &["a", "b"]);
    let with_secrets = endpoint("b");
    let with_source = builder(table.clone()).build().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = [with_secrets.clone(), with_source]
        .into_iter()
        .map(|endpoint| {
            let stop = Arc::clone(&stop);
            tokio::spawn(async move {
                let mut count = 0;
                while !stop.load(Ordering::SeqCst) || count == 0 {
                    assert_eq!(status(&endpoint, "/webhooks/acme", "b").await, 200);
                    count += 1;
                }
            })
        })
        .collect();
    for _ in 0..200 {
        for secrets in [["b", "c"], ["a", "b"]] {
            with_secrets.replace_secrets(secrets).unwrap();
            table.set("acme", &secrets);
            tokio::task::yield_now().await;
        }
    }
    stop.store(true, Ordering::SeqCst);
    for sender in senders {
        within(sender).await.unwrap();
    }
}
