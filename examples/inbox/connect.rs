//! Opening the inbox.

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

/// Opens an existing inbox. Creates and migrates nothing.
pub(crate) async fn open(arguments: &Arguments) -> Result<Box<dyn Inbox>, Failure> {
    let Arguments { inbox, schema, .. } = arguments;
    let Some(inbox) = inbox else {
        let message = "missing inbox: pass a file, `inbox inbox.db`, or a URL, `inbox postgres://…`, or set WEBHOOK_INBOX";
        return Err(Failure::Usage(message.to_owned()));
    };
    let schemes = ["postgres://", "postgresql://"];
    if schemes.iter().any(|scheme| inbox.starts_with(scheme)) {
        return Ok(Box::new(postgres(inbox, schema.as_deref()).await?));
    }
    if inbox.contains("://") {
        let message =
            "unsupported URL: pass a PostgreSQL URL, `postgres://…`, or the path of a SQLite file";
        return Err(Failure::Usage(message.to_owned()));
    }
    match schema {
        Some(_) => Err(Failure::Usage(
            "--schema requires a PostgreSQL URL: a SQLite file has no schemas".to_owned(),
        )),
        None => Ok(Box::new(sqlite(inbox, arguments.command.is_none())?)),
    }
}

/// `is_only_argument`: the path may be a misspelled command.
fn sqlite(file: &str, is_only_argument: bool) -> Result<SqliteInbox, Failure> {
    let path = Path::new(file);
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => {
            let hint = match is_only_argument && !file.contains(['.', '/']) {
                true => "it is neither a file nor a command; `inbox --help` lists the commands",
                false => "paths are relative to the current directory",
            };
            return Err(Failure::Failed(format!("no such file `{file}`: {hint}")));
        }
        Err(error) => return Err(Failure::Failed(format!("cannot open `{file}`: {error}"))),
    }
    if path.is_dir() {
        return Err(Failure::Failed(format!(
            "`{file}` is a directory: pass the file of the inbox in it"
        )));
    }
    SqliteInbox::open_existing(path).map_err(|error| {
        let hint = match error {
            SqliteError::Open { .. } => {
                "; the file and its directory must be writable, so run this as the user of the program that owns the inbox"
            }
            SqliteError::OlderSchema { found: 0, .. } => "; check that this is the right file",
            _ => "",
        };
        Failure::Failed(format!("{}{hint}", with_causes(&error)))
    })
}

async fn postgres(url: &str, schema: Option<&str>) -> Result<PostgresInbox, Failure> {
    let config: Config = url.parse().map_err(|_| {
        let message = "invalid PostgreSQL URL: expected postgres://user:password@host:port/database, with `@` in the password written as %40";
        Failure::Usage(message.to_owned())
    })?;
    let server = server(&config);
    // One connection for queries, and one for replays.
    let mut database = Postgres::with_tls(config, NoTls).max_connections(2);
    if let Some(schema) = schema {
        database = database.schema(schema);
    }
    PostgresInbox::open_existing(&database)
        .await
        .map_err(|error| {
            let hint = match &error {
                PostgresError::SchemaName(_) => return Failure::Usage(error.to_string()),
                PostgresError::OlderSchema { found: 0, .. } => {
                    "; check the database and --schema"
                }
                PostgresError::Connection(_) | PostgresError::Timeout(_) => {
                    "; check that the server is running and accepts connections without TLS from here"
                }
                PostgresError::Server { code, .. } if code.code().starts_with("28") => {
                    "; check user and password in the URL or in WEBHOOK_INBOX"
                }
                PostgresError::Server { code, .. } if code.code() == "42501" => {
                    "; the role needs USAGE on the schema, and SELECT and UPDATE on its tables"
                }
                _ => "",
            };
            Failure::Failed(format!("{server}: {}{hint}", with_causes(&error)))
        })
}

/// Describes the server, without the password.
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
