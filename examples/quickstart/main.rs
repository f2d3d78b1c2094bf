//! The tour: a real server on a free port, deliveries over HTTP, and the result of each.
//!
//! ```text
//! cargo run --example quickstart                  # delivers, prints the results, ends
//! cargo run --example quickstart -- --serve       # keeps running, and prints a curl command
//! ```
//!
//! `app.rs` has the handlers, and mounts them in `web`. Everything else is the sender's side and output.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program"
)]

use std::error::Error;
use std::net::Ipv4Addr;
use std::process::ExitCode;

use tokio::net::TcpListener;

mod app;
mod client;
mod deliveries;
mod journal;
mod log;
mod serve;
mod tour;

const USAGE: &str = "usage: quickstart [--serve [port]]
  without arguments: deliver to a server of its own, show what happens, and end
  --serve [port]:    run the server (default port: 3000; 0 selects a free port) until Ctrl-C or SIGTERM";

/// The parsed arguments.
enum Command {
    Tour,
    Serve(u16),
    Help,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let Some(command) = command(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let ended = match command {
        Command::Tour => tour::run().await,
        Command::Serve(port) => serve::run(port).await.map(|()| true),
        Command::Help => {
            println!("{USAGE}");
            Ok(true)
        }
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn command(arguments: &[String]) -> Option<Command> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => Some(Command::Tour),
        ["--serve"] => Some(Command::Serve(3000)),
        ["--serve", port] => port.parse().ok().map(Command::Serve),
        ["--help" | "-h"] => Some(Command::Help),
        _ => None,
    }
}

async fn listen(port: u16) -> Result<TcpListener, Box<dyn Error>> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("port {port}: {error}").into())
}
