//! Items of the user that have the names that generated code needs.

#![allow(unused_macros)]

use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::{Endpoint, EventCatalog, Payload as View, Profile, WebhookRouter, on};

struct Event;
enum Option {}
struct Result<T>(T);
trait Send {}
trait Sync {}
trait Future {}
trait Sized {}
trait From {}
trait Into {}
trait Fn {}
trait Iterator {}
struct Ok;
struct Err;
struct Some;
struct None;
struct String;
struct Vec;
struct Box;
struct Handler;
struct Router;
struct HasState;
struct Pattern;
struct Provider;
struct Payload;
struct Catalog;
struct R;
struct D;
struct T;
struct Self_;
mod core {}
mod std {}
mod serde_json {}
mod check {}
mod private {}

macro_rules! panic {
    () => {};
}
macro_rules! line {
    () => {};
}
macro_rules! file {
    () => {};
}
macro_rules! module_path {
    () => {};
}

#[on("session.status_idled")]
async fn idled(_: webhook_runtime::Event<SessionStatusIdled>, _: &App, _: &Event) {}

#[on("session.created")]
fn created(_: webhook_runtime::DeliveryId) -> ::std::result::Result<(), ::std::string::String> {
    ::std::result::Result::Ok(())
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled, created))]
struct App {
    #[webhook(state)]
    event: Event,
}

struct Acme;

impl webhook_runtime::Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}

#[derive(EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.sent")]
    Sent(Sent),
    #[event("parcel.lost")]
    Ok(Lost),
    #[event(unknown)]
    None(webhook_runtime::UnknownEvent),
}

struct Sent;

impl<'de> serde::Deserialize<'de> for Sent {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> ::std::result::Result<Self, D::Error> {
        ::std::result::Result::Ok(Self)
    }
}

struct Lost;

impl<'de> serde::Deserialize<'de> for Lost {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> ::std::result::Result<Self, D::Error> {
        ::std::result::Result::Ok(Self)
    }
}

#[derive(View)]
#[payload(provider = Acme, events("parcel.*"))]
struct Parcel;

impl<'de> serde::Deserialize<'de> for Parcel {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> ::std::result::Result<Self, D::Error> {
        ::std::result::Result::Ok(Self)
    }
}

fn main() {
    let _ = Endpoint::builder(App { event: Event });
}
