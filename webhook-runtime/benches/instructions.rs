//! Counts the instructions of a delivery and of the same job by hand, and fails if their ratio exceeds its baseline.
//! The counts do not depend on the load of the machine.
//!
//! ```sh
//! cargo bench -p webhook-runtime --features testing --bench instructions
//! ```
//!
//! Needs `valgrind`, and `gungraun-runner` in the version of `Cargo.lock`: `cargo install gungraun-runner --locked
//! --version …`.
//!
//! The instructions of the MAC are subtracted on both sides. Valgrind does not offer the processor's SHA instructions, so
//! the MAC is computed in software here and would dominate both counts.

#[path = "receive/body.rs"]
mod body;
#[path = "receive/by_hand.rs"]
mod by_hand;
#[path = "receive/endpoints.rs"]
#[allow(dead_code, reason = "some items are for the benchmark `receive` only")]
mod endpoints;
#[path = "receive/limit.rs"]
mod limit;
#[path = "receive/one_pass.rs"]
mod one_pass;
#[path = "receive/payload.rs"]
mod payload;
#[path = "receive/peek.rs"]
mod peek;
#[path = "receive/rounds.rs"]
#[allow(dead_code, reason = "some items are for the benchmark `receive` only")]
mod rounds;
#[path = "receive/wire.rs"]
#[allow(dead_code, reason = "some items are for the benchmark `receive` only")]
mod wire;

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs};

use webhook_runtime::BoxError;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::wacht::Wacht;

use crate::by_hand::ByHand;
use crate::endpoints::Endpoints;
use crate::peek::TypePath;
use crate::rounds::Candidate;
use crate::wire::Wire;

/// Tolerance above the baseline, for changes of the compiler or the C library.
const MARGIN: f64 = 1.05;

/// Two candidates, and the baseline of their ratio at 290 B, 1 KB and 4 KB.
const BASELINE: [(&str, &str, [f64; 3]); 6] = [
    ("verify", "limit_steps", [0.859, 0.859, 0.859]),
    ("unhandled", "by_hand_unhandled", [0.743, 1.116, 1.116]),
    (
        "handle_bytes_borrowed",
        "by_hand_best",
        [1.362, 1.087, 1.020],
    ),
    ("handle_bytes", "by_hand_plain", [1.351, 1.075, 1.015]),
    // Both sides include the construction of the request.
    ("handle", "request_in_pieces", [1.106, 1.122, 1.027]),
    ("tower", "request_in_pieces", [1.094, 1.116, 1.025]),
];

/// Sizes of a delivery: name in the benchmark's id, and name in the table.
const SIZES: [(&str, &str); 3] = [
    ("at_290_b", "290 B"),
    ("at_1_kb", "1 KB"),
    ("at_4_kb", "4 KB"),
];

mod counted {
    use gungraun::{
        Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group,
    };

    use crate::rounds::Candidate;

    macro_rules! count {
        ($($name:ident)*) => {
            $(
                #[library_benchmark(setup = crate::warm)]
                #[bench::at_290_b(stringify!($name), 290)]
                #[bench::at_1_kb(stringify!($name), 1 << 10)]
                #[bench::at_4_kb(stringify!($name), 4 << 10)]
                fn $name(mut candidate: Candidate) -> Candidate {
                    candidate.turn(1);
                    candidate
                }
            )*

            library_benchmark_group!(name = deliveries, benchmarks = [$($name),*]);
        };
    }

    count! {
        limit limit_steps verify
        unhandled by_hand_unhandled
        handle_bytes_borrowed by_hand_best
        handle_bytes by_hand_plain
        request_in_pieces handle tower
    }

    gungraun::main!(
        config = LibraryBenchmarkConfig::default().tool(
            Callgrind::with_args(["--cache-sim=no"]).format([EventKind::Ir])
        );
        library_benchmark_groups = deliveries
    );

    pub(super) fn run() {
        main();
    }
}

/// Returns a candidate that has run before: the first delivery of a type may log a warning and initialize caches.
#[allow(clippy::expect_used, reason = "constant names")]
fn warm(name: &str, size: usize) -> Candidate {
    let candidates = match size {
        290 => candidates::<Anthropic>(body::session_idled()),
        _ => candidates::<Wacht>(body::user_created(size)),
    };
    let mut found = candidates
        .into_iter()
        .find(|candidate| candidate.name() == name)
        .expect("a candidate of this name");
    found.turn(3);
    found
}

