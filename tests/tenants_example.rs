//! The `tenants` example as a program.

#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

use webhook_test_support::process::{Process, example};

#[test]
fn example_shows_which_secret_verifies_for_which_tenant() {
    let (status, lines, stderr) = Process::start(example("tenants")).wait_for_exit();
    assert_eq!(status.code(), Some(0), "{lines:#?}\n{stderr}");
    assert_eq!(stderr, "");
    let answers: Vec<_> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("  /webhooks/"))
        .collect();
    assert_eq!(
        answers,
        [
            "acme/openai with `first-of-acme`: 200",
            "acme/openai with `first-of-acme`: 200",
            "globex/openai with `first-of-acme`: 401",
            "initech/openai with `first-of-acme`: 401",
            "acme/openai with `second-of-acme`: 200",
            "acme/openai with `first-of-acme`: 200",
            "acme/openai with `first-of-acme`: 401",
            "acme/openai with `second-of-acme`: 200",
        ]
    );
    let loaded = lines.iter().filter(|line| line.contains("(loading"));
    assert_eq!(loaded.count(), 5, "{lines:#?}");
}
