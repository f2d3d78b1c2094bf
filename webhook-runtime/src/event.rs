//! A verified event: its type, found in the envelope, and its payload, decoded once.

use std::borrow::Cow;
use std::fmt;

use crate::catalog::Catalog;
use http::HeaderName;

use crate::delivery::{DeliveryId, HeaderSource};
use crate::envelope::{self, EnvelopeError, Layout, scan};
use crate::payload::{DateTime, Decode, Payload};
use crate::provider::{Profile, Provider};

/// An event with its payload: what a handler takes.
///
/// In a test, make one with [`Event::new`] and call the handler with it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<T> {
    /// The sender's id of the delivery: the same on every retry. Empty in an event that a test made.
    pub id: DeliveryId,
    /// The type of the event: `session.status_idled`.
    pub event_type: EventType,
    /// When the event happened, as the body says it. Deliveries come in no order; this tells it.
    pub created_at: Option<DateTime>,
    /// The payload.
    pub data: T,
}

impl<T: Payload> Event<T> {
    /// An event as a test hands it to a handler.
    ///
    /// Its type is the one that the payload is for; a payload for several events takes
    /// [`with_type`](Self::with_type).
    ///
    /// ```
    /// # #[cfg(feature = "openai")] {
    /// use webhook_runtime::Event;
    /// use webhook_runtime::openai::BatchFailed;
    ///
    /// let event = Event::new(BatchFailed { id: "batch_1".into() });
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

    /// The same event with this delivery id.
    #[must_use]
    pub fn with_id(mut self, id: &str) -> Self {
        self.id = DeliveryId::new(id);
        self
    }

    /// The same event with this type.
    #[must_use]
    pub fn with_type(mut self, event_type: &str) -> Self {
        self.event_type = EventType::unknown(event_type);
        self
    }

    /// The same event with the time at which it happened.
    #[must_use]
    pub fn with_created_at(mut self, created_at: DateTime) -> Self {
        self.created_at = Some(created_at);
        self
    }
}

/// The type of an event, such as `session.status_idled`. An open set: providers add to it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventType(Cow<'static, str>);

impl EventType {
    pub(crate) const fn known(event_type: &'static str) -> Self {
        Self(Cow::Borrowed(event_type))
    }

    pub(crate) fn unknown(event_type: &str) -> Self {
        Self(Cow::Owned(event_type.to_owned()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl PartialEq<str> for EventType {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for EventType {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// The id that the body gives the event, as an argument of a handler: `evt_…` at OpenAI.
///
/// Where the body has none, it is the delivery's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventId(pub(crate) DeliveryId);

impl EventId {
    /// An id by its text.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(DeliveryId::new(id))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Why an authentic body could not be decoded. Holds no value from the body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The body is not UTF-8, so it is no JSON.
    #[error("the body is not UTF-8")]
    NotUtf8,
    /// The body is no JSON object, or is cut off before the event type.
    #[error("the body is no JSON object, or it breaks off")]
    NotJson,
    /// The event type is missing or empty, or is no text.
    #[error("the body has no event type at `/{}`", at.join("/"))]
    NoEventType {
        /// The keys on the way to where it was looked for.
        at: &'static [&'static str],
    },
    /// The sub-type, by which the handler was chosen, is there more than once.
    #[error("the body has more than one sub-type at `/{}`", at.join("/"))]
    RepeatedSubtype {
        /// The keys on the way to it; from the payload on, if the catalog says where it stands.
        at: &'static [&'static str],
    },
    /// The header that names the event is missing or empty, there more than once, or no visible ASCII.
    #[error("the header `{header}` names no event type")]
    NoEventTypeHeader {
        /// Its name.
        header: &'static str,
    },
    /// The JSON does not fit the payload's type.
    #[error("the body does not fit the payload's type: {problem} (line {line}, column {column})")]
    Payload {
        /// What does not fit.
        problem: String,
        /// The line in the body, from 1.
        line: usize,
        /// The column in the body, from 1.
        column: usize,
    },
}

impl DecodeError {
    /// In a box, so that what is decoded and what is wrong do not share their place in memory: what comes out of a
    /// parser would be moved once more.
    #[cold]
    fn new(body: &str, misfit: &EnvelopeError) -> Box<Self> {
        let EnvelopeError { problem, from } = misfit;
        let before = body.get(..*from).unwrap_or_default();
        let on_line = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
        Box::new(Self::Payload {
            problem: without_values(problem),
            line: before.matches('\n').count() + problem.line().max(1),
            column: problem.column() + if problem.line() <= 1 { on_line } else { 0 },
        })
    }
}

/// What is said if a view borrows what does not stand in the body as it is.
const BORROWED: &str = "a text with escapes cannot be borrowed as `&str`: make the field `#[serde(borrow)] Cow<'a, str>`, or `String`";

/// What `serde_json` says, less the values that it quotes from the body.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(text, _)| text);
    if !error.is_data() {
        return text.to_owned();
    }
    // `missing field` and `duplicate field` name a key of the type, not of the body.
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
    "a value is not what the type takes".to_owned()
}

/// What a body says before its payload is decoded.
pub(crate) struct Peeked<'b> {
    pub(crate) event_type: Cow<'b, str>,
    pub(crate) profile: &'static Profile,
    /// Where things stand in it.
    layout: &'static Layout,
    /// What has been read of it, if all up to the payload.
    front: Option<envelope::Front>,
}

/// Finds the event type, and parses nothing.
#[inline]
pub(crate) fn peek<'b, H: HeaderSource + ?Sized>(
    headers: &'b H,
    body: &'b [u8],
    profile: &'static Profile,
) -> Result<Peeked<'b>, DecodeError> {
    let peeked = |event_type, layout, front| Peeked {
        event_type,
        profile,
        layout,
        front,
    };
    if let Some(header) = profile.event_type_header {
        let event_type =
            text_of_header(headers, header).ok_or(DecodeError::NoEventTypeHeader { header })?;
        return Ok(peeked(Cow::Borrowed(event_type), &profile.layout, None));
    }
    if let Some((event_type, front)) = envelope::Front::of(body, &profile.layout)
        && !event_type.is_empty()
        && !(profile.replayed.is_some() && may_be_replayed(scan::first_key_of(body, front.payload)))
    {
        let event_type = Cow::Borrowed(event_type);
        return Ok(peeked(event_type, &profile.layout, Some(front)));
    }
    let at = profile.layout.event_type;
    match scan::text_at(body, at) {
        Ok(Some(event_type)) if !event_type.is_empty() => {
            let layout = match &profile.replayed {
                Some(replayed) if is_replayed(body, profile, replayed, &event_type) => replayed,
                _ => &profile.layout,
            };
            return Ok(peeked(event_type, layout, None));
        }
        Err(scan::ScanError::Malformed) => return Err(DecodeError::NotJson),
        Ok(_) | Err(scan::ScanError::NotText) => {}
    }
    if let Some(bare) = &profile.bare
        && let Ok(Some(tag)) = scan::text_at(body, bare.layout.event_type)
        && let Some((_, event_type)) = bare.events.iter().find(|(value, _)| *value == tag)
    {
        return Ok(peeked(Cow::Borrowed(event_type), &bare.layout, None));
    }
    Err(DecodeError::NoEventType { at })
}

