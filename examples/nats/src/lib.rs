//! Deliveries through NATS JetStream: a receiver forwards each verified delivery to a stream and answers with 200 once the
//! stream has stored it. Workers receive messages from the stream and call the handlers.
//!
//! ```text
//! nats-server -js
//! OPENAI_WEBHOOK_SECRET=whsec_… PORT=8080 cargo run -p webhook-nats --bin receive
//! OPENAI_WEBHOOK_SECRET=whsec_… cargo run -p webhook-nats --bin work
//! ```
//!
//! [`JetStream`] is the queue, an implementation of [`DeliveryQueue`](webhook_runtime::queue::DeliveryQueue). [`Worker`]
//! handles its messages. Any number of processes of both programs may run.
//!
//! # Guarantees
//! - A delivery that was answered with 200 is in the stream. While NATS is unreachable, slow or full, the answer is 503, and
//!   the sender redelivers.
//! - A message leaves the stream when its handler is done, or as a dead letter in the stream `<name>-dead`; never by age.
//! - A dead letter is an unchanged message. Published to its original subject without `Nats-Msg-Id`, it is handled again.
//! - A delivery is handled **at least once**: if a worker crashes or loses NATS between a handler's effect and the
//!   acknowledgement, the message is redelivered. Pass the [`DeliveryId`](webhook_runtime::DeliveryId) downstream as an
//!   idempotency key.
//! - Redeliveries within [`DUPLICATE_WINDOW`] are one message; see there for the cost and the exceptions.
//! - Order is not preserved: `ordered_by` needs an inbox.
//!
//! # Durability of NATS
//! The acknowledgement means that the server has written the message to its file, not that the file is on disk: by default,
//! a server syncs every two minutes. A message survives a crash of the server process, but not a power failure. For that, run
//! three servers and `nats stream edit webhooks --replicas 3`, or nats-server 2.10 or later with `jetstream { sync_interval:
//! always }`. The programs keep changed settings of a stream, and reject settings that lose messages.

mod app;
mod attempt;
mod environment;
mod jet_stream;
mod stop;
mod subject;
mod worker;

pub use self::app::{App, endpoint};
pub use self::environment::{log, variable};
pub use self::jet_stream::{DUPLICATE_WINDOW, JetStream};
pub use self::stop::Stop;
pub use self::worker::Worker;
