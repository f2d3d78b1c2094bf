//! The inbox, wherever it is.

use std::path::Path;

use webhook_runtime::inbox::Inbox;
use webhook_runtime::postgres::tokio_postgres::config::Host;
use webhook_runtime::postgres::tokio_postgres::{Config, NoTls};
use webhook_runtime::sqlite::SqliteError;
use webhook_runtime::{
    postgres::{Postgres, PostgresError, PostgresInbox},
    sqlite::SqliteInbox,
};

use crate::arguments::Arguments;
use crate::failure::{Failure, with_causes};

/// Opens an inbox that is there; makes and changes nothing.
pub(crate) async fn open(arguments: &Arguments) -> Result<Box<dyn Inbox>, Failure> {
    let Arguments { place, schema, .. } = arguments;
    let Some(place) = place else {
        let said =
            "say where the inbox is: `inbox inbox.db`, `inbox postgres://…`, or set WEBHOOK_INBOX";
        return Err(Failure::Usage(said.to_owned()));
    };
    let schemes = ["postgres://", "postgresql://"];
    if schemes.iter().any(|scheme| place.starts_with(scheme)) {
        return Ok(Box::new(postgres(place, schema.as_deref()).await?));
    }
    if place.contains("://") {
        let said = "this is no URL of PostgreSQL: it begins with postgres://; otherwise give the path of a file";
        return Err(Failure::Usage(said.to_owned()));
    }
    match schema {
        Some(_) => Err(Failure::Usage(
            "--schema is for PostgreSQL: a file has none".to_owned(),
        )),
        None => Ok(Box::new(sqlite(place, arguments.command.is_none())?)),
    }
}

fn sqlite(place: &str, is_alone: bool) -> Result<SqliteInbox, Failure> {
    let path = Path::new(place);
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => {
            let or = match is_alone && !place.contains(['.', '/']) {
                true => ", and no command either: `inbox --help` lists them",
                false => "; a path is looked for from the directory that you are in",
            };
            return Err(Failure::Failed(format!("there is no file `{place}`{or}")));
        }
        Err(error) => return Err(Failure::Failed(format!("`{place}`: {error}"))),
    }
    if path.is_dir() {
        return Err(Failure::Failed(format!(
            "`{place}` is a directory: give the file of the inbox in it"
        )));
    }
    SqliteInbox::open_existing(path).map_err(|error| {
        let todo = match error {
            SqliteError::Open { .. } => {
                "; run this as the user whose program works it: the file and its directory must be writable"
            }
            SqliteError::Older { found: 0, .. } => "; or is it another file?",
            _ => "",
        };
        Failure::Failed(format!("{}{todo}", with_causes(&error)))
    })
}

async fn postgres(url: &str, schema: Option<&str>) -> Result<PostgresInbox, Failure> {
    let config: Config = url.parse().map_err(|_| {
        let said = "this URL cannot be read: write postgres://user:password@host:port/database, with %40 for a @ in the password";
        Failure::Usage(said.to_owned())
    })?;
    let server = server(&config);
    // One asks, and one replays.
    let mut database = Postgres::with_tls(config, NoTls).max_connections(2);
    if let Some(schema) = schema {
        database = database.schema(schema);
    }
    PostgresInbox::open_existing(&database)
        .await
        .map_err(|error| {
            let todo = match &error {
                PostgresError::SchemaName(_) => return Failure::Usage(error.to_string()),
                PostgresError::OlderSchema { found: 0, .. } => {
                    "; or is it another database, or another --schema?"
                }
                PostgresError::Connection(_) | PostgresError::Timeout(_) => {
                    "; is the server running, and can it be reached from here without TLS?"
                }
                PostgresError::Server { code, .. } if code.code().starts_with("28") => {
                    "; are user and password right, in the URL or in WEBHOOK_INBOX?"
                }
                PostgresError::Server { code, .. } if code.code() == "42501" => {
                    "; this needs a role that may use the schema, and read and change its tables"
                }
                _ => "",
            };
            Failure::Failed(format!("{server}: {}{todo}", with_causes(&error)))
        })
}

/// Where it is, without a password.
fn server(config: &Config) -> String {
    let host = config
        .get_hosts()
        .first()
        .map_or("localhost".into(), |host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        });
    let port = config.get_ports().first().unwrap_or(&5432);
    let database = config.get_dbname().or(config.get_user()).unwrap_or("?");
    format!("PostgreSQL at {host}:{port}, database {database}")
}
