//! The queue: its streams, and publishing to them.

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

/// Time for which the server remembers message ids and drops duplicates: OpenAI's redelivery window and an hour.
///
/// **Cost**: the server keeps each id of that time in memory, some 240 bytes and the id itself (nats-server 2.9): 75 MB for
/// 73 hours of one delivery a second. After a restart, it reads the ids from the messages in its file.
///
/// **Handled twice**: a delivery that is redelivered after the window, or after a restart of the server if its message was
/// already handled and removed.
///
/// **Not handled**: a delivery that is resent from the provider's console within the window. A dead letter cannot be
/// replayed in that way.
pub const DUPLICATE_WINDOW: Duration = Duration::from_secs(73 * 60 * 60);

/// Time limit of an acknowledgement of the server. Shorter than the 5 seconds that an endpoint waits for its queue.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Maximum size of a message without its body: headers in base64, and the facts of the delivery. In bytes.
const ENVELOPE_SIZE: usize = 64 << 10;

/// Queue in NATS JetStream: the stream `<name>` with a subject for each event type, and the stream `<name>-dead`.
#[derive(Clone)]
pub struct JetStream {
    pub(crate) name: String,
    client: Client,
    pub(crate) context: Context,
    pub(crate) stream: Stream,
}

impl JetStream {
    /// Connects, and creates the streams if they do not exist. Reconnects after an outage.
    ///
    /// The name must not contain white space, `.`, `*`, `>`, `/` and `\`.
    ///
    /// # Errors
    /// If NATS is unreachable or has no JetStream, or a stream of this name has settings that lose messages.
    pub async fn connect(url: &str, name: &str) -> Result<Self, BoxError> {
        let client = ConnectOptions::new()
            .name(name)
            .connection_timeout(TIMEOUT)
            // Two missed pings reveal a server that hangs.
            .ping_interval(Duration::from_secs(10))
            .event_callback(|event| async move { tracing::warn!("NATS: {event}") })
            .connect(url)
            .await
            .map_err(|error| format!("cannot connect to NATS: {error}"))?;
        let context = ContextBuilder::new().timeout(TIMEOUT).build(client.clone());
        let work = Config {
            name: name.to_owned(),
            subjects: vec![format!("{name}.>")],
            // Handled messages are removed; others stay, however old they are.
            retention: RetentionPolicy::WorkQueue,
            storage: StorageType::File,
            duplicate_window: DUPLICATE_WINDOW,
            // A full stream rejects new messages, and the sender is answered with 503.
            discard: DiscardPolicy::New,
            ..Config::default()
        };
        let dead_letters_config = Config {
            name: dead_letters(name),
            subjects: vec![format!("{}.>", dead_letters(name))],
            retention: RetentionPolicy::Limits,
            ..work.clone()
        };
        let stream = open_stream(&context, work).await?;
        open_stream(&context, dead_letters_config).await?;
        Ok(Self {
            name: name.to_owned(),
            client,
            context,
            stream,
        })
    }

    /// Maximum body size in bytes whose message the server accepts, for
    /// [`body_limit`](webhook_runtime::EndpointBuilder::body_limit): larger deliveries are rejected before verification. Some
    /// 720 KB with the server's default `max_payload` of 1 MiB.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        // Base64 is a third longer than the body.
        self.client.max_payload().saturating_sub(ENVELOPE_SIZE) / 4 * 3
    }

    /// Copies a message to the dead letters, unchanged, with the reason in a header.
    pub(crate) async fn publish_dead_letter(
        &self,
        message: &Message,
        reason: &str,
    ) -> Result<(), BoxError> {
        let suffix = message.subject.strip_prefix(self.name.as_str());
        let subject = dead_letters(&self.name) + suffix.unwrap_or(".unknown");
        let sequence = message.info()?.stream_sequence;
        let letter = PublishMessage::build()
            .message_id(sequence.to_string())
            .header("Webhook-Failure-Reason", reason)
            .payload(message.payload.clone());
        self.publish(subject, letter).await
    }

    /// Publishes a message and waits for the server's acknowledgement.
    async fn publish(&self, subject: String, message: PublishMessage) -> Result<(), BoxError> {
        // While it is disconnected, the client buffers messages and would publish them long after the sender was answered
        // with 503.
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

fn dead_letters(name: &str) -> String {
    format!("{name}-dead")
}

/// Opens a stream, or creates it. Rejects an existing stream whose settings lose messages.
async fn open_stream(context: &Context, wanted: Config) -> Result<Stream, BoxError> {
    let name = wanted.name.clone();
    let (window, retention) = (wanted.duplicate_window, wanted.retention);
    let stream = context
        .get_or_create_stream(wanted)
        .await
        .map_err(|error| format!("stream {name}: {error}"))?;
    let found = &stream.cached_info().config;
    let problem = if found.storage != StorageType::File {
        "it does not store messages in a file"
    } else if found.retention != retention {
        "its retention policy is another one"
    } else if found.duplicate_window < window {
        "its duplicate window is shorter than the redelivery window of senders"
    } else if found.discard != DiscardPolicy::New || !found.max_age.is_zero() {
        "it drops old messages, handled or not"
    } else {
        return Ok(stream);
    };
    Err(format!(
        "unsuitable stream {name}: {problem}; change the stream, or set NATS_STREAM to another name"
    )
    .into())
}
