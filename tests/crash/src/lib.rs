//! Definitions that the sender and the processes of the crash test share: a provider, and the tables of effects.

use serde::{Deserialize, Serialize};
use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};

/// The provider of the test.
#[derive(Debug)]
#[allow(clippy::exhaustive_structs, reason = "a marker type")]
pub struct Crash;

impl Provider for Crash {
    type Catalog = CrashEvent;
    const PROFILE: Profile = Profile::standard_webhooks("crash");
}

/// Events of the provider.
#[derive(Debug, EventCatalog)]
#[catalog(provider = Crash)]
#[allow(clippy::exhaustive_enums, reason = "used by this test only")]
pub enum CrashEvent {
    /// Its handler has an effect in the transaction of its row.
    #[event("job.exact")]
    Exact(Job),
    /// Its handler has an effect outside of the transaction.
    #[event("job.external")]
    External(Job),
    /// Its handler has an effect in the transaction, after those of earlier deliveries with the same key.
    #[event("job.ordered")]
    Ordered(Job),
    /// Its handler always fails.
    #[event("job.poisoned")]
    Poisoned(Job),
    /// Not used.
    #[event(unknown)]
    Unknown(UnknownEvent),
}

/// Payload of all events.
#[derive(Debug, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "used by this test only")]
pub struct Job {
    /// Number of the delivery.
    pub number: i64,
    /// Ordering key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Filler, so that bodies differ in size.
    pub padding: String,
}

/// Tables of effects, in PostgreSQL and in SQLite. They have no unique constraint, so that an effect that happens twice is
/// found twice.
///
/// `effects` is written in the transaction of the row; `position` is the number of earlier effects with the same key.
/// `external_effects` is written outside of the transaction.
pub const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS effects (delivery_id text NOT NULL, number bigint NOT NULL, key text, position bigint);
    CREATE INDEX IF NOT EXISTS effects_key ON effects (key);
    CREATE TABLE IF NOT EXISTS external_effects (delivery_id text NOT NULL, number bigint NOT NULL);";

/// Name of the file beside a SQLite database that contains external effects, one in a line.
pub const EXTERNAL_EFFECTS: &str = "external_effects.txt";
