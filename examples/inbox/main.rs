//! Inspects an inbox in a SQLite file or in PostgreSQL, and replays rows.
//!
//! ```sh
//! cargo run --features sqlite,postgres --example inbox -- inbox.db
//! cargo run --features sqlite,postgres --example inbox -- postgres://app@db.example.com/app list --state dead
//! cargo run --features sqlite,postgres --example inbox -- --help
//! ```
//!
//! It works while the program that owns the inbox is running, and handles no deliveries itself. Each command is a few calls of
//! `webhook_runtime::inbox::Inbox`, which an operator's page of your own can make as well.
//!
//! # Decisions
//! - **A replay is confirmed for a fixed set of rows.** The program collects the numbers of matching rows, asks, and replays
//!   some hundred of them per transaction with `Filter::rows`. So it compares no clocks, replays each row once even if it
//!   fails again meanwhile, keeps the order of lanes, and stops between two transactions on Ctrl-C. Replaying "all dead rows" until
//!   none is left would never end if they keep failing.
//! - **Inspection creates nothing**: no file, no schema, and no write-ahead log in a file of another program.

mod arguments;
mod connect;
mod failure;
mod inspection;
mod json;
mod output;
mod replay;
mod show;
mod table;
mod text;
mod times;

use std::process::ExitCode;

use clap::Parser as _;

use self::arguments::{Arguments, Command};
use self::failure::Failure;
use self::output::Output;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::new(arguments.json);
    let result = run(arguments, &mut output).await;
    match result.and_then(|()| Ok(output.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn run(arguments: Arguments, output: &mut Output) -> Result<(), Failure> {
    let inbox = connect::open(&arguments).await?;
    match arguments.command.unwrap_or(Command::Summary) {
        Command::Summary => inspection::summary(&*inbox, output).await,
        Command::List(page) => inspection::list(&*inbox, &page, output).await,
        Command::Count(matching) => inspection::count(&*inbox, &matching, output).await,
        Command::Show { row } => show::show(&*inbox, row, output).await,
        Command::Replay(replay) => replay::replay(&*inbox, &replay, output).await,
    }
}
