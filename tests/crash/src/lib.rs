//! What the sender and the processes of the crash test both know: a provider, and where effects stand.

use serde::{Deserialize, Serialize};
use webhook_runtime::{EventCatalog, Profile, Provider, UnknownEvent};

/// The provider.
#[derive(Debug)]
#[allow(clippy::exhaustive_structs, reason = "a name")]
pub struct Crash;

impl Provider for Crash {
    type Catalog = CrashEvent;
    const PROFILE: Profile = Profile::standard_webhooks("crash");
}

/// Its events.
#[derive(Debug, EventCatalog)]
#[catalog(provider = Crash)]
#[allow(clippy::exhaustive_enums, reason = "of this test alone")]
pub enum CrashEvent {
    /// Has an effect in the transaction of its row.
    #[event("job.exact")]
    Exact(Job),
    /// Has one elsewhere.
    #[event("job.loose")]
    Loose(Job),
    /// Has one in the transaction, after those that arrived before it with the same key.
    #[event("job.ordered")]
    Ordered(Job),
    /// Never succeeds.
    #[event("job.poisoned")]
    Poisoned(Job),
    /// There is no other.
    #[event(unknown)]
    Unknown(UnknownEvent),
}

/// The payload of all of them.
#[derive(Debug, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "of this test alone")]
pub struct Job {
    /// Which delivery it is.
    pub number: i64,
    /// What it is in order with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// So that bodies differ in size.
    pub padding: String,
}

/// The tables of the effects, in PostgreSQL and in SQLite. Nothing in them is unique, so that what happens twice is there
/// twice.
///
/// `effects` is written in the transaction of the row: `place` is how many there were of that key before. `loose` is not.
pub const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS effects (delivery_id text NOT NULL, number bigint NOT NULL, key text, place bigint);
    CREATE INDEX IF NOT EXISTS effects_key ON effects (key);
    CREATE TABLE IF NOT EXISTS loose (delivery_id text NOT NULL, number bigint NOT NULL);";

/// Beside a file of SQLite: what is done outside of its transactions, a line for each time.
pub const LOOSE: &str = "loose.txt";
