//! `replay`: collects the rows, asks for confirmation, and replays them in batches.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use webhook_runtime::inbox::{Filter, Inbox, Row, State};

use crate::arguments::Replay;
use crate::failure::Failure;
use crate::json::Replayed;
use crate::output::Output;
use crate::text;

/// Number of rows replayed in one transaction: few enough that deliveries stored meanwhile are not delayed noticeably.
const BATCH: usize = 500;

/// Maximum number of groups that the confirmation lists.
const MAX_GROUPS: usize = 12;

pub(crate) async fn replay(
    inbox: &dyn Inbox,
    replay: &Replay,
    output: &mut Output,
) -> Result<(), Failure> {
    let filter = filter(replay)?;
    // Collected before the first replay: a row that becomes dead again meanwhile is not replayed twice.
    let selection = match replay.rows.as_slice() {
        [] => select_matching(inbox, &filter).await?,
        rows => select_numbers(inbox, rows).await?,
    };
    if selection.rows.is_empty() {
        return match output.is_json {
            true => output.document(&Replayed {
                matched: 0,
                replayed: 0,
                interrupted: false,
            }),
            false => Ok(output.line("no rows match: nothing to replay")?),
        };
    }
    if !replay.yes {
        confirm(&selection)?;
    }
    run(inbox, &filter, &selection.rows, output).await
}

/// Returns the filter of the options. Without `--state done` it matches dead rows only; rows given by number may be done or
/// dead.
fn filter(replay: &Replay) -> Result<Filter, Failure> {
    if !replay.rows.is_empty() {
        return Ok(Filter::new());
    }
    let mut filter = replay.matching.filter();
    match filter.state {
        Some(State::Pending | State::Running) => {
            let message = "only dead and done rows can be replayed: pending and running ones are handled anyway";
            return Err(Failure::Usage(message.to_owned()));
        }
        None if !replay.dead && filter == Filter::new() => {
            let message = "missing rows to replay: pass `replay ROW…`, `replay --dead` for all dead rows, or an option such as `--event 'batch.*'`";
            return Err(Failure::Usage(message.to_owned()));
        }
        state => filter.state = state.or(Some(State::Dead)),
    }
    Ok(filter)
}

/// The rows to replay.
#[derive(Default)]
struct Selection {
    rows: Vec<i64>,
    /// Number of rows by state, endpoint and event type.
    groups: BTreeMap<(State, String, String), u64>,
}

impl Selection {
    fn add(&mut self, row: Row) {
        self.rows.push(row.id);
        let group = (row.state, row.endpoint, row.event_type);
        *self.groups.entry(group).or_default() += 1;
    }
}

async fn select_matching(inbox: &dyn Inbox, filter: &Filter) -> Result<Selection, Failure> {
    let spinner = ProgressBar::new_spinner();
    let (mut selection, mut after) = (Selection::default(), None);
    loop {
        let page = inbox.list(filter, after, BATCH).await?;
        let is_last = page.len() < BATCH;
        after = page.last().map(|row| row.id);
        page.into_iter().for_each(|row| selection.add(row));
        spinner.set_message(format!("{} so far", text::rows(count(&selection.rows))));
        spinner.tick();
        if is_last {
            spinner.finish_and_clear();
            return Ok(selection);
        }
    }
}

async fn select_numbers(inbox: &dyn Inbox, rows: &[i64]) -> Result<Selection, Failure> {
    let mut selection = Selection::default();
    let mut numbers = rows.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    for batch in numbers.chunks(BATCH) {
        let filter = Filter::new().rows(batch.iter().copied());
        for row in inbox.list(&filter, None, batch.len()).await? {
            if matches!(row.state, State::Pending | State::Running) {
                let (row, state) = (row.id, row.state.as_str());
                return Err(Failure::Failed(format!(
                    "row {row} is {state}: only dead and done rows can be replayed; nothing was replayed"
                )));
            }
            selection.add(row);
        }
    }
    match numbers.iter().find(|row| !selection.rows.contains(row)) {
        Some(row) => Err(Failure::Failed(format!(
            "no row {row}: nothing was replayed"
        ))),
        None => Ok(selection),
    }
}