fn candidates<P: Endpoints + ByHand + TypePath>(body: String) -> Vec<Candidate> {
    let wire = Wire::sign::<P>(body);
    let mut candidates = limit::candidates(&wire);
    candidates.extend(endpoints::candidates::<P>(&wire));
    candidates.extend(by_hand::candidates::<P>(&wire));
    candidates.push(peek::candidate::<P>(&wire));
    candidates
}

fn main() -> Result<(), BoxError> {
    let is_given = |wanted: &str| env::args().any(|argument| argument == wanted);
    // The runner calls this program with `--gungraun-run` for each candidate. `cargo test --benches` passes neither option:
    // nothing runs then, because valgrind may not be installed.
    if is_given("--gungraun-run") {
        counted::run();
    } else if is_given("--bench") {
        let run = Run {
            started: SystemTime::now(),
            folder: folder()?,
        };
        counted::run();
        compare(&run)?;
    }
    Ok(())
}

/// Returns the directory of callgrind's output files.
fn folder() -> Result<PathBuf, BoxError> {
    let program = env::current_exe()?;
    let target = program
        .ancestors()
        .nth(3)
        .ok_or("the program is not in a target directory")?;
    Ok(target.join("gungraun/webhook-runtime/instructions/counted/deliveries"))
}

struct Run {
    started: SystemTime,
    folder: PathBuf,
}

impl Run {
    /// Returns the instructions of a candidate. None if a filter on the command line excluded it.
    fn instructions(&self, name: &str, size: &str) -> Result<Option<f64>, BoxError> {
        let file = self
            .folder
            .join(format!("{name}.{size}/callgrind.{name}.{size}.out"));
        if !self.is_new(&file) {
            return Ok(None);
        }
        let profile = fs::read_to_string(&file)?;
        let totals = profile
            .lines()
            .find_map(|line| line.strip_prefix("totals: "));
        let first = totals.and_then(|totals| totals.split(' ').next());
        Ok(Some(
            first.ok_or("callgrind's output has no totals")?.parse()?,
        ))
    }

    /// Whether this run has written the file.
    fn is_new(&self, file: &Path) -> bool {
        let modified = fs::metadata(file).and_then(|file| file.modified());
        modified.is_ok_and(|modified| modified >= self.started)
    }
}

/// Prints the ratios with their baselines.
///
/// # Errors
///
/// A ratio exceeds its baseline by more than the margin, or nothing was counted.
#[allow(clippy::print_stdout, reason = "the result of the program")]
fn compare(run: &Run) -> Result<(), BoxError> {
    let (mut worse, mut rows) = (Vec::new(), 0);
    println!("\n| ours / theirs, instructions beyond the MAC | size | ratio | baseline |");
    println!("| --- | --- | ---: | ---: |");
    for (ours, theirs, baselines) in BASELINE {
        for ((size, size_name), baseline) in SIZES.into_iter().zip(baselines) {
            let (Some(limit), Some(our), Some(their)) = (
                run.instructions("limit", size)?,
                run.instructions(ours, size)?,
                run.instructions(theirs, size)?,
            ) else {
                continue;
            };
            rows += 1;
            let (our, their) = (our - limit, their - limit);
            let (ratio, bound) = (our / their, baseline * MARGIN);
            println!(
                "| `{ours}` / `{theirs}` | {size_name} | {ratio:.3} ({our} / {their}) | {baseline:.3} |"
            );
            if ratio > bound {
                worse.push(format!("{ours} at {size_name}: {ratio:.3} > {bound:.3}"));
            } else if ratio * MARGIN < baseline {
                println!(
                    "| | | below the baseline: lower `BASELINE` in benches/instructions.rs | |"
                );
            }
        }
    }
    match (rows, worse.is_empty()) {
        (0, _) => Err(format!("no instructions were counted: no new file in {}", run.folder.display()).into()),
        (_, true) => Ok(()),
        (_, false) => Err(format!(
            "more instructions than the baseline: {}; find the cause, or change `BASELINE` in benches/instructions.rs",
            worse.join(", ")
        )
        .into()),
    }
}
