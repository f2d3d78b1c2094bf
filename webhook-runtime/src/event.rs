//! Events: the event type, found in the envelope, and the payload, decoded once. Third stage of the pipeline, after
//! [`verify`](crate::verify) and before [`router`](crate::router) and [`handler`](crate::handler).
//!
//! Decisions:
//! - The id of the delivery is stored inline in [`Event`], up to 39 bytes, so that it costs no allocation.
//! - A sub-type selects the handler before the body is decoded, so the search itself rejects a repeated one.

use std::borrow::Cow;

use http::HeaderName;

use crate::catalog::Catalog;
use crate::delivery::{DateTime, DeliveryId, EventType, HeaderSource};
use crate::envelope::{self, EnvelopeError};
use crate::json;
use crate::payload::{Decode, Payload};
use crate::profile::{Layout, Profile};
use crate::provider::Provider;

/// Handler argument: an event with its payload.
///
/// In a test, create one with [`Event::new`] and call the handler with it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<T> {
    /// Sender's id of the delivery, the same on every redelivery. Empty in an event that a test creates.
    pub id: DeliveryId,
    /// Type of the event, for example `session.status_idled`.
    pub event_type: EventType,
    /// Time at which the event happened, if the body has one. Deliveries arrive in any order; sort by this time.
    pub created_at: Option<DateTime>,
    /// Payload of the event.
    pub data: T,
}

impl<T: Payload> Event<T> {
    /// Creates an event to call a handler with in a test.
    ///
    /// The event type follows from the payload's type. It is empty if the payload is for several events: set it with
    /// [`with_type`](Self::with_type).
    ///
    /// ```
    /// use serde::Deserialize;
    /// use webhook_runtime::{Event, Payload};
    ///
    /// # #[cfg(feature = "openai")] {
    /// #[derive(Deserialize, Payload)]
    /// #[payload(provider = webhook_runtime::openai::OpenAi, events("batch.failed"))]
    /// struct BatchId {
    ///     id: String,
    /// }
    ///
    /// let event = Event::new(BatchId { id: "batch_1".into() });
    /// assert_eq!(event.event_type, "batch.failed");
    /// # }
    /// ```
    pub fn new(data: T) -> Self {
        let event_type = match T::CARRIES.patterns {
            [only] if only.is_exact() => only.as_str(),
            _ => "",
        };
        Self {
            id: DeliveryId::new(""),
            event_type: EventType::known(event_type),
            created_at: None,
            data,
        }
    }

    /// Sets the id of the delivery.
    #[must_use]
    pub fn with_id(mut self, id: &str) -> Self {
        self.id = DeliveryId::new(id);
        self
    }

    /// Sets the event type.
    #[must_use]
    pub fn with_type(mut self, event_type: &str) -> Self {
        self.event_type = EventType::unknown(event_type);
        self
    }

    /// Sets the time at which the event happened.
    #[must_use]
    pub fn with_created_at(mut self, created_at: DateTime) -> Self {
        self.created_at = Some(created_at);
        self
    }
}

/// Reason why an authentic body could not be decoded. Contains no value from the body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The body is not UTF-8, so it is not JSON.
    #[error("the body is not JSON: it is not UTF-8")]
    NotUtf8,
    /// The body is not a JSON object, or is incomplete before the event type.
    #[error("the body is not a JSON object, or is incomplete")]
    NotJson,
    /// The event type is missing, empty, or not a string.
    #[error("the body has no event type at `/{}`", at.join("/"))]
    NoEventType {
        /// Path of the event type, as a list of keys.
        at: &'static [&'static str],
    },
    /// The sub-type, which selects the handler, occurs more than once.
    #[error("the body has more than one sub-type at `/{}`", at.join("/"))]
    RepeatedSubtype {
        /// Path of the sub-type, as a list of keys: from the payload if the catalog has the path, from the root if the
        /// scheme has it.
        at: &'static [&'static str],
    },
    /// The header of the event type is missing, empty, repeated, or not visible ASCII.
    #[error("expected exactly one event type in header `{header}`")]
    NoEventTypeHeader {
        /// Name of the header.
        header: &'static str,
    },
    /// The JSON does not match the payload's type.
    #[error("the body does not match the payload's type: {problem} (line {line}, column {column})")]
    Payload {
        /// Description of the mismatch.
        problem: String,
        /// Line in the body, counted from 1.
        line: usize,
        /// Column in the body, counted from 1.
        column: usize,
    },
}

