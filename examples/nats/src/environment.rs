//! What both programs take from where they run.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// A variable of the environment.
#[must_use]
pub fn variable(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}

/// Writes the log to standard error, from the level of `RUST_LOG` on, otherwise `warn`.
pub fn log() {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
