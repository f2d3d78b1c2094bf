//! The keys of deliveries, and the names of endpoints in them.

use std::time::Duration;

use webhook_runtime::{BuildError, MemoryStore};

use crate::app::{Work, builder, completed, endpoint, status};

#[tokio::test]
async fn endpoints_of_different_names_have_different_keys() {
    let (work, store) = (Work::default(), MemoryStore::default());
    let named = |name: &str| builder(&work, store.clone()).name(name).build().unwrap();
    for endpoint in [
        named("a"),
        named("b"),
        named("a/openai"),
        named("a%2Fopenai"),
        named(""),
        endpoint(&work, store.clone()),
    ] {
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
    }
    assert_eq!(work.runs(), 6);
    assert_eq!(status(&named("a"), &completed("msg_1")).await, 200);
    assert_eq!(work.runs(), 6, "a delivery of the same name is a duplicate");
}

#[test]
fn lease_of_zero_is_rejected() {
    let built = builder(&Work::default(), MemoryStore::default())
        .lease(Duration::ZERO)
        .build();
    let error = built.unwrap_err();
    assert_eq!(error, BuildError::NoLease { provider: "openai" });
    assert!(error.to_string().contains("the default is 60 s"), "{error}");
}