impl DecodeError {
    /// Creates the error. Boxed, so that the payload and the error do not share memory in a `Result`, which would move
    /// the payload once more.
    #[cold]
    fn new(body: &str, error: &EnvelopeError) -> Box<Self> {
        let EnvelopeError { problem, from } = error;
        let before = body.get(..*from).unwrap_or_default();
        let on_line = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
        Box::new(Self::Payload {
            problem: without_values(problem),
            line: before.matches('\n').count() + problem.line().max(1),
            column: problem.column() + if problem.line() <= 1 { on_line } else { 0 },
        })
    }
}

/// Message for a view that borrows a string with escapes.
const BORROWED: &str = "a string with escapes cannot be borrowed as `&str`: change the field to `#[serde(borrow)] Cow<'a, str>` or `String`";

/// Returns the message of `serde_json`, without the values that it quotes from the body.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(text, _)| text);
    if !error.is_data() {
        return text.to_owned();
    }
    // `missing field` and `duplicate field` contain a key of the type, not of the body.
    if text.starts_with("missing field `") || text.starts_with("duplicate field `") {
        return text.to_owned();
    }
    if text.ends_with(", expected a borrowed string") && text.starts_with("invalid type: string ") {
        return BORROWED.to_owned();
    }
    for kind in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = text
            .strip_prefix(kind)
            .and_then(|rest| rest.rsplit_once(", expected "))
        {
            let found = found
                .split(['"', '`'])
                .next()
                .unwrap_or_default()
                .trim_end();
            return format!("{kind}{found}, expected {expected}");
        }
    }
    if text == envelope::REPEATED || text == envelope::OTHER_TYPE {
        return text.to_owned();
    }
    "a value does not match the type".to_owned()
}

/// Result of [`peek`]: the event type of a body, and the layout by which its payload is decoded.
pub(crate) struct Peeked<'b> {
    pub(crate) event_type: Cow<'b, str>,
    pub(crate) profile: &'static Profile,
    layout: &'static Layout,
    /// Prefix of the body, if the event type was found by reading it.
    prefix: Option<envelope::Prefix>,
}

/// Finds the event type, without parsing the body.
#[inline]
pub(crate) fn peek<'b, H: HeaderSource + ?Sized>(
    headers: &'b H,
    body: &'b [u8],
    profile: &'static Profile,
) -> Result<Peeked<'b>, DecodeError> {
    let peeked = |event_type, layout, prefix| Peeked {
        event_type,
        profile,
        layout,
        prefix,
    };
    if let Some(header) = profile.event_type_header {
        let event_type =
            text_of_header(headers, header).ok_or(DecodeError::NoEventTypeHeader { header })?;
        return Ok(peeked(Cow::Borrowed(event_type), &profile.layout, None));
    }
    if let Some((event_type, prefix)) = envelope::Prefix::read(body, &profile.layout)
        && !event_type.is_empty()
        && !(profile.replay_layout.is_some()
            && may_be_envelope(json::first_key_of(body, prefix.payload)))
    {
        let event_type = Cow::Borrowed(event_type);
        return Ok(peeked(event_type, &profile.layout, Some(prefix)));
    }
    let at = profile.layout.event_type;
    match json::text_at(body, at) {
        Ok(Some(event_type)) if !event_type.is_empty() => {
            let layout = match &profile.replay_layout {
                Some(replayed) if is_replayed(body, profile, replayed, &event_type) => replayed,
                _ => &profile.layout,
            };
            return Ok(peeked(event_type, layout, None));
        }
        Err(json::ScanError::Malformed) => return Err(DecodeError::NotJson),
        Ok(_) | Err(json::ScanError::NotText) => {}
    }
    if let Some(form) = &profile.flat_form
        && let Ok(Some(tag)) = json::text_at(body, form.layout.event_type)
        && let Some((_, event_type)) = form.events.iter().find(|(value, _)| *value == tag)
    {
        return Ok(peeked(Cow::Borrowed(event_type), &form.layout, None));
    }
    Err(DecodeError::NoEventType { at })
}

/// Returns the text of a header that occurs once and is visible ASCII.
#[inline(never)]
pub(crate) fn text_of_header<'h, H: HeaderSource + ?Sized>(
    headers: &'h H,
    name: &'static str,
) -> Option<&'h str> {
    // `Scheme::problem` has checked the names.
    let name = HeaderName::from_static(name);
    let mut values = headers.values(&name);
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let is_visible = !value.is_empty() && value.iter().all(u8::is_ascii_graphic);
    is_visible.then_some(std::str::from_utf8(value).ok()?)
}

