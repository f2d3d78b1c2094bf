//! Looks into an inbox, and replays what is in it: on a file of SQLite or in PostgreSQL.
//!
//! ```sh
//! cargo run --features sqlite,postgres --example inbox -- inbox.db
//! cargo run --features sqlite,postgres --example inbox -- postgres://app@db.example.com/app list --state dead
//! cargo run --features sqlite,postgres --example inbox -- --help
//! ```
//!
//! It looks in beside the program that works the inbox, and takes nothing away from it. What it does is a call of
//! `webhook_runtime::inbox::Inbox` each: a page of your own for operators makes the same ones.

mod arguments;
mod documents;
mod failure;
mod look;
mod output;
mod place;
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
    let ended = run(arguments, &mut output).await;
    match ended.and_then(|()| Ok(output.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

async fn run(arguments: Arguments, output: &mut Output) -> Result<(), Failure> {
    let inbox = place::open(&arguments).await?;
    match arguments.command.unwrap_or(Command::Summary) {
        Command::StateSummary => look::summary(&*inbox, output).await,
        Command::List(page) => look::list(&*inbox, &page, output).await,
        Command::Count(pick) => look::count(&*inbox, &pick, output).await,
        Command::Show { row } => show::show(&*inbox, row, output).await,
        Command::Replay(replay) => replay::replay(&*inbox, &replay, output).await,
    }
}
