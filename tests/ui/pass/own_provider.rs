//! Provider of one's own with its catalog and views, one of which borrows.

use serde::{Deserialize, Serialize};
use webhook_runtime::testing::Driver;
use webhook_runtime::{Event, EventCatalog, Payload, Profile, Provider, UnknownEvent};
use webhook_runtime::{WebhookRouter, on};

struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(Clone, Debug, PartialEq, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent")]
    Sent(Parcel),
    #[event("parcel.lost")]
    Lost(Parcel),
    #[event("letter.sent", within = "/object/letter")]
    Letter(Letter),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Parcel {
    id: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Letter {
    id: String,
}

#[derive(Deserialize, Payload)]
#[payload(provider = Acme, events("parcel.*"))]
struct ParcelId<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize, Payload)]
#[payload(provider = Acme, events("letter.sent"), within = "/object")]
#[serde(rename_all = "lowercase")]
enum Object {
    Letter(Letter),
}

#[derive(Deserialize, Payload)]
#[payload(provider = Acme, events("parcel.burnt"), unlisted)]
struct Burnt(Vec<u8>);

#[on("parcel.*")]
async fn parcel(event: Event<ParcelId<'_>>) -> Result<(), String> {
    std::future::ready(()).await;
    if event.data.id == "1" {
        Ok(())
    } else {
        Err("parcel".to_owned())
    }
}

#[on("letter.sent")]
fn letter(event: Event<Object>) -> Result<(), String> {
    let Object::Letter(letter) = event.data;
    if letter.id == "2" {
        Ok(())
    } else {
        Err("letter".to_owned())
    }
}

#[on("parcel.burnt", unlisted)]
fn burnt(event: Event<Burnt>) {
    assert_eq!(event.data.0, [3]);
}

#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers(parcel, letter, burnt))]
struct App;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let driver = Driver::new(App);
    for body in [
        r#"{"type":"parcel.sent","data":{"id":"1"}}"#,
        r#"{"type":"letter.sent","data":{"object":{"letter":{"id":"2"}}}}"#,
        r#"{"type":"parcel.burnt","data":[3]}"#,
    ] {
        let ran = driver.deliver(body).await;
        assert_eq!(ran.status(), 200, "{body}");
        assert!(ran.handler().is_some(), "{body}");
    }
}