/// The visible ASCII of a header that is there once.
#[inline(never)]
pub(crate) fn text_of_header<'h, H: HeaderSource + ?Sized>(
    headers: &'h H,
    name: &'static str,
) -> Option<&'h str> {
    // The profile's names have been looked at when it was made.
    let name = HeaderName::from_static(name);
    let mut values = headers.values(&name);
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let is_visible = !value.is_empty() && value.iter().all(u8::is_ascii_graphic);
    is_visible.then_some(std::str::from_utf8(value).ok()?)
}

/// The sub-type at a place in the body. It is there once: who decodes the body may see the last one.
pub(crate) fn subtype_in_body<'b>(
    body: &'b [u8],
    object: &'static [&'static str],
    at: &'static [&'static str],
) -> Result<Option<Cow<'b, str>>, DecodeError> {
    let path = object.iter().chain(at);
    let found = scan::text_at(body, path.clone()).ok().flatten();
    if found.is_some() && !scan::is_only(body, path) {
        return Err(DecodeError::RepeatedSubtype { at });
    }
    Ok(found)
}

/// The text at a place in the body.
pub(crate) fn text_in_body<'b>(
    body: &'b [u8],
    path: &'static [&'static str],
) -> Option<Cow<'b, str>> {
    scan::text_at(body, path).ok().flatten()
}

impl Peeked<'_> {
    /// The sub-type at a place inside the payload.
    pub(crate) fn subtype_in_payload<'b>(
        &self,
        body: &'b [u8],
        at: &'static [&'static str],
    ) -> Result<Option<Cow<'b, str>>, DecodeError> {
        subtype_in_body(body, self.layout.payload, at)
    }

    /// Decodes the payload into its type, and the rest of the envelope with it, in one pass.
    #[inline]
    pub(crate) fn decode<'b, T: Decode<'b>>(
        &self,
        body: &'b [u8],
        created_at: &mut Option<DateTime>,
    ) -> Result<T, Box<DecodeError>> {
        let body = text(body)?;
        let front = self.front.as_ref();
        envelope::decode(body, self.layout, &self.event_type, front, created_at)
            .map_err(|misfit| DecodeError::new(body, &misfit))
    }

    /// Reads a body of which no argument is decoded, so that it is refused like any other if it is broken or has
    /// two event types.
    pub(crate) fn check(&self, body: &[u8]) -> Result<(), Box<DecodeError>> {
        let body = text(body)?;
        envelope::check(body, self.layout, &self.event_type)
            .map_err(|misfit| DecodeError::new(body, &misfit))
    }
}

/// Checking once and parsing a `str` is faster than letting the parser check each string.
#[inline]
fn text(body: &[u8]) -> Result<&str, Box<DecodeError>> {
    std::str::from_utf8(body).map_err(|_| Box::new(DecodeError::NotUtf8))
}

/// Whether a payload may be again an envelope, by its first key. An envelope has no others than these, so that tells
/// most payloads from it.
const fn may_be_replayed(first_key: Option<&[u8]>) -> bool {
    matches!(first_key, Some(b"type" | b"timestamp" | b"data"))
}

/// Whether the payload is again an envelope of the same event.
fn is_replayed(body: &[u8], profile: &Profile, replayed: &Layout, event_type: &str) -> bool {
    may_be_replayed(scan::first_key(body, profile.layout.payload))
        && scan::text_at(body, &["data", "type"])
            .is_ok_and(|inner| inner.is_some_and(|inner| inner == event_type))
        && scan::first_key(body, replayed.payload).is_some()
}

/// Decodes a body into the enum of all events.
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

/// The event type as the catalog keeps it, so that a known one costs no copy.
fn event_type_of<C: Catalog>(event_type: &str) -> EventType {
    match C::index_of(event_type).and_then(|index| C::INFO.events().get(index)) {
        Some(event) => EventType::known(event.name()),
        None => EventType::unknown(event_type),
    }
}
