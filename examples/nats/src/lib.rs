//! Deliveries through NATS JetStream, for those who run it already: a receiver gives each verified delivery to a stream
//! and answers with 200 once the stream has it; workers take them out and call the handlers.
//!
//! ```text
//! nats-server -js
//! OPENAI_WEBHOOK_SECRET=whsec_… PORT=8080 cargo run -p webhook-nats --bin receive
//! OPENAI_WEBHOOK_SECRET=whsec_… cargo run -p webhook-nats --bin work
//! ```
//!
//! [`JetStream`] is the queue, an implementation of [`DeliveryQueue`](webhook_runtime::queue::DeliveryQueue). [`Worker`] is the other end.
//! Start as many of both programs as you like.
//!
//! # What is promised
//! - A delivery that is answered with 200 is in the stream. NATS away, slow or full is a 503, and the sender comes again.
//! - It leaves the stream when its handler is done, or as a dead letter in the stream `<name>-dead`; never by age.
//! - A dead letter is the message as it was. Published on its old subject, without `Nats-Msg-Id`, it is handled again.
//! - A delivery is handled **at least once**: a worker that dies or loses NATS between a handler's effect and its
//!   acknowledgement leaves a message that comes again. Hand the [`DeliveryId`](webhook_runtime::DeliveryId) on to what
//!   the handler calls, where that can tell.
//! - A delivery that is sent again is still one message, within [`WINDOW`]; see there for what that costs, and for what is
//!   handled twice.
//! - There is no order: `ordered_by` is the inboxes' alone.
//!
//! # What NATS promises
//! The acknowledgement means that the server has written the message to its file, not that the disk has it: a server
//! syncs every two minutes unless it is told otherwise. It outlives a `kill -9` of the server, not a power failure. Where
//! that is too little, run three servers and `nats stream edit webhooks --replicas 3`, or a server from 2.10 on with
//! `jetstream { sync_interval: always }`. What you change of a stream stays so; the programs only refuse one that keeps
//! less than they need.

mod app;
mod attempt;
mod environment;
mod jet_stream;
mod stop;
mod subject;
mod worker;

pub use self::app::{App, endpoint};
pub use self::environment::{log, variable};
pub use self::jet_stream::{JetStream, WINDOW};
pub use self::stop::Stop;
pub use self::worker::Worker;
