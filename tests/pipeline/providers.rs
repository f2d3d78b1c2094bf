//! For each provider: a router that handles every event, one that handles none, and a valid body.

use webhook_runtime::Router;
use webhook_runtime::testing::Driver;

/// Fixtures of a provider.
pub(crate) trait Case {
    /// Router with one handler for every event.
    type Everything: Router + Default;
    /// Router without a handler for the events in the tests.
    type Nothing: Router + Default;
    /// Type of the event in [`VALID`](Self::VALID).
    const EVENT: &'static str;
    /// Valid body.
    const VALID: &'static str;
    /// [`VALID`](Self::VALID), with `@` where a member can be added to the payload.
    const TEMPLATE: &'static str;

    fn everything() -> Driver<Self::Everything> {
        Driver::new(Self::Everything::default())
    }

    fn nothing() -> Driver<Self::Nothing> {
        Driver::new(Self::Nothing::default())
    }

    /// Valid body with another member in the payload.
    fn with(member: &str) -> String {
        Self::TEMPLATE.replace('@', member)
    }

    /// Valid body with another event type.
    fn of(event_type: &str) -> String {
        Self::VALID.replace(Self::EVENT, event_type)
    }
}

macro_rules! cases {
    ($($Case:ident: $module:ident, $Provider:ident, $Event:ident, $event:literal, $valid:literal, $template:literal;)*) => {$(
        pub(crate) struct $Case;

        impl Case for $Case {
            type Everything = $module::Everything;
            type Nothing = $module::Nothing;
            const EVENT: &'static str = $event;
            const VALID: &'static str = $valid;
            const TEMPLATE: &'static str = $template;
        }

        mod $module {
            use webhook_runtime::$module::{$Event, $Provider};
            use webhook_runtime::{Event, WebhookRouter, on};

            #[on("*")]
            pub(crate) fn any(_: Event<$Event>) {}

            #[derive(Default, WebhookRouter)]
            #[webhook(provider = $Provider, handlers(any))]
            pub(crate) struct Everything;

            #[on("never.sent", unlisted)]
            pub(crate) fn never() {}

            #[derive(Default, WebhookRouter)]
            #[webhook(provider = $Provider, handlers(never))]
            pub(crate) struct Nothing;
        }
    )*};
}

cases! {
    OfAnthropic: anthropic, Anthropic, AnthropicEvent, "session.created",
        r#"{"id":"whe_1","created_at":"2026-01-02T03:04:05Z","type":"event","data":{"type":"session.created","id":"s","organization_id":"o","workspace_id":"w"}}"#,
        r#"{"id":"whe_1","created_at":"2026-01-02T03:04:05Z","type":"event","data":{"type":"session.created",@,"id":"s","organization_id":"o","workspace_id":"w"}}"#;
    OfOpenAi: openai, OpenAi, OpenAiEvent, "batch.failed",
        r#"{"id":"evt_1","created_at":1767323045,"type":"batch.failed","data":{"id":"b"}}"#,
        r#"{"id":"evt_1","created_at":1767323045,"type":"batch.failed","data":{@,"id":"b"}}"#;
    OfCadenya: cadenya, Cadenya, CadenyaEvent, "objective_event.user_message",
        r#"{"type":"objective_event.user_message","timestamp":"2026-01-02T03:04:05Z","data":{"objectiveEvent":{"data":{"userMessage":{"content":"c"}},"metadata":{"id":"oe_1"}}}}"#,
        r#"{"type":"objective_event.user_message","timestamp":"2026-01-02T03:04:05Z","data":{"objectiveEvent":{"data":{"userMessage":{@,"content":"c"}},"metadata":{"id":"oe_1"}}}}"#;
    OfWacht: wacht, Wacht, WachtEvent, "organization.deleted",
        r#"{"type":"organization.deleted","timestamp":"2026-01-02T03:04:05Z","data":{"entity_id":"1","entity_type":"organization"}}"#,
        r#"{"type":"organization.deleted","timestamp":"2026-01-02T03:04:05Z","data":{@,"entity_id":"1","entity_type":"organization"}}"#;
}

/// Runs a test for each provider.
macro_rules! for_each_provider {
    ($test:ident) => {
        $test::<crate::providers::OfAnthropic>().await;
        $test::<crate::providers::OfOpenAi>().await;
        $test::<crate::providers::OfCadenya>().await;
        $test::<crate::providers::OfWacht>().await;
    };
}
pub(crate) use for_each_provider;
