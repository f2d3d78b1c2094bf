//! The program on a terminal: colours, width, and the confirmation.

use std::io::Write as _;
use std::process::{Command, Stdio};

use webhook_runtime::inbox::State;

use crate::database::{TestDatabase, dead, delivery};
use crate::program;

/// Runs the program on a terminal of a width, with typed input. Returns its output and its exit code.
fn run(
    database: &TestDatabase,
    columns: u32,
    arguments: &str,
    typed: &str,
    no_color: &str,
) -> (String, i32) {
    let program = program::command();
    let program = program.get_program().to_str().unwrap();
    let line = format!(
        "stty cols {columns} rows 40; {program} '{}' {arguments}",
        database.arguments.join("' '")
    );
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .env("NO_COLOR", no_color)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("cannot run `script`: install util-linux");
    let mut stdin = script.stdin.take().unwrap();
    stdin.write_all(typed.as_bytes()).unwrap();
    let output = script.wait_with_output().unwrap();
    drop(stdin);
    let printed = String::from_utf8(output.stdout).unwrap();
    (printed.replace('\r', ""), output.status.code().unwrap())
}

fn widest(printed: &str) -> usize {
    printed
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap()
}

#[tokio::test]
async fn tables_fit_the_width_of_the_terminal() {
    let database = TestDatabase::sqlite();
    let mut delivery = delivery("wh_685343a1381c819085d44c354e1b330e");
    delivery.event_type = "a.rather.long.name.of.an.event.that.is.truncated".to_owned();
    database
        .enqueue_completed(&delivery, &dead(&"no such batch ".repeat(20)))
        .await;
    for columns in [60, 80, 120, 200] {
        let (printed, code) = run(&database, columns, "list", "", "1");
        assert_eq!(code, 0);
        let width = usize::try_from(columns).unwrap();
        assert!(widest(&printed) <= width, "{columns}: {printed}");
        assert!(
            printed.contains("…") && printed.contains("no such batch"),
            "{printed}"
        );
        assert!(
            printed.contains("wh_685343a1381c819085d44c354e1b330e"),
            "the delivery id is not truncated: {printed}"
        );
    }
    database.clear().await;
}

#[tokio::test]
async fn colours_are_printed_on_terminals_without_no_color() {
    let database = TestDatabase::sqlite();
    database
        .enqueue_completed(&delivery("msg_1"), &dead("no"))
        .await;
    for arguments in ["summary", "list", "show 1"] {
        let (coloured, _) = run(&database, 80, arguments, "", "");
        let (plain, _) = run(&database, 80, arguments, "", "1");
        assert_eq!(
            coloured.contains('\u{1b}'),
            arguments != "show 1",
            "{coloured:?}"
        );
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
        let arguments: Vec<_> = arguments.split(' ').collect();
        let piped = program::stdout(&database, &arguments).await;
        assert!(!piped.contains('\u{1b}'), "{piped:?}");
    }
    database.clear().await;
}

#[tokio::test]
async fn only_yes_confirms_a_replay() {
    for database in TestDatabase::all().await {
        database
            .enqueue_completed(&delivery("msg_1"), &dead("no"))
            .await;
        for answer in ["n\n", "\n", "\u{4}", "yess\n"] {
            let (printed, code) = run(&database, 80, "replay --dead", answer, "1");
            assert_eq!(code, 1, "{printed}");
            assert!(printed.contains("1 dead  app  batch.failed"), "{printed}");
            assert!(printed.contains("Replay 1 row? [y/N]"), "{printed}");
            assert!(printed.contains("nothing was replayed"), "{printed}");
        }
        assert_eq!(database.count(State::Dead).await, 1);
        let (printed, code) = run(&database, 80, "replay --dead", "Yes\n", "1");
        assert_eq!(code, 0, "{printed}");
        assert_eq!(database.count(State::Pending).await, 1);
        database.clear().await;
    }
}

#[tokio::test]
async fn a_long_replay_shows_a_progress_bar() {
    let database = TestDatabase::sqlite();
    database.enqueue_many_dead(&delivery("msg"), 1_500).await;
    let (printed, code) = run(&database, 80, "replay --dead --yes", "", "1");
    assert_eq!(code, 0, "{printed}");
    assert!(
        printed.contains("of 1,500 rows") && printed.contains("left"),
        "{printed:?}"
    );
    assert!(
        printed.trim_end().ends_with("handles them within seconds")
            || printed.contains("1,500 rows replayed"),
        "{printed:?}"
    );
    database.clear().await;
}

#[tokio::test]
async fn a_long_body_is_truncated_on_terminals_only() {
    let database = TestDatabase::sqlite();
    let mut delivery = delivery("msg_1");
    delivery.body = "a line\n".repeat(100).into();
    database.enqueue_completed(&delivery, &dead("no")).await;
    let (printed, _) = run(&database, 80, "show 1", "", "1");
    assert_eq!(printed.matches("  a line\n").count(), 60);
    assert!(printed.contains("… 40 more lines"), "{printed}");
    let piped = program::stdout(&database, &["show", "1"]).await;
    assert_eq!(piped.matches("  a line\n").count(), 100);
    database.clear().await;
}