/// Returns the sub-type at path `at` within the object at path `object`.
///
/// A repeated sub-type is an error: a decoder could read the last one, and this search reads the first.
pub(crate) fn subtype_in_body<'b>(
    body: &'b [u8],
    object: &'static [&'static str],
    at: &'static [&'static str],
) -> Result<Option<Cow<'b, str>>, DecodeError> {
    let path = object.iter().chain(at);
    let found = json::text_at(body, path.clone()).ok().flatten();
    if found.is_some() && !json::is_unique(body, path) {
        return Err(DecodeError::RepeatedSubtype { at });
    }
    Ok(found)
}

/// Returns the string at a path in the body.
pub(crate) fn text_in_body<'b>(
    body: &'b [u8],
    path: &'static [&'static str],
) -> Option<Cow<'b, str>> {
    json::text_at(body, path).ok().flatten()
}

impl Peeked<'_> {
    /// Returns the sub-type at a path within the payload.
    pub(crate) fn subtype_in_payload<'b>(
        &self,
        body: &'b [u8],
        at: &'static [&'static str],
    ) -> Result<Option<Cow<'b, str>>, DecodeError> {
        subtype_in_body(body, self.layout.payload, at)
    }

    /// Decodes the payload into its type and checks the rest of the envelope, in one pass.
    #[inline]
    pub(crate) fn decode<'b, T: Decode<'b>>(
        &self,
        body: &'b [u8],
        created_at: &mut Option<DateTime>,
    ) -> Result<T, Box<DecodeError>> {
        let body = text(body)?;
        let event_type: &str = &self.event_type;
        let prefix = self.prefix.as_ref();
        envelope::decode(
            body,
            self.layout,
            event_type,
            prefix,
            created_at,
            |payload| T::decode(event_type, payload),
        )
        .map_err(|error| DecodeError::new(body, &error))
    }

    /// Checks a body from which no argument is decoded, so that broken JSON and a second event type are rejected as for
    /// any other handler.
    pub(crate) fn check(&self, body: &[u8]) -> Result<(), Box<DecodeError>> {
        let body = text(body)?;
        envelope::check(body, self.layout, &self.event_type)
            .map_err(|error| DecodeError::new(body, &error))
    }
}

/// Checks that the body is UTF-8, once. This is faster than a check of each string by the parser.
#[inline]
fn text(body: &[u8]) -> Result<&str, Box<DecodeError>> {
    std::str::from_utf8(body).map_err(|_| Box::new(DecodeError::NotUtf8))
}

/// Returns whether a payload can be a nested envelope, by its first key.
///
/// An envelope has only these keys, which excludes most payloads.
const fn may_be_envelope(first_key: Option<&[u8]>) -> bool {
    matches!(first_key, Some(b"type" | b"timestamp" | b"data"))
}

/// Returns whether the payload is an envelope of the same event.
fn is_replayed(body: &[u8], profile: &Profile, replayed: &Layout, event_type: &str) -> bool {
    may_be_envelope(json::first_key(body, profile.layout.payload))
        && json::text_at(body, &["data", "type"])
            .is_ok_and(|inner| inner.is_some_and(|inner| inner == event_type))
        && json::first_key(body, replayed.payload).is_some()
}

/// Decodes a body into the enum of all events of a provider.
pub(crate) fn decode_any<P: Provider, H: HeaderSource + ?Sized>(
    headers: &H,
    body: &[u8],
) -> Result<Event<P::Catalog>, DecodeError>
where
    P::Catalog: for<'de> Decode<'de>,
{
    let peeked = peek(headers, body, const { &P::PROFILE })?;
    let mut created_at = None;
    let data = peeked
        .decode::<P::Catalog>(body, &mut created_at)
        .map_err(|error| *error)?;
    Ok(Event {
        id: DeliveryId::new(""),
        event_type: event_type_of::<P::Catalog>(&peeked.event_type),
        created_at,
        data,
    })
}

/// Returns the catalog's string of a known event type, which needs no allocation.
fn event_type_of<C: Catalog>(event_type: &str) -> EventType {
    match C::index_of(event_type).and_then(|index| C::INFO.events().get(index)) {
        Some(event) => EventType::known(event.name()),
        None => EventType::unknown(event_type),
    }
}
