//! What does not build, and what the error says to do.

use std::time::Duration;
use webhook_runtime::testing::TEST_SECRET;
use webhook_runtime::{BuildError, Endpoint, EndpointBuilder};

use crate::app::{App, without_tenants};
use crate::table::Table;

fn error(builder: EndpointBuilder<App>) -> String {
    builder.build().unwrap_err().to_string()
}

fn source() -> EndpointBuilder<App> {
    without_tenants(Table::default())
}

#[test]
fn it_is_either_secrets_or_a_source() {
    let both = error(source().secret(TEST_SECRET));
    assert!(
        both.contains("either `.secret(…)` or `.secret_source(…)`"),
        "{both}"
    );
    let neither = error(Endpoint::builder(App::default()));
    assert!(
        neither.contains("`.secret(…)`") && neither.contains("`.secret_source(…)`"),
        "{neither}"
    );
}

#[test]
fn tenants_and_memory_need_a_source() {
    let given = || Endpoint::builder(App::default()).secret(TEST_SECRET);
    for (builder, word) in [
        (given().tenant_in_path("/{tenant}"), "tenant_in_path"),
        (given().tenant_in_header("x-tenant"), "tenant_in_header"),
        (given().tenant_in_query("tenant"), "tenant_in_query"),
        (
            given().cache_secrets(Duration::from_secs(1)),
            "cache_secrets",
        ),
    ] {
        let error = error(builder);
        assert!(
            error.contains(word) && error.contains("add `.secret_source(…)`"),
            "{error}"
        );
    }
}

#[test]
fn a_place_that_can_name_no_tenant_is_told() {
    for builder in [
        source().tenant_in_path(""),
        source().tenant_in_path("/webhooks"),
        source().tenant_in_path("/webhooks/{id}"),
        source().tenant_in_path("/{tenant}/{tenant}"),
        source().tenant_in_path("{tenant}"),
        source().tenant_in_header(""),
        source().tenant_in_header("x tenant"),
        source().tenant_in_header("Host"),
        source().tenant_in_header("X-Forwarded-Host"),
        source().tenant_in_query(""),
    ] {
        let error = builder.build().unwrap_err();
        assert!(matches!(error, BuildError::Tenant { .. }), "{error}");
        assert!(error.to_string().contains("openai"), "{error}");
    }
}

#[test]
fn nothing_that_is_printed_shows_a_secret() {
    let builder =
        without_tenants(Table::of(&[("acme", "hunter2marker")])).tenant_in_path("/{tenant}");
    assert!(!format!("{builder:?}").contains("hunter2"));
    let endpoint = builder.build().unwrap();
    let shown = format!("{endpoint:?}");
    assert!(
        shown.contains("Path") && !shown.contains("hunter2"),
        "{shown}"
    );
}
