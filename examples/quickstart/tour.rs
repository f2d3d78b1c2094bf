//! The tour itself: delivers, prints, compares.

use std::error::Error;

use crate::journal::Journal;
use crate::log::Log;
use crate::{app, client, deliveries};

/// Returns whether every result is as expected.
pub(crate) async fn run() -> Result<bool, Box<dyn Error>> {
    let log = Log::install();
    let journal = Journal::default();
    let listener = crate::listen(0).await?;
    let server = listener.local_addr()?;
    let web = app::web(&journal)?;
    tokio::spawn(async move { axum::serve(listener, web).await });

    println!("A server at http://{server} receives deliveries of three providers:\n");
    println!(
        "{:<9} {:<39} {:<6} {:<13} why",
        "provider", "event", "status", "handler"
    );
    let mut wrong = Vec::new();
    let all = deliveries::all()?;
    for delivery in &all {
        let path = format!("/webhooks/{}", delivery.provider);
        let status = client::post(server, &path, &delivery.signed).await?;
        let notes = journal.take();
        let handler = notes.first().map(|note| note.handler);
        println!(
            "{:<9} {:<39} {status:<6} {:<13} {}",
            delivery.provider,
            delivery.event_type,
            handler.unwrap_or("–"),
            delivery.why,
        );
        for note in &notes {
            println!("{:9} {}", "", note.text);
        }
        if (status, handler, notes.len())
            != (
                delivery.status,
                delivery.handler,
                usize::from(delivery.handler.is_some()),
            )
        {
            wrong.push(format!(
                "{} {}: {status} by {handler:?}; expected {} by {:?}",
                delivery.provider, delivery.event_type, delivery.status, delivery.handler
            ));
        }
    }

    println!("\nThe log (senders receive the status only):\n");
    for line in log.take().lines() {
        println!("  {line}");
    }
    if wrong.is_empty() {
        println!("\nAll {} deliveries were answered as expected.", all.len());
        println!("Try it yourself: cargo run --example quickstart -- --serve");
    } else {
        println!("\nUnexpected results:");
        for line in &wrong {
            println!("  {line}");
        }
    }
    Ok(wrong.is_empty())
}
