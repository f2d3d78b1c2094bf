//! Routing: a delivery reaches the one handler with the most specific pattern.

use serde_json::Value;
use webhook_runtime::anthropic::{Anthropic, AnyVault};
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::Driver;
use webhook_runtime::{Event, Router, WebhookRouter, on};

#[on("*")]
fn anything() {}

#[on("agent.*")]
fn agent() {}

#[on("agent.session.*")]
fn agent_session() {}

#[on("agent.session.idle", "batch.failed")]
fn exact() {}

#[on("agent.session.renamed", unlisted)]
fn unlisted(_: Event<Value>) {}

#[on("safety.*", "safety_identifier.*")]
fn safety() {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(anything, agent, agent_session, exact, unlisted, safety))]
struct GeneralFirst;

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(safety, unlisted, exact, agent_session, agent, anything))]
struct SpecificFirst;

/// Events, in the catalog or not, with their handlers.
const EXPECTED: [(&str, &str); 14] = [
    ("agent.session.idle", "exact"),
    ("batch.failed", "exact"),
    ("agent.session.created", "agent_session"),
    ("agent.session.brand_new", "agent_session"),
    ("agent.session.brand.new", "agent_session"),
    ("agent.session.renamed", "unlisted"),
    ("agent.environment.ready", "agent"),
    ("agent.brand_new", "agent"),
    ("agent.sessions.idle", "agent"),
    ("safety.alert.created", "safety"),
    ("safety_identifier.blocked", "safety"),
    ("agent", "anything"),
    ("agents.created", "anything"),
    ("batch.completed", "anything"),
];

async fn assert_routes<R: Router>(router: R) {
    let driver = Driver::new(router);
    for (event_type, handler) in EXPECTED {
        let body = format!(r#"{{"type":"{event_type}","data":{{"id":"x"}}}}"#);
        let report = driver.deliver(body).await;
        assert_eq!(report.handler(), Some(handler), "{event_type}");
        assert_eq!(report.status(), 200, "{event_type}");
    }
}

#[tokio::test]
async fn the_most_specific_pattern_wins_in_any_order() {
    assert_routes(GeneralFirst).await;
    assert_routes(SpecificFirst).await;
}

#[on("vault.*")]
fn vault(_: Event<AnyVault>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vault))]
struct Vaults;

#[tokio::test]
async fn a_family_matches_whole_segments() {
    let driver = Driver::new(Vaults);
    for (event_type, handler) in [
        ("vault.created", Some("vault")),
        ("vault.brand_new", Some("vault")),
        ("vault_credential.created", None),
        ("vault", None),
        ("vaults.created", None),
        ("Vault.created", None),
        (" vault.created", None),
    ] {
        let body = format!(
            r#"{{"type":"event","data":{{"type":"{event_type}","id":"v","organization_id":"o","workspace_id":"w"}}}}"#
        );
        let report = driver.deliver(body).await;
        assert_eq!(report.handler(), handler, "{event_type}");
        assert_eq!(report.status(), 200, "{event_type}");
    }
}

#[test]
fn a_router_lists_its_handlers() {
    let names = SpecificFirst::HANDLERS.iter().map(|handler| handler.name());
    let expected = [
        "safety",
        "unlisted",
        "exact",
        "agent_session",
        "agent",
        "anything",
    ];
    assert!(names.eq(expected));
    let location = SpecificFirst::HANDLERS[0].location();
    assert!(location.file.ends_with("routing.rs"));
}
