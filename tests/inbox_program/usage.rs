//! What cannot be done, and what is said then.

use std::fs;

use crate::place::{Place, delivery, directory, done, postgres_url};
use crate::program::{command, on, run};

async fn refused(arguments: &[&str]) -> (i32, String) {
    let mut command = command();
    command.args(arguments);
    let ran = run(command).await;
    assert_eq!(ran.stdout, "", "{arguments:?}");
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    (ran.code, ran.stderr)
}

#[tokio::test]
async fn a_wrong_command_is_2_and_says_what_is_right() {
    for (arguments, says) in [
        (&[][..], "WEBHOOK_INBOX"),
        (&["x.db", "lst"], "'list'"),
        (
            &["x.db", "list", "--state", "ded"],
            "[possible values: waiting, running, done, dead]",
        ),
        (&["x.db", "list", "--since", "yesterday"], "2h"),
        (&["x.db", "list", "--event", "batch*"], "`batch.*`"),
        (&["x.db", "list", "--limit", "0"], "--limit"),
        (&["x.db", "show"], "<ROW>"),
        (&["x.db", "show", "first"], "'first'"),
        (&["x.db", "replay", "7", "--dead"], "cannot be used with"),
        (
            &["x.db", "replay", "7", "--event", "a"],
            "cannot be used with",
        ),
        (&["x.db", "--schema", "webhook"], "PostgreSQL"),
        (&["mysql://db/app"], "postgres://"),
        (
            &["postgres://app:secret@db:port/app"],
            "postgres://user:password@host:port/database",
        ),
    ] {
        let (code, said) = refused(arguments).await;
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(says), "{says}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
    let place = Place::sqlite();
    for (arguments, says) in [
        (&["replay"][..], "replay --dead"),
        (&["replay", "--yes"], "replay --dead"),
        (&["replay", "--state", "pending"], "only dead and done rows"),
    ] {
        let ran = run(on(&place, arguments)).await;
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(says), "{ran:?}");
    }
    place.clear().await;
}

#[tokio::test]
async fn what_is_no_inbox_is_1_and_stays_as_it_is() {
    let directory = directory();
    let file = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    fs::write(file("empty.db"), "").unwrap();
    fs::write(
        file("text.db"),
        "no database, but some text that is longer than a header of one would be",
    )
    .unwrap();
    for (place, says) in [
        (file("missing.db"), "there is no file"),
        (file(""), "is a directory"),
        (file("empty.db"), "start the program that works it once"),
        (file("text.db"), "no database of SQLite"),
    ] {
        for command in ["summary", "list", "count", "show 1", "replay 1 --yes"] {
            let arguments: Vec<_> = [&*place].into_iter().chain(command.split(' ')).collect();
            let (code, said) = refused(&arguments).await;
            assert_eq!(code, 1, "{said}");
            assert!(said.contains(says), "{says}: {said}");
        }
    }
    assert!(refused(&["lst"]).await.1.contains("no command either"));
    let mut names: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["empty.db", "text.db"], "nothing is made");
    assert_eq!(fs::metadata(file("empty.db")).unwrap().len(), 0);
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_server_or_schema_that_is_away_is_1_and_says_where() {
    let (code, said) = refused(&["postgres://app:secret@127.0.0.1:1/app"]).await;
    assert_eq!(code, 1);
    assert!(
        said.contains("127.0.0.1:1") && said.contains("refused"),
        "{said}"
    );
    assert!(!said.contains("secret"), "{said}");
    let schema = format!("webhook_nobody_has_made {}", std::process::id());
    for place in Place::all().await.into_iter().skip(1) {
        let (code, said) = refused(&[&postgres_url(), "--schema", &schema]).await;
        assert_eq!(code, 1);
        assert!(
            said.contains(&schema) && said.contains("--schema"),
            "{said}"
        );
        let (_, again) = refused(&[&postgres_url(), "--schema", &schema]).await;
        assert_eq!(said, again, "nothing was made");
        place.clear().await;
    }
}

#[tokio::test]
async fn rows_that_cannot_be_shown_or_replayed_are_1() {
    for place in Place::all().await {
        let done = place.ended(&delivery("msg_1"), &done()).await.to_string();
        place.enqueue(&delivery("msg_2")).await;
        let waiting = place.rows().await[1].id.to_string();
        for (arguments, says) in [
            (&["show", "999999"][..], "there is no row 999999"),
            (
                &["replay", &done, "999999", "--yes"],
                "there is no row 999999; nothing was replayed",
            ),
            (&["replay", &done, &waiting, "--yes"], "is waiting"),
        ] {
            let ran = run(on(&place, arguments)).await;
            assert_eq!((ran.code, &*ran.stdout), (1, ""), "{ran:?}");
            assert!(ran.stderr.contains(says), "{ran:?}");
        }
        assert_eq!(place.rows().await[0].state.as_str(), "done");
        place.clear().await;
    }
}

#[tokio::test]
async fn the_place_may_stand_in_the_environment() {
    for place in Place::all().await {
        place.enqueue(&delivery("msg_1")).await;
        let mut command = command();
        command.env("WEBHOOK_INBOX", &place.arguments[0]);
        command.args(&place.arguments[1..]).arg("count");
        assert_eq!(run(command).await.stdout, "1\n");
        place.clear().await;
    }
    let mut help = command();
    help.env("WEBHOOK_INBOX", "postgres://app:secret@db/app")
        .arg("--help");
    let ran = run(help).await;
    assert_eq!(ran.code, 0);
    assert!(
        ran.stdout.contains("Examples:") && !ran.stdout.contains("secret"),
        "{}",
        ran.stdout
    );
}
