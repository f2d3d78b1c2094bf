//! `replay`: which rows, a question, and then a batch at a time.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use webhook_runtime::inbox::{Filter, Inbox, Row, State};

use crate::arguments::Replay;
use crate::documents::Replayed;
use crate::failure::Failure;
use crate::output::Output;
use crate::text;

/// How many rows are replayed in one transaction: few enough that whoever stores deliveries meanwhile waits for no time
/// that counts.
const AT_A_TIME: usize = 500;

/// How many kinds of rows a question lists.
const KINDS: usize = 12;

pub(crate) async fn replay(
    inbox: &dyn Inbox,
    replay: &Replay,
    output: &mut Output,
) -> Result<(), Failure> {
    let filter = filter(replay)?;
    // The rows that have ended by now, and none that ends later: each is replayed once, however fast it dies again.
    let picked = match replay.rows.as_slice() {
        [] => of_filter(inbox, &filter).await?,
        rows => named(inbox, rows).await?,
    };
    if picked.rows.is_empty() {
        return match output.is_json {
            true => output.document(&Replayed {
                picked: 0,
                replayed: 0,
                stopped: false,
            }),
            false => Ok(output.line("no row is like this: there is nothing to replay")?),
        };
    }
    if !replay.yes {
        confirm(&picked)?;
    }
    run(inbox, &filter, &picked.rows, output).await
}

/// Of rows that are named, those that have ended; otherwise dead ones, unless done ones are asked for.
fn filter(replay: &Replay) -> Result<Filter, Failure> {
    if !replay.rows.is_empty() {
        return Ok(Filter::new());
    }
    let mut filter = replay.pick.filter();
    match filter.state {
        Some(State::Pending | State::Running) => {
            let said = "only dead and done rows can be replayed: a waiting or running one is about to be handled anyway";
            return Err(Failure::Usage(said.to_owned()));
        }
        None if !replay.dead && filter == Filter::new() => {
            let said = "say what to replay: `replay ROW…`, `replay --dead` for all dead rows, or a filter such as `--event 'batch.*'`";
            return Err(Failure::Usage(said.to_owned()));
        }
        state => filter.state = state.or(Some(State::Dead)),
    }
    Ok(filter)
}

/// What is to be replayed.
#[derive(Default)]
struct Picked {
    rows: Vec<i64>,
    /// How many of each state, endpoint and event type.
    kinds: BTreeMap<(State, String, String), u64>,
}

impl Picked {
    fn add(&mut self, row: Row) {
        self.rows.push(row.id);
        let kind = (row.state, row.endpoint, row.event_type);
        *self.kinds.entry(kind).or_default() += 1;
    }
}

async fn of_filter(inbox: &dyn Inbox, filter: &Filter) -> Result<Picked, Failure> {
    let spinner = ProgressBar::new_spinner();
    let (mut picked, mut after) = (Picked::default(), None);
    loop {
        let page = inbox.list(filter, after, AT_A_TIME).await?;
        let is_last = page.len() < AT_A_TIME;
        after = page.last().map(|row| row.id);
        page.into_iter().for_each(|row| picked.add(row));
        spinner.set_message(format!("{} so far", text::rows(count(&picked.rows))));
        spinner.tick();
        if is_last {
            spinner.finish_and_clear();
            return Ok(picked);
        }
    }
}

async fn named(inbox: &dyn Inbox, rows: &[i64]) -> Result<Picked, Failure> {
    let mut picked = Picked::default();
    let mut wanted = rows.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    for some in wanted.chunks(AT_A_TIME) {
        let filter = Filter::new().rows(some.iter().copied());
        for row in inbox.list(&filter, None, some.len()).await? {
            if matches!(row.state, State::Pending | State::Running) {
                let (row, state) = (row.id, row.state.as_str());
                return Err(Failure::Failed(format!(
                    "row {row} is {state}: only dead and done ones are replayed; nothing was"
                )));
            }
            picked.add(row);
        }
    }
    match wanted.iter().find(|row| !picked.rows.contains(row)) {
        Some(row) => Err(Failure::Failed(format!(
            "there is no row {row}; nothing was replayed"
        ))),
        None => Ok(picked),
    }
}

