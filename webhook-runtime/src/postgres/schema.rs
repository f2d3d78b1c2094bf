//! The schema: its versions and its migration.

use super::connection::{Connection, Database};
use super::error::PostgresError;
use super::schema_name::SchemaName;

/// Migrations: each leads from one version to the next.
const MIGRATIONS: [&str; 1] = [include_str!("schema/1.sql")];

/// Brings the schema to the newest version.
pub(super) async fn migrate(database: &Database) -> Result<(), PostgresError> {
    let schema = &database.schema;
    database
        .long_transaction(async |connection| {
            let encoding = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()";
            let row = connection.query_one(encoding, &[]).await?;
            match row.try_get::<_, &str>(0)? {
                "UTF8" => {}
                other => return Err(PostgresError::Encoding(other.to_owned())),
            }
            // Most processes find the schema up to date and need no rights to change it.
            if version(connection, schema).await? == MIGRATIONS.len() {
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
            for migration in MIGRATIONS.iter().skip(found) {
                connection.batch_execute(&schema.sql(migration)).await?;
            }
            Ok(())
        })
        .await
}

/// Returns an error unless the schema has the newest version; changes nothing.
pub(super) async fn check(database: &Database) -> Result<(), PostgresError> {
    let schema = &database.schema;
    let found = database
        .long_transaction(async |connection| version(connection, schema).await)
        .await?;
    match found == MIGRATIONS.len() {
        true => Ok(()),
        false => Err(PostgresError::OlderSchema {
            schema: schema.name.clone(),
            found: i32::try_from(found).unwrap_or(i32::MAX),
            known: i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX),
        }),
    }
}

/// Returns the version of a schema; 0 if it does not exist.
async fn version(connection: &Connection, schema: &SchemaName) -> Result<usize, PostgresError> {
    // Reads the catalog tables, because `to_regclass` caches a name that it has not found until the transaction ends.
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
        Ok(version) if version <= MIGRATIONS.len() => Ok(version),
        _ => Err(PostgresError::NewerSchema {
            schema: schema.name.clone(),
            found,
            known: i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX),
        }),
    }
}
