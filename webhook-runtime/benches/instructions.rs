//! What a delivery costs in instructions beside the same job by hand, held by bounds, so that a change that slows the
//! pipeline fails whatever else the machine does.
//!
//! ```sh
//! cargo bench -p webhook-runtime --features testing --bench instructions
//! ```
//!
//! Needs `valgrind`, and `gungraun-runner` of the version in `Cargo.lock`: `cargo install gungraun-runner --locked
//! --version …`.
//!
//! Valgrind hides the processor's SHA instructions, so the MAC is computed in software here and would hide all else.
//! It is taken away on both sides: what is held is the rest of ours over the rest of theirs.

#[path = "receive/body.rs"]
mod body;
#[path = "receive/by_hand.rs"]
mod by_hand;
#[path = "receive/endpoints.rs"]
#[allow(dead_code, reason = "some is for the table of times")]
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
#[allow(dead_code, reason = "some is for the table of times")]
mod rounds;
#[path = "receive/wire.rs"]
#[allow(dead_code, reason = "some is for the table of times")]
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

/// How much worse than what stands is taken for a change of the compiler or the C library.
const MARGIN: f64 = 1.05;

/// Ours, theirs, and the ratio that stands, at 290 B, 1 KB and 4 KB.
const HELD: [(&str, &str, [f64; 3]); 6] = [
    ("verify", "limit_steps", [0.859, 0.859, 0.859]),
    ("unhandled", "by_hand_unhandled", [0.743, 1.116, 1.116]),
    (
        "handle_bytes_borrowed",
        "by_hand_best",
        [1.362, 1.087, 1.020],
    ),
    ("handle_bytes", "by_hand_plain", [1.351, 1.075, 1.015]),
    // The requests are made meanwhile, on both sides.
    ("handle", "request_in_pieces", [1.106, 1.122, 1.027]),
    ("tower", "request_in_pieces", [1.094, 1.116, 1.025]),
];

/// As the runner calls them, and as people do.
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

/// A contestant that has done the job before: the first delivery of a type may warn, and sets things up.
#[allow(clippy::expect_used, reason = "names of contestants")]
fn warm(name: &str, size: usize) -> Contestant {
    let contestants = match size {
        290 => contestants::<Anthropic>(body::session_idled()),
        _ => contestants::<Wacht>(body::user_created(size)),
    };
    let mut found = contestants
        .into_iter()
        .find(|contestant| contestant.name() == name)
        .expect("a contestant of this name");
    found.turn(3);
    found
}

fn contestants<P: Endpoints + ByHand + TypeAt>(body: String) -> Vec<Contestant> {
    let wire = Wire::sign::<P>(body);
    let mut contestants = limit::contestants(&wire);
    contestants.extend(endpoints::contestants::<P>(&wire));
    contestants.extend(by_hand::contestants::<P>(&wire));
    contestants.push(peek::contestant::<P>(&wire));
    contestants
}

fn main() -> Result<(), BoxError> {
    let is_given = |wanted: &str| env::args().any(|word| word == wanted);
    // The runner calls this program for each contestant. `cargo test --benches` says neither, and has no valgrind.
    if is_given("--gungraun-run") {
        counted::run();
    } else if is_given("--bench") {
        let run = Run {
            began: SystemTime::now(),
            folder: folder()?,
        };
        counted::run();
        hold(&run)?;
    }
    Ok(())
}

/// Where the runner has callgrind write to.
fn folder() -> Result<PathBuf, BoxError> {
    let program = env::current_exe()?;
    let target = program.ancestors().nth(3).ok_or("not in target")?;
    Ok(target.join("gungraun/webhook-runtime/instructions/counted/deliveries"))
}

struct Run {
    began: SystemTime,
    folder: PathBuf,
}

impl Run {
    /// None: a word on the command line has picked others.
    fn instructions(&self, name: &str, size: &str) -> Result<Option<f64>, BoxError> {
        let file = self
            .folder
            .join(format!("{name}.{size}/callgrind.{name}.{size}.out"));
        if !self.is_of_now(&file) {
            return Ok(None);
        }
        let profile = fs::read_to_string(&file)?;
        let totals = profile
            .lines()
            .find_map(|line| line.strip_prefix("totals: "));
        let first = totals.and_then(|totals| totals.split(' ').next());
        Ok(Some(first.ok_or("no totals in the profile")?.parse()?))
    }

    fn is_of_now(&self, file: &Path) -> bool {
        let modified = fs::metadata(file).and_then(|file| file.modified());
        modified.is_ok_and(|modified| modified >= self.began)
    }
}

/// Prints the ratios beside what is held, and fails if one is worse.
#[allow(clippy::print_stdout, reason = "the result of the program")]
fn hold(run: &Run) -> Result<(), BoxError> {
    let (mut worse, mut rows) = (Vec::new(), 0);
    println!("\n| ours / theirs, instructions beyond the MAC | size | ratio | held |");
    println!("| --- | --- | ---: | ---: |");
    for (ours, theirs, held) in HELD {
        for ((size, size_name), held) in SIZES.into_iter().zip(held) {
            let (Some(limit), Some(our), Some(their)) = (
                run.instructions("limit", size)?,
                run.instructions(ours, size)?,
                run.instructions(theirs, size)?,
            ) else {
                continue;
            };
            rows += 1;
            let (our, their) = (our - limit, their - limit);
            let (ratio, most) = (our / their, held * MARGIN);
            println!(
                "| `{ours}` / `{theirs}` | {size_name} | {ratio:.3} ({our} / {their}) | {held:.3} |"
            );
            if ratio > most {
                worse.push(format!("{ours} at {size_name}: {ratio:.3} > {most:.3}"));
            } else if ratio * MARGIN < held {
                println!("| | | fewer than before: lower `HELD` in benches/instructions.rs | |");
            }
        }
    }
    match (rows, worse.is_empty()) {
        (0, _) => Err(format!("nothing was counted in {}", run.folder.display()).into()),
        (_, true) => Ok(()),
        (_, false) => Err(format!(
            "more instructions than before: {}; find out why, or change `HELD` in benches/instructions.rs",
            worse.join(", ")
        )
        .into()),
    }
}
