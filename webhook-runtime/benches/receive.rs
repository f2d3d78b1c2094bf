//! What receiving a delivery costs, beside the same job written by hand and by other crates, as a table of ratios.
//!
//! ```sh
//! cargo bench -p webhook-runtime --features testing --bench receive              # prints the table
//! cargo bench -p webhook-runtime --features testing --bench receive -- --keep    # and writes benches/receive.md
//! ```
//!
//! A word on the command line picks the rows that have it in a name.
//!
//! The contestants run in turns of a tenth of a millisecond, and what is compared is compared round by round. Neither
//! criterion nor divan can do that: they run one contestant to its end, then the next, seconds later, and on a shared
//! machine the difference between two such times is the machine's, not the contestants'.

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
use crate::peek::TypeAt;
use crate::rounds::{Contestant, Medians};
use crate::table::Table;
use crate::usual::Usual;
use crate::wire::Wire;

#[allow(clippy::print_stdout, reason = "the result of the program")]
fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` gives no `--bench`: then each contestant is only seen to work.
    let is_measured = words.iter().any(|word| word == "--bench");
    let is_kept = words.iter().any(|word| word == "--keep");
    // A table that is kept has all rows.
    let picked = words
        .iter()
        .find(|word| !is_kept && !word.starts_with("--"))
        .map(String::as_str);
    let rounds = if is_measured { 1500 } else { 1 };

    let small = Wire::sign::<Anthropic>(body::session_idled());
    let mut small_ones = contestants::<Anthropic>(&small);
    small_ones.extend(endpoints::with_ids::<Anthropic>(&small));
    small_ones.extend(many::contestants());
    let mut sizes = vec![("290 B", race(small_ones, rounds, picked))];
    for (name, size) in [
        ("1 KB", 0),
        ("4 KB", 4 << 10),
        ("64 KB", 64 << 10),
        ("1 MiB", 1 << 20),
    ] {
        let rounds = if size < 1 << 20 { rounds } else { rounds / 10 };
        let wire = Wire::sign::<Wacht>(body::user_created(size));
        let larger = contestants::<Wacht>(&wire);
        sizes.push((name, race(larger, rounds.max(1), picked)));
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

fn contestants<P: Endpoints + ByHand + Usual + TypeAt>(wire: &Wire) -> Vec<Contestant> {
    let mut contestants = limit::contestants(wire);
    contestants.extend(endpoints::contestants::<P>(wire));
    contestants.extend(endpoints::without_prefix::<P>(wire));
    contestants.extend(by_hand::contestants::<P>(wire));
    contestants.push(usual::contestant::<P>(wire));
    contestants.push(peek::contestant::<P>(wire));
    contestants.push(peer::standardwebhooks_value::<P>(wire));
    contestants
}

/// Lets the contestants that are picked run in turns.
fn race(mut contestants: Vec<Contestant>, rounds: usize, picked: Option<&str>) -> Medians {
    contestants.retain(|contestant| table::is_needed(contestant.name(), picked));
    rounds::run(contestants, rounds)
}
