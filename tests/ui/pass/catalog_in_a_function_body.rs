//! Provider, catalog and view inside a function.

fn main() {
    use serde::{Deserialize, Serialize};
    use webhook_runtime::{Endpoint, Event, EventCatalog, Payload, Profile, Provider};
    use webhook_runtime::{UnknownEvent, WebhookRouter, on};

    struct Acme;

    impl Provider for Acme {
        type Catalog = AcmeEvent;
        const PROFILE: Profile = Profile::standard_webhooks("acme");
    }

    #[derive(EventCatalog)]
    #[catalog(provider = Acme)]
    enum AcmeEvent {
        #[event("parcel.sent")]
        Sent(Sent),
        #[event(unknown)]
        Unknown(UnknownEvent),
    }

    #[derive(Serialize, Deserialize)]
    struct Sent {}

    #[derive(Deserialize, Payload)]
    #[payload(provider = Acme, events("*"))]
    struct Any {}

    #[on("*")]
    fn everything(_: Event<Any>) {}

    #[derive(WebhookRouter)]
    #[webhook(provider = Acme, handlers(everything))]
    struct App;

    let _ = Endpoint::builder(App);
}
