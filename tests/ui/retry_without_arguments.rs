//! `retry` without arguments.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry)]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry = 5)]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry[max = 5])]
async fn third(_: DeliveryId) {}

fn main() {}
