//! What receiving a delivery costs, beside the same job written by hand: `cargo bench --bench receive`.
//!
//! A word on the command line picks the contestants whose names contain it; the first always runs.

#[path = "receive/body.rs"]
mod body;
#[path = "receive/by_hand.rs"]
mod by_hand;
#[path = "receive/endpoints.rs"]
mod endpoints;
#[path = "receive/limit.rs"]
mod limit;
#[path = "receive/one_pass.rs"]
mod one_pass;
#[path = "receive/payload.rs"]
mod payload;
#[path = "receive/peer.rs"]
mod peer;
#[path = "receive/rounds.rs"]
mod rounds;
#[path = "receive/wire.rs"]
mod wire;

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::wacht::Wacht;

use crate::by_hand::ByHand;
use crate::endpoints::Endpoints;
use crate::rounds::{Contestant, Medians};
use crate::wire::Wire;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` gives no `--bench`: then each contestant is only seen to work.
    let measured = words.iter().any(|word| word == "--bench");
    let picked = words.iter().find(|word| !word.starts_with("--"));
    let rounds = if measured { 1500 } else { 1 };
    report(
        "290 B",
        &race::<Anthropic>(body::session_idled(), rounds, picked),
    );
    for (name, size) in [
        ("1 KB", 0),
        ("4 KB", 4 << 10),
        ("64 KB", 64 << 10),
        ("1 MiB", 1 << 20),
    ] {
        let rounds = if size < 1 << 20 { rounds } else { rounds / 10 };
        report(
            name,
            &race::<Wacht>(body::user_created(size), rounds.max(1), picked),
        );
    }
}

/// Lets all contestants run over one delivery, in turns.
fn race<P: Endpoints + ByHand>(body: String, rounds: usize, picked: Option<&String>) -> Medians {
    let wire = Wire::sign::<P>(body);
    let mut contestants = limit::contestants(&wire);
    contestants.extend(endpoints::contestants::<P>(&wire));
    contestants.extend(by_hand::contestants::<P>(&wire));
    contestants.push(peer::standardwebhooks_value::<P>(&wire));
    let mut first = true;
    contestants.retain(|contestant: &Contestant| {
        std::mem::take(&mut first)
            || picked.is_none_or(|word| contestant.name().contains(word.as_str()))
    });
    rounds::run(contestants, rounds)
}

#[allow(clippy::print_stdout, reason = "the result of the program")]
fn report(size: &str, medians: &Medians) {
    println!("{size}");
    for (name, ns) in medians.all() {
        println!("  {name:<24}{ns:>13.1} ns");
    }
    for (ours, theirs, goal) in [
        ("verify", "limit_steps", "<= 1.05"),
        ("handle_bytes", "by_hand_plain", "<= 1.05"),
        ("handle_bytes_borrowed", "by_hand_best", "<= 1.05"),
        ("unhandled", "verify", "<= 1.10"),
        ("standardwebhooks_value", "handle_bytes", ">= 3.5"),
        ("standardwebhooks_value", "handle_bytes_borrowed", ">= 4.5"),
    ] {
        if let Some(ratio) = medians.ratio(ours, theirs) {
            println!("  {ours} / {theirs}: {ratio:.3} (goal {goal})");
        }
    }
    // The service consumes its request; whoever called `handle_bytes` drops it later.
    if let Some(ns) = medians.sum(&[
        (1.0, "tower"),
        (-1.0, "handle_bytes"),
        (-1.0, "drop_request"),
    ]) {
        println!("  tower - handle_bytes - drop_request: {ns:.0} ns (goal <= 120)");
    }
}
