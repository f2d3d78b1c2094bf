//! On a terminal: colours, its width, and a question.

use std::io::Write as _;
use std::process::{Command, Stdio};

use webhook_runtime::inbox::State;

use crate::place::{Place, dead, delivery};
use crate::program;

/// Runs it on a terminal of this width, at which somebody types this. What stands there at the end, and the exit code.
fn run(place: &Place, columns: u32, arguments: &str, typed: &str, no_color: &str) -> (String, i32) {
    let program = program::command();
    let program = program.get_program().to_str().unwrap();
    let line = format!(
        "stty cols {columns} rows 40; {program} '{}' {arguments}",
        place.arguments.join("' '")
    );
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .env("NO_COLOR", no_color)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("there is `script` of util-linux");
    let mut stdin = script.stdin.take().unwrap();
    stdin.write_all(typed.as_bytes()).unwrap();
    let output = script.wait_with_output().unwrap();
    drop(stdin);
    let said = String::from_utf8(output.stdout).unwrap();
    (said.replace('\r', ""), output.status.code().unwrap())
}

fn widest(said: &str) -> usize {
    said.lines().map(|line| line.chars().count()).max().unwrap()
}

#[tokio::test]
async fn tables_have_the_width_of_the_terminal() {
    let place = Place::sqlite();
    let mut delivery = delivery("wh_685343a1381c819085d44c354e1b330e");
    delivery.event_type = "a.rather.long.name.of.an.event.that.nobody.remembers".to_owned();
    place
        .ended(&delivery, &dead(&"no such batch ".repeat(20)))
        .await;
    for columns in [60, 80, 120, 200] {
        let (said, code) = run(&place, columns, "list", "", "1");
        assert_eq!(code, 0);
        let width = usize::try_from(columns).unwrap();
        assert!(widest(&said) <= width, "{columns}: {said}");
        assert!(
            said.contains("…") && said.contains("no such batch"),
            "{said}"
        );
        assert!(
            said.contains("wh_685343a1381c819085d44c354e1b330e"),
            "it is whole: {said}"
        );
    }
    place.clear().await;
}

#[tokio::test]
async fn colours_are_for_terminals_and_for_those_who_want_them() {
    let place = Place::sqlite();
    place.ended(&delivery("msg_1"), &dead("no")).await;
    for arguments in ["summary", "list", "show 1"] {
        let (coloured, _) = run(&place, 80, arguments, "", "");
        let (plain, _) = run(&place, 80, arguments, "", "1");
        assert_eq!(
            coloured.contains('\u{1b}'),
            arguments != "show 1",
            "{coloured:?}"
        );
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
        let arguments: Vec<_> = arguments.split(' ').collect();
        let piped = program::say(&place, &arguments).await;
        assert!(!piped.contains('\u{1b}'), "{piped:?}");
    }
    place.clear().await;
}

#[tokio::test]
async fn a_question_is_asked_and_only_yes_is_a_yes() {
    for place in Place::all().await {
        place.ended(&delivery("msg_1"), &dead("no")).await;
        for answer in ["n\n", "\n", "\u{4}", "yess\n"] {
            let (said, code) = run(&place, 80, "replay --dead", answer, "1");
            assert_eq!(code, 1, "{said}");
            assert!(said.contains("1 dead  app  batch.failed"), "{said}");
            assert!(said.contains("Have 1 row handled again? [y/N]"), "{said}");
            assert!(said.contains("nothing was replayed"), "{said}");
        }
        assert_eq!(place.count(State::Dead).await, 1);
        let (said, code) = run(&place, 80, "replay --dead", "Yes\n", "1");
        assert_eq!(code, 0, "{said}");
        assert_eq!(place.count(State::Pending).await, 1);
        place.clear().await;
    }
}

#[tokio::test]
async fn a_long_replay_has_a_bar() {
    let place = Place::sqlite();
    place.many_dead(&delivery("msg"), 1_500).await;
    let (said, code) = run(&place, 80, "replay --dead --yes", "", "1");
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("of 1,500 rows") && said.contains("client_disconnected"),
        "{said:?}"
    );
    assert!(
        said.trim_end().ends_with("take them within seconds")
            || said.contains("1,500 rows replayed"),
        "{said:?}"
    );
    place.clear().await;
}

#[tokio::test]
async fn a_long_body_is_cut_on_a_terminal_alone() {
    let place = Place::sqlite();
    let mut delivery = delivery("msg_1");
    delivery.body = "a line\n".repeat(100).into();
    place.ended(&delivery, &dead("no")).await;
    let (said, _) = run(&place, 80, "show 1", "", "1");
    assert_eq!(said.matches("  a line\n").count(), 60);
    assert!(said.contains("… 40 more lines"), "{said}");
    let piped = program::say(&place, &["show", "1"]).await;
    assert_eq!(piped.matches("  a line\n").count(), 100);
    place.clear().await;
}
