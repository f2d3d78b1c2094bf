//! What is logged, field by field, read by the test that caused it.

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

/// A line of the log, or what a span has come to say.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// None: a line of the log.
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
    /// Each test runs on a thread of its own, and so does all that it awaits.
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
            // Ids are given again: the last span of this id is the one that lives.
            let span = lines
                .iter_mut()
                .rev()
                .find(|line| line.span.is_some_and(|(_, other)| other == id.into_u64()))
                .expect("a span is made before it is written to");
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

/// Begins to listen, to all levels; forgets what this thread has logged before.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_subscriber::registry().with(Capture).init());
    LINES.take();
}

/// What was logged since, by anybody who speaks of webhooks.
pub(crate) fn take() -> Vec<Line> {
    let mut lines = LINES.take();
    lines.retain(|line| line.target == "webhook");
    lines
}
