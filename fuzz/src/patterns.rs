//! Patterns, and the selection of handlers, compared by dot-separated segments.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use webhook_runtime::testing::Signer;
use webhook_runtime::{
    Endpoint, EventCatalog, Profile, Provider, Router, UnknownEvent, WebhookRouter,
    handler::Pattern, on,
};

use crate::model::pattern;
use crate::providers::{deliver, endpoint, record};

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    pattern: Segments,
    is_family: bool,
    event_type: EventType<'a>,
}

#[derive(Arbitrary, Debug)]
enum EventType<'a> {
    Any(Segments),
    Extended(Segments),
    Text(&'a str),
}

/// Up to three short segments of a small set, so that patterns and event types often match.
#[derive(Arbitrary, Debug)]
struct Segments([u8; 3]);

const SEGMENTS: [&str; 8] = ["", "a", "b", "a_b", "ab", "*", "A", "\u{e9}"];

impl Segments {
    /// Joins the segments of at least `min_length` bytes with dots.
    fn text(&self, min_length: usize) -> String {
        let [first, rest @ ..] = self.0;
        let indices = std::iter::once(first).chain(rest.into_iter().filter(|index| *index > 63));
        let segment = |index: u8| SEGMENTS[usize::from(index) % SEGMENTS.len()];
        let segments: Vec<&str> = indices
            .map(segment)
            .filter(|segment| segment.len() >= min_length)
            .collect();
        segments.join(".")
    }
}

thread_local! {
    static TEXTS: RefCell<HashSet<&'static str>> = RefCell::default();
}

/// Returns a text with a static lifetime, which `Pattern::new` requires. There are few different texts, so leaking each
/// once is harmless.
fn constant(text: &str) -> &'static str {
    TEXTS.with_borrow_mut(|texts| match texts.get(text) {
        Some(known) => known,
        None => {
            let text: &'static str = Box::leak(text.into());
            texts.insert(text);
            text
        }
    })
}

pub struct Letters;

impl Provider for Letters {
    type Catalog = LettersEvent;
    const PROFILE: Profile = Profile::standard_webhooks("letters");
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Letters)]
pub enum LettersEvent {
    #[event("a")]
    A(Empty),
    #[event("a.a")]
    Aa(Empty),
    #[event("a.a.b")]
    Aab(Empty),
    #[event("a.b")]
    Ab(Empty),
    #[event("a.b.a")]
    Aba(Empty),
    #[event("a_b.a")]
    UnderA(Empty),
    #[event("ab.a")]
    TwoA(Empty),
    #[event("b.a")]
    Ba(Empty),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Empty {}

macro_rules! handlers {
    ($($name:ident: $pattern:literal $(, $unlisted:ident)?;)*) => {$(
        #[on($pattern $(, $unlisted)?)]
        fn $name() {
            record($pattern);
        }
    )*};
}

handlers! {
    everything: "*";
    family_a: "a.*";
    family_aa: "a.a.*";
    exact_ab: "a.b";
    family_ab: "a_b.*";
    exact_bb: "b.b", unlisted;
}

const PATTERNS: [&str; 6] = ["*", "a.*", "a.a.*", "a.b", "a_b.*", "b.b"];

#[derive(WebhookRouter)]
#[webhook(provider = Letters, handlers(everything, family_a, family_aa, exact_ab, family_ab, exact_bb))]
struct Forward;

#[derive(WebhookRouter)]
#[webhook(provider = Letters, handlers(exact_bb, family_ab, exact_ab, family_aa, family_a, everything))]
struct Reversed;

static FORWARD: LazyLock<Endpoint<Forward>> = LazyLock::new(|| endpoint(Forward));
static REVERSED: LazyLock<Endpoint<Reversed>> = LazyLock::new(|| endpoint(Reversed));
static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::default);

impl Case<'_> {
    pub fn check(&self) {
        let text = match (self.pattern.text(1), self.is_family) {
            (text, false) => text,
            (text, true) if text.is_empty() => "*".to_owned(),
            (text, true) => format!("{text}.*"),
        };
        let event_type = match &self.event_type {
            EventType::Any(segments) => segments.text(0),
            EventType::Extended(segments) => {
                format!("{}.{}", self.pattern.text(1), segments.text(0))
            }
            EventType::Text(text) => text.to_string(),
        };
        // An exact pattern never ends with `*`.
        if self.is_family || !text.ends_with('*') {
            let found = Pattern::new(constant(&text), 0).matches(&event_type);
            let expected = pattern::matches(&text, &event_type);
            assert_eq!(found, expected, "{text} {event_type}");
        }
        let body = serde_json::json!({"type": event_type, "data": {}}).to_string();
        let signed = SIGNER.sign(body);
        let expected = pattern::most_specific(&PATTERNS, &event_type);
        assert_handled_by(&FORWARD, &signed.headers, &signed.body, expected);
        assert_handled_by(&REVERSED, &signed.headers, &signed.body, expected);
    }
}

/// Asserts that the handler with the expected pattern receives the event.
fn assert_handled_by<R: Router>(
    endpoint: &Endpoint<R>,
    headers: &http::HeaderMap,
    body: &Bytes,
    expected: Option<&str>,
) {
    let answer = deliver(endpoint, headers, body.clone());
    // `*` matches every event type except an empty one.
    let status = if expected.is_some() { 200 } else { 500 };
    assert_eq!(answer.status, status);
    assert_eq!(answer.recorded.as_deref(), expected);
}
