//! Routers that accept every event and record its type.

use std::sync::Mutex;

use webhook_runtime::Router;
use webhook_runtime::testing::{DeliveryReport, Driver};

/// Event types that the handler received.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Vec<String>>);

impl Seen {
    pub(crate) fn record(&self, event_type: &str) {
        self.0.lock().unwrap().push(event_type.to_owned());
    }
}

pub(crate) trait Receiver: Router + Default {
    fn seen(&self) -> &Seen;
}

/// Returns the report of a delivery, and the event type that the handler received.
pub(crate) fn deliver<R: Receiver>(
    driver: &Driver<R>,
    body: impl Into<Vec<u8>>,
) -> (DeliveryReport, Option<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let report = runtime.block_on(driver.deliver(body.into()));
    (report, take(driver))
}

/// Removes and returns the event type that the handler received. `None`: no handler ran.
pub(crate) fn take<R: Receiver>(driver: &Driver<R>) -> Option<String> {
    driver.endpoint().router().seen().0.lock().unwrap().pop()
}

macro_rules! receivers {
    ($($module:ident, $Provider:ident, $Event:ident;)*) => {$(
        pub(crate) mod $module {
            use webhook_runtime::$module::{$Event, $Provider};
            use webhook_runtime::{Event, EventType, WebhookRouter, on};

            use super::{Receiver, Seen};

            #[on("*")]
            fn typed(event: Event<$Event>, seen: &Seen) {
                seen.record(event.event_type.as_str());
            }

            #[on("*")]
            fn untyped(event_type: EventType, seen: &Seen) {
                seen.record(event_type.as_str());
            }

            /// Router that decodes each event into its payload type.
            #[derive(Default, WebhookRouter)]
            #[webhook(provider = $Provider, handlers(typed))]
            pub(crate) struct Typed {
                #[webhook(state)]
                seen: Seen,
            }

            /// Router that decodes no payload.
            #[derive(Default, WebhookRouter)]
            #[webhook(provider = $Provider, handlers(untyped))]
            pub(crate) struct Untyped {
                #[webhook(state)]
                seen: Seen,
            }

            impl Receiver for Typed {
                fn seen(&self) -> &Seen {
                    &self.seen
                }
            }

            impl Receiver for Untyped {
                fn seen(&self) -> &Seen {
                    &self.seen
                }
            }
        }
    )*};
}

receivers! {
    anthropic, Anthropic, AnthropicEvent;
    openai, OpenAi, OpenAiEvent;
    cadenya, Cadenya, CadenyaEvent;
    wacht, Wacht, WachtEvent;
}
