//! The queue: its streams, and the way into them.

use std::fmt;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{Context, Message};
use async_nats::{Client, ConnectOptions};
use webhook_runtime::{BoxError, async_trait, inbox::StoredDelivery, queue::DeliveryQueue};

use crate::subject;

/// For how long the server knows the ids of messages, and drops those that come again: as long as OpenAI sends a
/// delivery again, and an hour.
///
/// **What it costs**: the server has each id of that time in memory, some 240 bytes and the id itself (nats-server
/// 2.9): 73 hours of one delivery a second are 75 MB. A server that starts reads them from the messages in its file.
///
/// **What is handled twice**: a delivery that is sent again after the window; and one that had been handled before the
/// server was restarted, since its message has left the file by then. And one that is sent again from the
/// provider's console within the window **is not handled at all**: a dead letter is not brought back in that way.
pub const WINDOW: Duration = Duration::from_secs(73 * 60 * 60);

/// For an acknowledgement of the server: less than an endpoint gives its queue, which is 5 seconds.
const DEADLINE: Duration = Duration::from_secs(3);

/// What a message may hold beside the body: headers, in base64.
const BESIDE_THE_BODY: usize = 64 << 10;

/// The streams `<name>`, with a subject for each event type, and `<name>-dead`.
#[derive(Clone)]
pub struct JetStream {
    pub(crate) name: String,
    client: Client,
    pub(crate) context: Context,
    pub(crate) stream: Stream,
}

impl JetStream {
    /// Connects, and makes the streams if there are none. Connects again by itself whenever NATS has been away.
    ///
    /// The name is that of a stream: without white space, `.`, `*`, `>`, `/` and `\`.
    ///
    /// # Errors
    /// If NATS is away or without JetStream, or a stream of this name keeps less than it must.
    pub async fn connect(url: &str, name: &str) -> Result<Self, BoxError> {
        let client = ConnectOptions::new()
            .name(name)
            .connection_timeout(DEADLINE)
            // A server that hangs is noticed after two of them.
            .ping_interval(Duration::from_secs(10))
            .event_callback(|event| async move { tracing::warn!("NATS: {event}") })
            .connect(url)
            .await
            .map_err(|error| format!("no NATS: {error}"))?;
        let context = ContextBuilder::new()
            .timeout(DEADLINE)
            .build(client.clone());
        let work = Config {
            name: name.to_owned(),
            subjects: vec![format!("{name}.>")],
            // What is handled goes; what is not stays, however old it is.
            retention: RetentionPolicy::WorkQueue,
            storage: StorageType::File,
            duplicate_window: WINDOW,
            // A full stream refuses, and the sender is told.
            discard: DiscardPolicy::New,
            ..Config::default()
        };
        let dead = Config {
            name: dead(name),
            subjects: vec![format!("{}.>", dead(name))],
            retention: RetentionPolicy::Limits,
            ..work.clone()
        };
        let stream = make(&context, work).await?;
        make(&context, dead).await?;
        Ok(Self {
            name: name.to_owned(),
            client,
            context,
            stream,
        })
    }

    /// The largest body whose message the server takes: for
    /// [`body_limit`](webhook_runtime::EndpointBuilder::body_limit), so that nothing is verified that can never be handed
    /// over. With the server's `max_payload` of 1 MiB, some 720 KB.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        // In base64.
        self.client.max_payload().saturating_sub(BESIDE_THE_BODY) / 4 * 3
    }

    /// Lays a message down among the dead: as it was, and why.
    pub(crate) async fn bury(&self, message: &Message, why: &str) -> Result<(), BoxError> {
        let rest = message.subject.strip_prefix(self.name.as_str());
        let subject = dead(&self.name) + rest.unwrap_or(".unknown");
        let sequence = message.info()?.stream_sequence;
        let letter = PublishMessage::build()
            .message_id(sequence.to_string())
            .header("Webhook-Died-Of", why)
            .payload(message.payload.clone());
        self.publish(subject, letter).await
    }

    /// Waits until the server has it.
    async fn publish(&self, subject: String, message: PublishMessage) -> Result<(), BoxError> {
        // The client would keep it until the server is back, long after its sender was told to come again.
        if self.client.connection_state() != State::Connected {
            return Err("not connected to NATS".into());
        }
        self.context.send_publish(subject, message).await?.await?;
        Ok(())
    }
}

impl fmt::Debug for JetStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStream")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl DeliveryQueue for JetStream {
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<(), BoxError> {
        let message = PublishMessage::build()
            .message_id(subject::message_id(&delivery.key))
            .expected_stream(&self.name)
            .payload(delivery.to_bytes().into());
        self.publish(subject::of(&self.name, delivery), message)
            .await
    }
}

fn dead(name: &str) -> String {
    format!("{name}-dead")
}

/// The stream of this name, made if there is none.
async fn make(context: &Context, wanted: Config) -> Result<Stream, BoxError> {
    let name = wanted.name.clone();
    let (window, retention) = (wanted.duplicate_window, wanted.retention);
    let stream = context
        .get_or_create_stream(wanted)
        .await
        .map_err(|error| format!("stream {name}: {error}"))?;
    let there = &stream.cached_info().config;
    let problem = if there.storage != StorageType::File {
        "does not keep its messages in a file"
    } else if there.retention != retention {
        "has another retention than this program needs"
    } else if there.duplicate_window < window {
        "forgets ids of messages while senders may still come again"
    } else if there.discard != DiscardPolicy::New || !there.max_age.is_zero() {
        "drops old messages, handled or not"
    } else {
        return Ok(stream);
    };
    Err(format!(
        "the stream {name} is there, but {problem}: change it, or give NATS_STREAM another name"
    )
    .into())
}
