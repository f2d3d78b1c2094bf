//! Routers of the shipped providers with handlers for all events.

use std::cell::RefCell;
use std::collections::HashMap;

use bytes::Bytes;
use http::HeaderMap;
use webhook_runtime::testing::{Sample, TEST_SECRET, TEST_URL, TestClock, samples};
use webhook_runtime::{Endpoint, Provider, Router};

use crate::ready;

thread_local! {
    /// Text that the last handler has recorded: an event type or a pattern.
    static RECORDED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Records that a handler has run.
pub(crate) fn record(text: &str) {
    RECORDED.set(Some(text.to_owned()));
}

/// Returns the samples of a provider, which are parsed once.
pub(crate) fn samples_of<P: Provider>() -> &'static [Sample] {
    thread_local! {
        static KNOWN: RefCell<HashMap<&'static str, &'static [Sample]>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        let all = || -> &'static [Sample] { Vec::leak(samples::<P>().collect()) };
        *known.entry(P::PROFILE.name()).or_insert_with(all)
    })
}

/// Builds an endpoint with the secret, URL and clock of the tests.
pub(crate) fn endpoint<R: Router>(router: R) -> Endpoint<R> {
    let builder = Endpoint::builder(router).secret(TEST_SECRET).url(TEST_URL);
    builder
        .clock(TestClock::default())
        .build()
        .expect("the test secret is valid")
}

/// Status of the response, and the text that a handler has recorded, if one has run.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) recorded: Option<String>,
}

pub(crate) fn deliver<R: Router>(
    endpoint: &Endpoint<R>,
    headers: &HeaderMap,
    body: Bytes,
) -> Answer {
    RECORDED.set(None);
    let status = ready::now(endpoint.handle_bytes(headers, body)).status();
    Answer {
        status: status.as_u16(),
        recorded: RECORDED.take(),
    }
}

macro_rules! providers {
    ($($module:ident, $Provider:ident, $Event:ident, $Family:ident, $family:literal;)*) => {$(
        pub(crate) mod $module {
            use webhook_runtime::$module::{$Event, $Family, $Provider};
            use webhook_runtime::{Event, EventType, WebhookRouter, on};

            #[on("*")]
            fn typed(event: Event<$Event>, event_type: EventType) {
                assert_eq!(event.event_type, event_type);
                super::record(event_type.as_str());
            }

            /// Decodes every event into its own type.
            #[derive(WebhookRouter)]
            #[webhook(provider = $Provider, handlers(typed))]
            pub(crate) struct Typed;

            #[on("*")]
            fn untyped(event_type: EventType) {
                super::record(event_type.as_str());
            }

            /// Decodes nothing.
            #[derive(WebhookRouter)]
            #[webhook(provider = $Provider, handlers(untyped))]
            pub(crate) struct Untyped;

            #[on($family)]
            fn family(event: Event<$Family>) {
                super::record(event.event_type.as_str());
            }

            #[on("*")]
            fn value(event: Event<serde_json::Value>) {
                super::record(event.event_type.as_str());
            }

            /// Decodes into a view of several events, and into any JSON.
            #[derive(WebhookRouter)]
            #[webhook(provider = $Provider, handlers(family, value))]
            pub(crate) struct Views;
        }
    )*};
}

providers! {
    anthropic, Anthropic, AnthropicEvent, AnySession, "session.*";
    openai, OpenAi, OpenAiEvent, AnyBatch, "batch.*";
    cadenya, Cadenya, CadenyaEvent, WebhookData, "objective_event.user_message";
    wacht, Wacht, WachtEvent, AgentThreadMessage, "agent.thread.message";
}
