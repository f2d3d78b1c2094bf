//! Instructions per delivery, compared with the same work written by hand. Fixed bounds make a change that slows the
//! pipeline fail, independently of the load of the machine.
//!
//! It also proves the gain of `envelope::Prefix`, the reader of the bytes before the payload. That reader repeats a
//! grammar that two other readers know, so it must save at least 5 % of a handled delivery, or go. Measured savings,
//! beyond the MAC: 12 to 13 % at 290 B, 6 to 7 % at 1 KB. At 4 KB the payload dominates, so no gain is required.
//!
//! ```sh
//! cargo bench -p webhook-runtime --features testing --bench instructions
//! ```
//!
//! Requires `valgrind`, and `gungraun-runner` of the version in `Cargo.lock`: `cargo install gungraun-runner --locked
//! --version …`.
//!
//! Valgrind does not report the processor's SHA instructions, so the MAC is computed in software here and would dominate.
//! Its instructions are subtracted on both sides before the ratio is computed.

#[path = "receive/body.rs"]
mod body;
#[path = "receive/by_hand.rs"]
mod by_hand;
#[path = "receive/endpoints.rs"]
#[allow(dead_code, reason = "the bench `receive` uses the rest")]
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
#[allow(dead_code, reason = "the bench `receive` uses the rest")]
mod rounds;
#[path = "receive/wire.rs"]
#[allow(dead_code, reason = "the bench `receive` uses the rest")]
mod wire;

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs};

use webhook_runtime::BoxError;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::wacht::Wacht;

use crate::by_hand::ByHand;
use crate::endpoints::Endpoints;
use crate::peek::TypeAt;
use crate::rounds::Contestant;
use crate::wire::Wire;

/// Allowed increase over a bound, for changes of the compiler or the C library.
const MARGIN: f64 = 1.05;

/// Our contestant, the one by hand, and the expected ratio at 290 B, 1 KB and 4 KB.
const BOUNDS: [(&str, &str, [f64; 3]); 6] = [
    ("verify", "limit_steps", [0.859, 0.859, 0.859]),
    ("unhandled", "by_hand_unhandled", [0.743, 1.116, 1.116]),
    (
        "handle_bytes_borrowed",
        "by_hand_best",
        [1.362, 1.087, 1.020],
    ),
    ("handle_bytes", "by_hand_plain", [1.351, 1.075, 1.015]),
    // Both sides include the construction of the requests.
    ("handle", "request_in_pieces", [1.106, 1.122, 1.027]),
    ("tower", "request_in_pieces", [1.094, 1.116, 1.025]),
];

/// Contestants with and without a prefix, and the largest allowed ratio at 290 B and 1 KB: a gain of 5 %.
const PREFIX_BOUNDS: [(&str, &str, [f64; 2]); 2] = [
    (
        "handle_bytes_borrowed",
        "without_prefix_borrowed",
        [0.95, 0.95],
    ),
    ("handle_bytes", "without_prefix", [0.95, 0.95]),
];

/// Names of the sizes for the runner and for people.
const SIZES: [(&str, &str); 3] = [
    ("at_290_b", "290 B"),
    ("at_1_kb", "1 KB"),
    ("at_4_kb", "4 KB"),
];

mod counted {
    use gungraun::{
        Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group,
    };

    use crate::rounds::Contestant;

