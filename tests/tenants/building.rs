//! Invalid configurations, and the fix that the error names.

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
fn secrets_beside_a_source_are_rejected() {
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
fn tenant_options_without_a_source_are_rejected() {
    let with_secret = || Endpoint::builder(App::default()).secret(TEST_SECRET);
    for (builder, word) in [
        (with_secret().tenant_in_path("/{tenant}"), "tenant_in_path"),
        (
            with_secret().tenant_in_header("x-tenant"),
            "tenant_in_header",
        ),
        (with_secret().tenant_in_query("tenant"), "tenant_in_query"),
        (
            with_secret().cache_secrets(Duration::from_secs(1)),
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
fn invalid_tenant_locations_are_rejected() {
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
fn debug_output_contains_no_secret() {
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
