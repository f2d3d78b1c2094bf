//! Compares the cost of a delivery with the same job by hand and by other crates, as a table of ratios.
//!
//! ```sh
//! cargo bench -p webhook-runtime --features testing --bench receive              # prints the table
//! cargo bench -p webhook-runtime --features testing --bench receive -- --keep    # and writes benches/receive.md
//! ```
//!
//! Another argument on the command line selects the rows whose names contain it.
//!
//! The candidates run in turns of a tenth of a millisecond, and are compared round by round. criterion and divan run one
//! candidate to its end and the next one seconds later: on a shared machine, the difference of two such times is caused
//! by the machine's load and not by the candidates.

#[path = "receive/body.rs"]
mod body;
#[path = "receive/by_hand.rs"]
mod by_hand;
#[path = "receive/endpoints.rs"]
mod endpoints;
#[path = "receive/limit.rs"]
mod limit;
#[path = "receive/machine.rs"]
mod machine;
#[path = "receive/many.rs"]
mod many;
#[path = "receive/names.rs"]
mod names;
#[path = "receive/one_pass.rs"]
mod one_pass;
#[path = "receive/payload.rs"]
mod payload;
#[path = "receive/peek.rs"]
mod peek;
#[path = "receive/peer.rs"]
mod peer;
#[path = "receive/rounds.rs"]
mod rounds;
#[path = "receive/table.rs"]
mod table;
#[path = "receive/usual.rs"]
mod usual;
#[path = "receive/wire.rs"]
mod wire;

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::wacht::Wacht;

use crate::by_hand::ByHand;
use crate::endpoints::Endpoints;
use crate::peek::TypePath;
use crate::rounds::{Candidate, Samples};
use crate::table::Table;
use crate::usual::Usual;
use crate::wire::Wire;

#[allow(clippy::print_stdout, reason = "the result of the program")]
fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    // `cargo test --benches` does not pass `--bench`: each candidate runs once then, to test that it works.
    let is_measured = has("--bench");
    let is_kept = has("--keep");
    // The table in the repository has all rows.
    let filter = arguments
        .iter()
        .find(|argument| !is_kept && !argument.starts_with("--"))
        .map(String::as_str);
    let rounds = if is_measured { 1500 } else { 1 };

    let small = Wire::sign::<Anthropic>(body::session_idled());
    let mut of_small = candidates::<Anthropic>(&small);
    of_small.extend(endpoints::with_ids::<Anthropic>(&small));
    of_small.extend(many::candidates());
    let mut sizes = vec![("290 B", measure(of_small, rounds, filter))];
    for (name, size) in [
        ("1 KB", 0),
        ("4 KB", 4 << 10),
        ("64 KB", 64 << 10),
        ("1 MiB", 1 << 20),
    ] {
        let rounds = if size < 1 << 20 { rounds } else { rounds / 10 };
        let wire = Wire::sign::<Wacht>(body::user_created(size));
        let candidates = candidates::<Wacht>(&wire);
        sizes.push((name, measure(candidates, rounds.max(1), filter)));
    }
    if !is_measured {
        return Ok(());
    }
    let (table, machine) = (Table(sizes), machine::describe());
    println!("{table}\n{machine}");
    if is_kept {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/receive.md");
        let head = include_str!("receive/head.md");
        std::fs::write(file, format!("{head}\n{machine}\n\n{table}"))?;
    }
    Ok(())
}

fn candidates<P: Endpoints + ByHand + Usual + TypePath>(wire: &Wire) -> Vec<Candidate> {
    let mut candidates = limit::candidates(wire);
    candidates.extend(endpoints::candidates::<P>(wire));
    candidates.extend(by_hand::candidates::<P>(wire));
    candidates.push(usual::candidate::<P>(wire));
    candidates.push(peek::candidate::<P>(wire));
    candidates.push(peer::standardwebhooks_value::<P>(wire));
    candidates
}

/// Runs the selected candidates in turns.
fn measure(mut candidates: Vec<Candidate>, rounds: usize, filter: Option<&str>) -> Samples {
    candidates.retain(|candidate| table::is_needed(candidate.name(), filter));
    rounds::run(candidates, rounds)
}
