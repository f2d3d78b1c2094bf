//! Patterns, and which handler an event goes to, by dot-separated segments.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use webhook_runtime::testing::Signer;
use webhook_runtime::{Endpoint, EventCatalog, Profile, Provider, Router, UnknownEvent, WebhookRouter, handler::Pattern, on};

use crate::model::pattern;
use crate::providers::{deliver, endpoint, see};

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    pattern: Segments,
    is_family: bool,
    event_type: EventType<'a>,
}

#[derive(Arbitrary, Debug)]
enum EventType<'a> {
    Made(Segments),
    Under(Segments),
    Text(&'a str),
}

/// A few short segments, so that they meet.
#[derive(Arbitrary, Debug)]
struct Segments([u8; 3]);

const SEGMENTS: [&str; 8] = ["", "a", "b", "a_b", "ab", "*", "A", "\u{e9}"];

impl Segments {
    fn text(&self, least: usize) -> String {
        let [first, rest @ ..] = self.0;
        let words = std::iter::once(first).chain(rest.into_iter().filter(|word| *word > 63));
        let known = |word: u8| SEGMENTS[usize::from(word) % SEGMENTS.len()];
        let words: Vec<&str> = words
            .map(known)
            .filter(|word| word.len() >= least)
            .collect();
        words.join(".")
    }
}

thread_local! {
    static TEXTS: RefCell<HashSet<&'static str>> = RefCell::default();
}

/// Patterns are made of constants; there are few different ones.
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
    A(Nothing),
    #[event("a.a")]
    Aa(Nothing),
    #[event("a.a.b")]
    Aab(Nothing),
    #[event("a.b")]
    Ab(Nothing),
    #[event("a.b.a")]
    Aba(Nothing),
    #[event("a_b.a")]
    UnderA(Nothing),
    #[event("ab.a")]
    TwoA(Nothing),
    #[event("b.a")]
    Ba(Nothing),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Nothing {}

macro_rules! handlers {
    ($($name:ident: $pattern:literal $(, $unlisted:ident)?;)*) => {$(
        #[on($pattern $(, $unlisted)?)]
        fn $name() {
            see($pattern);
        }
    )*};
}

handlers! {
    everything: "*";
    family_a: "a.*";
    family_aa: "a.a.*";
    exact_ab: "a.b";
    family_ab: "a_b.*";
    exact_b: "b.b", unlisted;
}

const PATTERNS: [&str; 6] = ["*", "a.*", "a.a.*", "a.b", "a_b.*", "b.b"];

#[derive(WebhookRouter)]
#[webhook(provider = Letters, handlers(everything, family_a, family_aa, exact_ab, family_ab, exact_b))]
struct Forth;

#[derive(WebhookRouter)]
#[webhook(provider = Letters, handlers(exact_b, family_ab, exact_ab, family_aa, family_a, everything))]
struct Back;

static FORTH: LazyLock<Endpoint<Forth>> = LazyLock::new(|| endpoint(Forth));
static BACK: LazyLock<Endpoint<Back>> = LazyLock::new(|| endpoint(Back));
static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::default);

impl Case<'_> {
    pub fn check(&self) {
        let text = match (self.pattern.text(1), self.is_family) {
            (text, false) => text,
            (text, true) if text.is_empty() => "*".to_owned(),
            (text, true) => format!("{text}.*"),
        };
        let event_type = match &self.event_type {
            EventType::Made(segments) => segments.text(0),
            EventType::Under(segments) => {
                format!("{}.{}", self.pattern.text(1), segments.text(0))
            }
            EventType::Text(text) => text.to_string(),
        };
        // `*` ends no exact name.
        if self.is_family || !text.ends_with('*') {
            let found = Pattern::new(constant(&text), 0).matches(&event_type);
            let expected = pattern::matches(&text, &event_type);
            assert_eq!(found, expected, "{text} {event_type}");
        }
        let body = serde_json::json!({"type": event_type, "data": {}}).to_string();
        let signed = SIGNER.sign(body);
        let expected = pattern::most_specific(&PATTERNS, &event_type);
        is_handled(&FORTH, &signed.headers, &signed.body, expected);
        is_handled(&BACK, &signed.headers, &signed.body, expected);
    }
}

fn is_handled<R: Router>(
    endpoint: &Endpoint<R>,
    headers: &http::HeaderMap,
    body: &Bytes,
    expected: Option<&str>,
) {
    let answer = deliver(endpoint, headers, body.clone());
    // Everything is taken but what has no name.
    let status = if expected.is_some() { 200 } else { 500 };
    assert_eq!(answer.status, status);
    assert_eq!(answer.seen.as_deref(), expected);
}
