//! Captures log lines and spans of the current test, with their fields.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// A log line, or a span with all fields that were recorded.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Name and id of the span; `None` for a log line.
    pub(crate) span: Option<(&'static str, u64)>,
    pub(crate) level: Level,
    pub(crate) target: String,
    pub(crate) fields: BTreeMap<&'static str, String>,
}

impl Line {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

thread_local! {
    /// Each test, with all that it awaits, runs on a thread of its own.
    static LINES: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

struct Capture;

struct Fields<'l>(&'l mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Capture {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let metadata = attributes.metadata();
        let mut line = Line {
            span: Some((metadata.name(), id.into_u64())),
            level: *metadata.level(),
            target: metadata.target().to_owned(),
            fields: BTreeMap::new(),
        };
        attributes.record(&mut Fields(&mut line.fields));
        LINES.with_borrow_mut(|lines| lines.push(line));
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, _: Context<'_, S>) {
        LINES.with_borrow_mut(|lines| {
            // Ids are reused: the last span with this id is the open one.
            let span = lines
                .iter_mut()
                .rev()
                .find(|line| line.span.is_some_and(|(_, other)| other == id.into_u64()))
                .expect("a span is created before it is recorded");
            record.record(&mut Fields(&mut span.fields));
        });
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut line = Line {
            span: None,
            level: *metadata.level(),
            target: metadata.target().to_owned(),
            fields: BTreeMap::new(),
        };
        event.record(&mut Fields(&mut line.fields));
        LINES.with_borrow_mut(|lines| lines.push(line));
    }
}

/// Starts to capture all levels, and drops the lines that this thread has logged before.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_subscriber::registry().with(Capture).init());
    LINES.take();
}

/// Returns and drops the captured lines with the target `webhook`.
pub(crate) fn take() -> Vec<Line> {
    let mut lines = LINES.take();
    lines.retain(|line| line.target == "webhook");
    lines
}
