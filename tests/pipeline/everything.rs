//! For each provider a router that takes everything, one that takes nothing, and a good body.

use webhook_runtime::Router;
use webhook_runtime::testing::Driver;

/// A provider, as the tests of all four need it.
pub(crate) trait Case {
    /// A router whose one handler takes every event.
    type Everything: Router + Default;
    /// A router without a handler for anything that is sent.
    type Nothing: Router + Default;
    /// The type of the event in [`GOOD`](Self::GOOD).
    const EVENT: &'static str;
    /// A body whose event has the payload `{"id": "…", …}` or its like.
    const GOOD: &'static str;
    /// The same as [`GOOD`](Self::GOOD), with `@` where a value can be added to the payload.
    const OPEN: &'static str;

    fn everything() -> Driver<Self::Everything> {
        Driver::new(Self::Everything::default())
    }

    fn nothing() -> Driver<Self::Nothing> {
        Driver::new(Self::Nothing::default())
    }

    /// The good body with another member in the payload.
    fn with(member: &str) -> String {
        Self::OPEN.replace('@', member)
    }

    /// The good body of another event.
    fn of(event_type: &str) -> String {
        Self::GOOD.replace(Self::EVENT, event_type)
    }
}

macro_rules! cases {
    ($($Case:ident: $module:ident, $Provider:ident, $Event:ident, $event:literal, $good:literal, $open:literal;)*) => {$(
        pub(crate) struct $Case;

        impl Case for $Case {
            type Everything = $module::Everything;
            type Nothing = $module::Nothing;
            const EVENT: &'static str = $event;
            const GOOD: &'static str = $good;
            const OPEN: &'static str = $open;
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

/// Runs a test of one provider for all of them.
macro_rules! of_all {
    ($test:ident) => {
        $test::<crate::everything::OfAnthropic>().await;
        $test::<crate::everything::OfOpenAi>().await;
        $test::<crate::everything::OfCadenya>().await;
        $test::<crate::everything::OfWacht>().await;
    };
}
pub(crate) use of_all;
