//! The schema: its name, its versions, and how a database comes to have it.

use super::connection::{Connection, Database};
use super::error::PostgresError;

/// What leads from each version to the next.
const VERSIONS: [&str; 1] = [include_str!("schema/1.sql")];

/// Identifiers have 63 bytes; the channel for news is named after the schema.
const LONGEST_NAME: usize = 50;

/// The name of a schema.
pub(super) struct Schema {
    name: String,
    quoted: String,
}

impl Schema {
    pub(super) fn new(name: &str) -> Result<Self, PostgresError> {
        if name.is_empty() || name.len() > LONGEST_NAME || name.contains('\0') {
            return Err(PostgresError::SchemaName(name.to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            quoted: format!("\"{}\"", name.replace('"', "\"\"")),
        })
    }

    /// A text in which `{schema}` stands for it.
    pub(super) fn sql(&self, text: &str) -> String {
        text.replace("{schema}", &self.quoted)
    }

    /// Where news of it are told.
    pub(super) fn channel(&self) -> String {
        format!("{}.inbox", self.name)
    }

    /// The same, as an identifier.
    pub(super) fn quoted_channel(&self) -> String {
        format!("\"{}\"", self.channel().replace('"', "\"\""))
    }
}

/// Brings the schema to the newest version.
pub(super) async fn migrate(database: &Database) -> Result<(), PostgresError> {
    let schema = &database.schema;
    database
        .patiently(async |connection| {
            let encoding = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()";
            let row = connection.query_one(encoding, &[]).await?;
            match row.try_get::<_, &str>(0)? {
                "UTF8" => {}
                other => return Err(PostgresError::Encoding(other.to_owned())),
            }
            // Most processes find all there, and need no rights to change it.
            if version(connection, schema).await? == VERSIONS.len() {
                return Ok(());
            }
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended('webhook-runtime schema ' || $1, 0))";
            connection.execute(lock, &[&schema.name]).await?;
            let found = version(connection, schema).await?;
            if found == 0 {
                let exists = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)";
                let exists = connection.query_one(exists, &[&schema.name]).await?;
                if !exists.try_get::<_, bool>(0)? {
                    let create = schema.sql("CREATE SCHEMA {schema}");
                    connection.batch_execute(&create).await?;
                }
            }
            for step in VERSIONS.iter().skip(found) {
                connection.batch_execute(&schema.sql(step)).await?;
            }
            Ok(())
        })
        .await
}

/// Refuses a database without the schema of today, and changes nothing.
pub(super) async fn check(database: &Database) -> Result<(), PostgresError> {
    let schema = &database.schema;
    let found = database
        .patiently(async |connection| version(connection, schema).await)
        .await?;
    match found == VERSIONS.len() {
        true => Ok(()),
        false => Err(PostgresError::OlderSchema {
            schema: schema.name.clone(),
            found: i32::try_from(found).unwrap_or(i32::MAX),
            known: i32::try_from(VERSIONS.len()).unwrap_or(i32::MAX),
        }),
    }
}

/// The version that a schema has; 0 if there is none.
async fn version(connection: &Connection, schema: &Schema) -> Result<usize, PostgresError> {
    // Not by its name: a server that has not found it once does not look again before the next transaction.
    let exists =
        "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = 'version')";
    let exists = connection.query_one(exists, &[&schema.name]).await?;
    if !exists.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    let select = schema.sql("SELECT max(version) FROM {schema}.version");
    let row = connection.query_one(&select, &[]).await?;
    let found: i32 = row.try_get::<_, Option<i32>>(0)?.unwrap_or_default();
    match usize::try_from(found) {
        Ok(version) if version <= VERSIONS.len() => Ok(version),
        _ => Err(PostgresError::NewerSchema {
            schema: schema.name.clone(),
            found,
            known: i32::try_from(VERSIONS.len()).unwrap_or(i32::MAX),
        }),
    }
}