fn confirm(picked: &Picked) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{} would be replayed, and nobody is there to be asked: add --yes to have it done; nothing was replayed",
            text::rows(count(&picked.rows))
        )));
    }
    for ((state, endpoint, event_type), rows) in picked.kinds.iter().take(KINDS) {
        let (state, rows) = (state.as_str(), text::number(*rows));
        text::tell(&format!(
            "{rows:>9} {state}  {endpoint}  {}",
            text::line(event_type)
        ));
    }
    if picked.kinds.len() > KINDS {
        text::tell(&format!(
            "          and {} other kinds",
            picked.kinds.len() - KINDS
        ));
    }
    let have_done = picked.kinds.keys().any(|(state, ..)| *state == State::Done);
    if have_done {
        text::tell("What is done will be done a second time.");
    }
    let mut stderr = io::stderr().lock();
    write!(
        stderr,
        "Have {} handled again? [y/N] ",
        text::rows(count(&picked.rows))
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
    let stop = stop();
    let progress = Progress::new(rows.len());
    let (mut replayed, mut looked_at) = (0, 0);
    for some in rows.chunks(AT_A_TIME) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let filter = filter.clone().rows(some.iter().copied());
        replayed += match inbox.replay(&filter, some.len()).await {
            Ok(replayed) => replayed,
            Err(error) => {
                progress.bar.abandon();
                let Failure::Failed(error) = error.into() else {
                    return Err(Failure::NobodyReads);
                };
                return Err(Failure::Failed(format!(
                    "{error}\n{} of {} were replayed, and it is not certain whether the next {} were",
                    text::number(number(replayed)),
                    text::rows(count(rows)),
                    some.len()
                )));
            }
        };
        looked_at += some.len();
        progress.at(looked_at);
    }
    let was_stopped = looked_at < rows.len();
    match was_stopped {
        true => progress.bar.abandon(),
        false => progress.bar.finish_and_clear(),
    }
    let ended = Replayed {
        picked: count(rows),
        replayed: number(replayed),
        stopped: was_stopped,
    };
    if output.is_json {
        output.document(&ended)?;
    } else {
        say(&ended, number(looked_at), output)?;
    }
    match was_stopped {
        true => {
            output.flush()?;
            Err(Failure::Failed("stopped by Ctrl-C".to_owned()))
        }
        false => Ok(()),
    }
}

fn say(ended: &Replayed, looked_at: u64, output: &mut Output) -> io::Result<()> {
    let Replayed {
        picked,
        replayed,
        stopped,
    } = ended;
    output.line(&match stopped {
        true => format!(
            "{} of {} replayed",
            text::number(*replayed),
            text::rows(*picked)
        ),
        false => format!(
            "{} replayed: whoever works the inbox takes them within seconds",
            text::rows(*replayed)
        ),
    })?;
    match looked_at - replayed {
        0 => Ok(()),
        others => output.line(&format!(
            "{} had been replayed or deleted by somebody else meanwhile",
            text::rows(others)
        )),
    }
}

/// True from the first Ctrl-C on: the batch that is under way ends. The second one ends the program.
fn stop() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopped.store(true, Ordering::Relaxed);
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            text::tell("ended: it is not certain how many were replayed");
            std::process::exit(1);
        }
    });
    stop
}

/// A bar on a terminal; otherwise a line for each tenth.
struct Progress {
    bar: ProgressBar,
    tenth: usize,
}

impl Progress {
    fn new(rows: usize) -> Self {
        let bar = match rows {
            ..=AT_A_TIME => ProgressBar::hidden(),
            _ => ProgressBar::new(number(rows)),
        };
        let style =
            ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} rows, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self {
            bar,
            tenth: (rows / 10).max(AT_A_TIME),
        }
    }

    fn at(&self, rows: usize) {
        self.bar.set_position(number(rows));
        let total = self.bar.length().unwrap_or_default();
        if self.bar.is_hidden() && total > number(AT_A_TIME) && rows % self.tenth < AT_A_TIME {
            text::tell(&format!(
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
