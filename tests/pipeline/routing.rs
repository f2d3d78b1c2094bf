//! Which handler a delivery reaches: one, by the most specific pattern.

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

/// Events, known to the catalog and not, and who takes them, whatever the order of the list.
const TAKEN: [(&str, &str); 14] = [
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

async fn assert_taken<R: Router>(router: R) {
    let driver = Driver::new(router);
    for (event_type, handler) in TAKEN {
        let body = format!(r#"{{"type":"{event_type}","data":{{"id":"x"}}}}"#);
        let ran = driver.deliver(body).await;
        assert_eq!(ran.handler(), Some(handler), "{event_type}");
        assert_eq!(ran.status(), 200, "{event_type}");
    }
}

#[tokio::test]
async fn the_most_specific_pattern_wins_in_any_order() {
    assert_taken(GeneralFirst).await;
    assert_taken(SpecificFirst).await;
}

#[on("vault.*")]
fn vault(_: Event<AnyVault>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vault))]
struct Vaults;

#[tokio::test]
async fn families_go_by_segments() {
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
        let ran = driver.deliver(body).await;
        assert_eq!(ran.handler(), handler, "{event_type}");
        assert_eq!(ran.status(), 200, "{event_type}");
    }
}

#[test]
fn a_router_tells_its_handlers() {
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
    let place = SpecificFirst::HANDLERS[0].location();
    assert!(place.file.ends_with("routing.rs"));
}
