//! `--serve`: the server stays, and a `curl` command shows how to reach it.

use std::error::Error;
use std::time::SystemTime;

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::testing::Signer;
use webhook_runtime::{Secret, Timestamp};

use crate::journal::Journal;
use crate::shutdown::Shutdown;
use crate::{app, deliveries};

pub(crate) async fn run(port: u16) -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(std::io::stderr)
        .init();
    let web = app::web(&Journal::echoing())?;
    let shutdown = Shutdown::listen()?;
    let listener = crate::listen(port).await?;
    let address = format!("http://{}", listener.local_addr()?);

    println!("Serving at {address}; Ctrl-C ends it. A delivery to try within five minutes:\n");
    println!("{}\n", curl(&address)?);
    axum::serve(listener, web)
        .with_graceful_shutdown(shutdown.requested())
        .await?;
    Ok(())
}

/// A delivery signed now, as a command for a shell.
fn curl(address: &str) -> Result<String, Box<dyn Error>> {
    let body = deliveries::sample::<Anthropic>("session.status_idled")?;
    let delivery = Signer::of::<Anthropic>(&Secret::new(app::ANTHROPIC_SECRET))?
        .id("msg_quickstart")
        .at(Timestamp::from(SystemTime::now()))
        .sign(body);
    let mut command = format!("curl -i {address}/webhooks/anthropic \\\n");
    for (name, value) in &delivery.headers {
        command.push_str(&format!("  -H '{name}: {}' \\\n", value.to_str()?));
    }
    command.push_str("  -H 'content-type: application/json' \\\n");
    command.push_str(&format!("  --data-raw '{body}'"));
    Ok(command)
}