fn confirm(selection: &Selection) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "cannot ask for confirmation to replay {}: standard input is not a terminal; add --yes to replay without asking",
            text::rows(count(&selection.rows))
        )));
    }
    for ((state, endpoint, event_type), rows) in selection.groups.iter().take(MAX_GROUPS) {
        let (state, rows) = (state.as_str(), text::number(*rows));
        text::print_error(&format!(
            "{rows:>9} {state}  {endpoint}  {}",
            text::line(event_type)
        ));
    }
    if selection.groups.len() > MAX_GROUPS {
        text::print_error(&format!(
            "          and {} other groups",
            selection.groups.len() - MAX_GROUPS
        ));
    }
    let have_done = selection
        .groups
        .keys()
        .any(|(state, ..)| *state == State::Done);
    if have_done {
        text::print_error("done rows were handled successfully; their handlers run a second time");
    }
    let mut stderr = io::stderr().lock();
    write!(
        stderr,
        "Replay {}? [y/N] ",
        text::rows(count(&selection.rows))
    )?;
    stderr.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::Failed(
            "not confirmed: nothing was replayed".to_owned(),
        )),
    }
}

async fn run(
    inbox: &dyn Inbox,
    filter: &Filter,
    rows: &[i64],
    output: &mut Output,
) -> Result<(), Failure> {
    let is_interrupted = interrupt_flag();
    let progress = Progress::new(rows.len());
    let (mut replayed, mut processed) = (0, 0);
    for batch in rows.chunks(BATCH) {
        if is_interrupted.load(Ordering::Relaxed) {
            break;
        }
        let filter = filter.clone().rows(batch.iter().copied());
        replayed += match inbox.replay(&filter, batch.len()).await {
            Ok(replayed) => replayed,
            Err(error) => {
                progress.bar.abandon();
                let Failure::Failed(error) = error.into() else {
                    return Err(Failure::OutputClosed);
                };
                return Err(Failure::Failed(format!(
                    "{error}\n{} of {} were replayed; it is not known whether the next {} were",
                    text::number(number(replayed)),
                    text::rows(count(rows)),
                    batch.len()
                )));
            }
        };
        processed += batch.len();
        progress.update(processed);
    }
    let interrupted = processed < rows.len();
    match interrupted {
        true => progress.bar.abandon(),
        false => progress.bar.finish_and_clear(),
    }
    let result = Replayed {
        matched: count(rows),
        replayed: number(replayed),
        interrupted,
    };
    if output.is_json {
        output.document(&result)?;
    } else {
        print_result(&result, number(processed), output)?;
    }
    match interrupted {
        true => {
            output.flush()?;
            Err(Failure::Failed("interrupted by Ctrl-C".to_owned()))
        }
        false => Ok(()),
    }
}

fn print_result(result: &Replayed, processed: u64, output: &mut Output) -> io::Result<()> {
    let Replayed {
        matched,
        replayed,
        interrupted,
    } = result;
    output.line(&match interrupted {
        true => format!(
            "{} of {} replayed",
            text::number(*replayed),
            text::rows(*matched)
        ),
        false => format!(
            "{} replayed: the program that owns the inbox handles them within seconds",
            text::rows(*replayed)
        ),
    })?;
    match processed - replayed {
        0 => Ok(()),
        others => output.line(&format!(
            "{} skipped: replayed or deleted by another process meanwhile",
            text::rows(others)
        )),
    }
}

/// Returns a flag that the first Ctrl-C sets, so that the current batch is completed. The second Ctrl-C exits.
fn interrupt_flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let setter = Arc::clone(&flag);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            setter.store(true, Ordering::Relaxed);
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            text::print_error(
                "error: interrupted during a batch: it is not known how many rows were replayed",
            );
            std::process::exit(1);
        }
    });
    flag
}

/// Progress bar on a terminal; without one, a line for each tenth of the rows.
struct Progress {
    bar: ProgressBar,
    tenth: usize,
}

impl Progress {
    fn new(rows: usize) -> Self {
        let bar = match rows {
            ..=BATCH => ProgressBar::hidden(),
            _ => ProgressBar::new(number(rows)),
        };
        let style =
            ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} rows, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self {
            bar,
            tenth: (rows / 10).max(BATCH),
        }
    }

    fn update(&self, rows: usize) {
        self.bar.set_position(number(rows));
        let total = self.bar.length().unwrap_or_default();
        if self.bar.is_hidden() && total > number(BATCH) && rows % self.tenth < BATCH {
            text::print_error(&format!(
                "{} of {} replayed",
                text::number(number(rows)),
                text::number(total)
            ));
        }
    }
}

fn count(rows: &[i64]) -> u64 {
    number(rows.len())
}

fn number(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
