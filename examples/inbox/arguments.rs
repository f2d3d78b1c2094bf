//! What the program is called with.

use std::time::SystemTime;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand};
use webhook_runtime::inbox::{Filter, State};

use crate::times;

const EXAMPLES: &str = "\
Examples:
  inbox inbox.db                                    what there is, how old
  inbox inbox.db list --state dead --since 2h       dead, and came lately
  inbox inbox.db show 1042                          headers, body, failures
  inbox inbox.db replay 1042                        handle it again
  inbox inbox.db replay --dead --event 'batch.*'    all dead of a family
  inbox inbox.db list --json | jq .delivery_id      for programs

A password is not for the list of processes:
  export WEBHOOK_INBOX=postgres://app:password@db.example.com/app
  inbox list --state waiting

Exit codes: 0 done; 1 failed, or not confirmed; 2 the command cannot be right.";

const TIMES: &str =
    "a time (2026-01-31T02:00:00Z), a day (2026-01-31, UTC), or how long ago (2h, 1d 12h)";

/// Looks into an inbox of webhook deliveries, and replays them.
///
/// It works beside the program whose inbox it is, and takes nothing away from it.
#[derive(Parser)]
#[command(name = "inbox", after_help = EXAMPLES, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Where the inbox is: a file of SQLite, or the URL of a PostgreSQL database
    /// (`postgres://user:password@host:port/database`, without TLS)
    #[arg(env = "WEBHOOK_INBOX", hide_env_values = true)]
    pub(crate) place: Option<String>,
    /// The schema, in PostgreSQL [otherwise `webhook`]
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) schema: Option<String>,
    /// Print JSON, one document in each line, and nothing else on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to do; otherwise `summary`
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// How many rows there are of each endpoint and state, and how old the oldest is
    Summary,
    /// The rows that a filter picks, the oldest first
    List(Page),
    /// How many rows a filter picks
    Count(Pick),
    /// One row: headers, body, all its failures
    Show {
        /// The number of the row
        row: i64,
    },
    /// Have dead rows handled again, or done ones: rows by their numbers, or all that a filter picks
    ///
    /// It counts them and asks first. Each row is replayed once, however it ends meanwhile. Ctrl-C stops it, and it says
    /// how far it came.
    Replay(Replay),
}

/// Which rows: each part that is said narrows it.
#[derive(Args)]
pub(crate) struct Pick {
    /// In this state
    #[arg(long, value_parser = states())]
    pub(crate) state: Option<State>,
    /// Of this endpoint
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// Of this tenant
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// With this id of the delivery, as its sender knows it
    #[arg(long)]
    id: Option<String>,
    /// With this event type, `batch.failed`, or of this family, `batch.*`
    #[arg(long, value_name = "TYPE", value_parser = event_type)]
    event: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = times::parse, help = format!("That came at this time or later: {TIMES}"))]
    since: Option<SystemTime>,
    /// That came before this time
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    before: Option<SystemTime>,
}

#[derive(Args)]
pub(crate) struct Page {
    #[command(flatten)]
    pub(crate) pick: Pick,
    /// At most this many
    #[arg(long, value_name = "ROWS", default_value = "50", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
    /// Begin after this row
    #[arg(long, value_name = "ROW", allow_negative_numbers = true)]
    pub(crate) after: Option<i64>,
}

#[derive(Args)]
pub(crate) struct Replay {
    /// The numbers of rows
    #[arg(value_name = "ROW", conflicts_with_all = ["dead", "state", "endpoint", "tenant", "id", "event", "since", "before"])]
    pub(crate) rows: Vec<i64>,
    /// All dead rows, or those among them that the filter picks. A filter alone means these, too
    #[arg(long, conflicts_with = "state")]
    pub(crate) dead: bool,
    #[command(flatten)]
    pub(crate) pick: Pick,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

impl Pick {
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
        all.find(|state| state.as_str() == name).ok_or("no state")
    })
}

/// A pattern that can match.
fn event_type(text: &str) -> Result<String, &'static str> {
    let name = text.strip_suffix(".*").unwrap_or(text);
    match name.contains('*') && text != "*" {
        true => Err("a family is written `batch.*`; `*` stands nowhere else"),
        false => Ok(text.to_owned()),
    }
}
