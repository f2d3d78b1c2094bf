//! Command line arguments.

use std::time::SystemTime;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand};
use webhook_runtime::inbox::{Filter, State};

use crate::times;

const EXAMPLES: &str = "\
Examples:
  inbox inbox.db                                    rows by endpoint and state
  inbox inbox.db list --state dead --since 2h       recent dead letters
  inbox inbox.db show 1042                          headers, body, failures
  inbox inbox.db replay 1042                        handle one row again
  inbox inbox.db replay --dead --event 'batch.*'    handle dead letters again
  inbox inbox.db list --json | jq .delivery_id      JSON for programs

Pass a URL with a password in the environment, because process lists show arguments:
  export WEBHOOK_INBOX=postgres://app:password@db.example.com/app
  inbox list --state pending

Exit codes: 0 success; 1 failure, or not confirmed; 2 invalid command line.";

const TIMES: &str =
    "a time (2026-01-31T02:00:00Z), a day (2026-01-31, UTC), or an age (2h, 1d 12h)";

/// Inspects an inbox of webhook deliveries, and replays rows.
///
/// Works while the program that owns the inbox is running. Handles no deliveries itself.
#[derive(Parser)]
#[command(name = "inbox", after_help = EXAMPLES, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// The inbox: a SQLite file, or the URL of a PostgreSQL database
    /// (`postgres://user:password@host:port/database`, without TLS)
    #[arg(env = "WEBHOOK_INBOX", hide_env_values = true)]
    pub(crate) inbox: Option<String>,
    /// PostgreSQL schema [default: webhook]
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) schema: Option<String>,
    /// Print JSON: one document per line, and nothing else on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Command [default: summary]
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Number of rows and age of the oldest, for each endpoint and state
    Summary,
    /// Rows that match the options, the oldest first
    List(Page),
    /// Number of rows that match the options
    Count(FilterOptions),
    /// One row with its headers, its body and all its failures
    Show {
        /// Number of the row
        row: i64,
    },
    /// Make dead or done rows pending again: rows by number, or all that match the options
    ///
    /// Counts the rows and asks for confirmation first. Replays each row once, even if it becomes dead again meanwhile. Ctrl-C
    /// stops between two batches, and the number of replayed rows is reported.
    Replay(Replay),
}

/// Selects rows: a row must match every option that is given.
#[derive(Args)]
pub(crate) struct FilterOptions {
    /// Rows in this state
    #[arg(long, value_parser = states())]
    pub(crate) state: Option<State>,
    /// Rows of this endpoint
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// Rows of this tenant
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// The sender's id of the delivery
    #[arg(long, value_name = "DELIVERY_ID")]
    id: Option<String>,
    /// Event type, `batch.failed`, or family of event types, `batch.*`
    #[arg(long, value_name = "TYPE", value_parser = event_type)]
    event: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = times::parse, help = format!("Rows enqueued at this time or later: {TIMES}"))]
    since: Option<SystemTime>,
    /// Rows enqueued before this time
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    before: Option<SystemTime>,
}

#[derive(Args)]
pub(crate) struct Page {
    #[command(flatten)]
    pub(crate) matching: FilterOptions,
    /// Maximum number of rows
    #[arg(long, value_name = "ROWS", default_value = "50", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
    /// Start after the row with this number
    #[arg(long, value_name = "ROW", allow_negative_numbers = true)]
    pub(crate) after: Option<i64>,
}

#[derive(Args)]
pub(crate) struct Replay {
    /// Numbers of rows
    #[arg(value_name = "ROW", conflicts_with_all = ["dead", "state", "endpoint", "tenant", "id", "event", "since", "before"])]
    pub(crate) rows: Vec<i64>,
    /// All dead rows, or those that match the other options; the default if only other options are given
    #[arg(long, conflicts_with = "state")]
    pub(crate) dead: bool,
    #[command(flatten)]
    pub(crate) matching: FilterOptions,
    /// Replay without asking for confirmation
    #[arg(long, short)]
    pub(crate) yes: bool,
}

impl FilterOptions {
    pub(crate) fn filter(&self) -> Filter {
        let mut filter = Filter::new();
        filter.state = self.state;
        filter.endpoint.clone_from(&self.endpoint);
        filter.tenant.clone_from(&self.tenant);
        filter.delivery_id.clone_from(&self.id);
        filter.event_type.clone_from(&self.event);
        filter.since = self.since;
        filter.before = self.before;
        filter
    }
}

fn states() -> impl clap::builder::TypedValueParser<Value = State> {
    PossibleValuesParser::new(State::ALL.map(State::as_str)).try_map(|name| {
        let mut all = State::ALL.into_iter();
        all.find(|state| state.as_str() == name)
            .ok_or("unknown state")
    })
}

/// Parses an event type or a family of event types.
fn event_type(text: &str) -> Result<String, &'static str> {
    let name = text.strip_suffix(".*").unwrap_or(text);
    match name.contains('*') && text != "*" {
        true => Err("`*` is valid only at the end of a family, such as `batch.*`"),
        false => Ok(text.to_owned()),
    }
}
