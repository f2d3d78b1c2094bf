//! `ordered_by` without a JSON pointer in quotes.

use webhook_runtime::{DeliveryId, on};

const PLACE: &str = "/data/id";

#[on("session.status_idled", ordered_by)]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", ordered_by("/data/id"))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = PLACE)]
async fn third(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = 5)]
async fn fourth(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = /data/id)]
async fn fifth(_: DeliveryId) {}

fn main() {}
