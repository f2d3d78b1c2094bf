//! The log of the current test.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

thread_local! {
    /// Thread-local, because each test runs on a thread of its own, with everything that it awaits.
    static EVERYTHING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static WARNINGS: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Writer(&'static std::thread::LocalKey<RefCell<Vec<u8>>>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts recording, and discards the earlier log of this thread.
pub fn record() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let everything = tracing_subscriber::fmt::layer()
            .with_span_events(FmtSpan::FULL)
            .with_writer(|| Writer(&EVERYTHING))
            .with_filter(LevelFilter::TRACE);
        let warnings = tracing_subscriber::fmt::layer()
            .with_writer(|| Writer(&WARNINGS))
            .with_filter(LevelFilter::from_level(Level::WARN));
        tracing_subscriber::registry()
            .with(everything)
            .with(warnings)
            .init();
    });
    take(&EVERYTHING);
    take(&WARNINGS);
}

fn take(log: &'static std::thread::LocalKey<RefCell<Vec<u8>>>) -> String {
    String::from_utf8(log.take()).unwrap()
}

/// The log at level `trace`, with spans.
pub fn everything() -> String {
    take(&EVERYTHING)
}

/// The log at level `warn`.
pub fn warnings() -> String {
    take(&WARNINGS)
}
