//! Names that most programs need, for a glob import.
//!
//! It contains the attribute `#[on(…)]`, the derives, the endpoint, and the arguments that handlers take. It contains no
//! module, so that a glob import hides no crate of the program. Prefer it to `use webhook_runtime::*`: with the feature
//! `redis`, that imports a module `redis`, which hides the crate of the same name.
//!
//! ```
//! # #[cfg(feature = "openai")] {
//! use webhook_runtime::openai::{BatchCompleted, OpenAi};
//! use webhook_runtime::prelude::*;
//!
//! #[on("batch.completed")]
//! async fn completed(event: Event<BatchCompleted>, id: DeliveryId) -> Result<(), BoxError> {
//!     println!("{id}: {}", event.data.id);
//!     Ok(())
//! }
//!
//! #[derive(WebhookRouter)]
//! #[webhook(provider = OpenAi, handlers(completed))]
//! struct App;
//!
//! # fn program() -> Result<(), BoxError> {
//! let endpoint = Endpoint::builder(App).secret(Secret::from_env("OPENAI_WEBHOOK_SECRET")?).build()?;
//! # drop(endpoint);
//! # Ok(())
//! # }
//! # }
//! ```

pub use crate::delivery::{DeliveryId, EventId, EventType, Headers, RawBody, Timestamp};
pub use crate::endpoint::Endpoint;
pub use crate::event::Event;
pub use crate::outcome::{BoxError, Outcome};
pub use crate::payload::Payload;
pub use crate::secret::Secret;
pub use crate::tenant::Tenant;
pub use webhook_macros::{EventCatalog, Payload, WebhookRouter, on};