    macro_rules! count {
        ($($name:ident)*) => {
            $(
                #[library_benchmark(setup = crate::warm)]
                #[bench::at_290_b(stringify!($name), 290)]
                #[bench::at_1_kb(stringify!($name), 1 << 10)]
                #[bench::at_4_kb(stringify!($name), 4 << 10)]
                fn $name(mut contestant: Contestant) -> Contestant {
                    contestant.turn(1);
                    contestant
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
        without_prefix_borrowed without_prefix
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

/// Returns a contestant that has handled deliveries before, because the first one of a type initializes state.
#[allow(clippy::expect_used, reason = "the names are constants")]
fn warm(name: &str, size: usize) -> Contestant {
    let contestants = match size {
        290 => contestants::<Anthropic>(name, body::session_idled()),
        _ => contestants::<Wacht>(name, body::user_created(size)),
    };
    let mut found = contestants
        .into_iter()
        .find(|contestant| contestant.name() == name)
        .expect("a contestant of this name");
    found.turn(3);
    found
}

fn contestants<P: Endpoints + ByHand + TypeAt>(name: &str, body: String) -> Vec<Contestant> {
    let wire = Wire::sign::<P>(body);
    // Not in the list below: every contestant in it changes the state of the heap, and so the counts of the others.
    if name.starts_with("without_prefix") {
        return endpoints::without_prefix::<P>(&wire);
    }
    let mut contestants = limit::contestants(&wire);
    contestants.extend(endpoints::contestants::<P>(&wire));
    contestants.extend(by_hand::contestants::<P>(&wire));
    contestants.push(peek::contestant::<P>(&wire));
    contestants
}

fn main() -> Result<(), BoxError> {
    let is_given = |wanted: &str| env::args().any(|argument| argument == wanted);
    // The runner calls this program for each contestant. `cargo test --benches` passes neither argument.
    if is_given("--gungraun-run") {
        counted::run();
    } else if is_given("--bench") {
        let run = Run {
            started: SystemTime::now(),
            folder: folder()?,
        };
        counted::run();
        run.compare()?;
    }
    Ok(())
}

/// Returns the folder with the profiles of the runner.
fn folder() -> Result<PathBuf, BoxError> {
    let program = env::current_exe()?;
    let target = program
        .ancestors()
        .nth(3)
        .ok_or("the program is not in a target folder")?;
    Ok(target.join("gungraun/webhook-runtime/instructions/counted/deliveries"))
}

struct Run {
    started: SystemTime,
    folder: PathBuf,
}

impl Run {
    /// Returns the instructions of a contestant; none if a filter on the command line excluded it.
    fn instructions(&self, name: &str, size: &str) -> Result<Option<f64>, BoxError> {
        let file = self
            .folder
            .join(format!("{name}.{size}/callgrind.{name}.{size}.out"));
        if !self.is_current(&file) {
            return Ok(None);
        }
        let profile = fs::read_to_string(&file)?;
        let totals = profile
            .lines()
            .find_map(|line| line.strip_prefix("totals: "));
        let first = totals.and_then(|totals| totals.split(' ').next());
        Ok(Some(first.ok_or("no totals in the profile")?.parse()?))
    }

    fn is_current(&self, file: &Path) -> bool {
        let modified = fs::metadata(file).and_then(|file| file.modified());
        modified.is_ok_and(|modified| modified >= self.started)
    }

    /// Prints the ratios beside their bounds. Fails if one is exceeded.
    #[allow(clippy::print_stdout, reason = "the result of the program")]
    fn compare(&self) -> Result<(), BoxError> {
        println!("\n| instructions beyond the MAC | size | ratio | bound |");
        println!("| --- | --- | ---: | ---: |");
        let (mut rows, mut exceeded) = (0, Vec::new());
        for (ours, theirs, expected) in BOUNDS {
            for (size, expected) in SIZES.into_iter().zip(expected) {
                let bound = expected * MARGIN;
                let Some(ratio) = self.row(ours, theirs, size, bound, &mut exceeded)? else {
                    continue;
                };
                rows += 1;
                if ratio * MARGIN < expected {
                    println!(
                        "| | | fewer than before: lower `BOUNDS` in benches/instructions.rs | |"
                    );
                }
            }
        }
        for (with, without, bounds) in PREFIX_BOUNDS {
            for (size, bound) in SIZES.into_iter().zip(bounds) {
                let ratio = self.row(with, without, size, bound, &mut exceeded)?;
                rows += usize::from(ratio.is_some());
            }
        }
        if rows == 0 {
            return Err(format!("no profiles in {}", self.folder.display()).into());
        }
        if exceeded.is_empty() {
            return Ok(());
        }
        Err(format!(
            "bounds exceeded: {}; find the cause, or change the bounds in benches/instructions.rs",
            exceeded.join(", ")
        )
        .into())
    }

    /// Prints the ratio of two contestants; none if a filter excluded one of them.
    #[allow(clippy::print_stdout, reason = "the result of the program")]
    fn row(
        &self,
        ours: &str,
        theirs: &str,
        (size, size_name): (&str, &str),
        bound: f64,
        exceeded: &mut Vec<String>,
    ) -> Result<Option<f64>, BoxError> {
        let (Some(limit), Some(our), Some(their)) = (
            self.instructions("limit", size)?,
            self.instructions(ours, size)?,
            self.instructions(theirs, size)?,
        ) else {
            return Ok(None);
        };
        let (our, their) = (our - limit, their - limit);
        let ratio = our / their;
        println!(
            "| `{ours}` / `{theirs}` | {size_name} | {ratio:.3} ({our} / {their}) | {bound:.3} |"
        );
        if ratio > bound {
            exceeded.push(format!(
                "{ours} / {theirs} at {size_name}: {ratio:.3} > {bound:.3}"
            ));
        }
        Ok(Some(ratio))
    }
}
