//! Catalogs of 20, 150 and 1,000 event types, with a handler for each.

use serde::{Deserialize, Serialize};
use webhook_runtime::{
    Event, EventCatalog, Profile, Provider, Router, UnknownEvent, WebhookRouter, on,
};

use crate::by_hand::Handled;
use crate::endpoints::endpoint;
use crate::names::with_names;
use crate::rounds::Candidate;
use crate::wire::{Ring, Wire, ready};

pub(crate) fn candidates() -> Vec<Candidate> {
    vec![
        dispatch::<twenty::Each>("events_20"),
        dispatch::<hundreds::Each>("events_150"),
        dispatch::<thousand::Each>("events_1000"),
    ]
}

/// Delivers the first event of the catalog, one in the middle and the last, in turn.
fn dispatch<R: Router + Default>(name: &'static str) -> Candidate {
    let endpoint = endpoint::<R>();
    let events = [
        "account.archived",
        "environment.completed",
        "workspace.verified",
    ];
    let mut ring = Ring::new(events.map(|event| Wire::sign::<R::Provider>(body(event))));
    Candidate::new(name, move || {
        let wire = ring.next();
        let response = ready(endpoint.handle_bytes(&wire.headers, wire.body.clone()));
        assert!(response.is_some_and(|response| response.status() == http::StatusCode::OK));
    })
}

fn body(event: &str) -> String {
    format!(
        r#"{{"type":"{event}","timestamp":"2026-10-03T17:10:50Z","data":{{"id":"obj_012EDxgC9HgnvgQyQRUejyWU","organization_id":"org_01aCJPsf6N51CBQPBBfQSPPf","workspace_id":"wrkspc_01z8GT5X6MA6FkEQ1PaqxziU"}}}}"#
    )
}

/// Declares a module with a provider, its catalog, and a router with a handler for each event. All events have the same
/// payload type, whose decoder is compiled once.
macro_rules! provider {
    ($module:ident $name:literal $($variant:ident $event:literal)*) => {
        pub(crate) mod $module {
            use super::*;

            #[derive(Debug)]
            pub(crate) struct Acme;

            impl Provider for Acme {
                type Catalog = AcmeEvent;
                const PROFILE: Profile = Profile::standard_webhooks($name);
            }

            #[derive(Debug, EventCatalog)]
            #[catalog(provider = Acme)]
            pub(crate) enum AcmeEvent {
                $(#[event($event)] $variant(Object),)*
                #[event(unknown)]
                Unknown(UnknownEvent),
            }

            #[derive(Debug, Serialize, Deserialize)]
            pub(crate) struct Object {
                id: String,
                organization_id: String,
                workspace_id: String,
            }

            #[allow(non_snake_case, reason = "the names of the variants")]
            mod each {
                $(
                    pub(super) mod $variant {
                        use super::super::*;

                        #[on($event)]
                        pub(crate) async fn handle(event: Event<Object>, handled: &Handled) {
                            handled.count(event);
                        }
                    }
                )*
            }

            #[derive(Default, WebhookRouter)]
            #[webhook(provider = Acme, handlers($(each::$variant::handle),*))]
            pub(crate) struct Each {
                #[webhook(state)]
                handled: Handled,
            }
        }
    };
}

with_names! { 20 provider twenty "acme_20" }
with_names! { 150 provider hundreds "acme_150" }
with_names! { 1000 provider thousand "acme_1000" }
