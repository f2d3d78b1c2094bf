//! `--serve`: the server keeps running, and a `curl` command shows how to reach it.

use std::error::Error;
use std::io;
use std::time::SystemTime;

#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::testing::Signer;
use webhook_runtime::{Secret, Timestamp};

use crate::journal::Journal;
use crate::{app, deliveries};

pub(crate) async fn run(port: u16) -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(io::stderr)
        .init();
    let web = app::web(&Journal::echoing())?;
    let stop = stop_signal()?;
    let listener = crate::listen(port).await?;
    let address = format!("http://{}", listener.local_addr()?);

    println!("Serving at {address}; Ctrl-C ends it. Try this delivery within five minutes:\n");
    println!("{}\n", curl(&address)?);
    axum::serve(listener, web)
        .with_graceful_shutdown(stop)
        .await?;
    Ok(())
}

/// Returns a future that completes on Ctrl-C or SIGTERM. It listens from this call on, so no signal is missed.
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Returns a shell command that sends a delivery signed now.
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
