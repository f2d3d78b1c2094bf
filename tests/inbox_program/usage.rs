//! Errors: messages and exit codes.

use std::fs;

use crate::database::{TestDatabase, delivery, directory, done, postgres_url};
use crate::program::{command, command_for, run};

async fn error(arguments: &[&str]) -> (i32, String) {
    let mut command = command();
    command.args(arguments);
    let output = run(command).await;
    assert_eq!(output.stdout, "", "{arguments:?}");
    assert!(output.stderr.starts_with("error: "), "{}", output.stderr);
    (output.code, output.stderr)
}

#[tokio::test]
async fn an_invalid_command_line_exits_with_2_and_a_hint() {
    for (arguments, expected) in [
        (&[][..], "WEBHOOK_INBOX"),
        (&["x.db", "lst"], "'list'"),
        (
            &["x.db", "list", "--state", "ded"],
            "[possible values: pending, running, done, dead]",
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
        let (code, message) = error(arguments).await;
        assert_eq!(code, 2, "{message}");
        assert!(message.contains(expected), "{expected}: {message}");
        assert!(!message.contains("secret"), "{message}");
    }
    let database = TestDatabase::sqlite();
    for (arguments, expected) in [
        (&["replay"][..], "replay --dead"),
        (&["replay", "--yes"], "replay --dead"),
        (&["replay", "--state", "pending"], "only dead and done rows"),
    ] {
        let output = run(command_for(&database, arguments)).await;
        assert_eq!(output.code, 2, "{output:?}");
        assert!(output.stderr.contains(expected), "{output:?}");
    }
    database.clear().await;
}

#[tokio::test]
async fn a_file_without_an_inbox_exits_with_1_and_is_unchanged() {
    let directory = directory();
    let file = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    fs::write(file("empty.db"), "").unwrap();
    fs::write(
        file("text.db"),
        "text that is longer than the header of a database, and is not one",
    )
    .unwrap();
    for (database, expected) in [
        (file("missing.db"), "no such file"),
        (file(""), "is a directory"),
        (file("empty.db"), "start the program that owns it once"),
        (file("text.db"), "not a SQLite database"),
    ] {
        for command in ["summary", "list", "count", "show 1", "replay 1 --yes"] {
            let arguments: Vec<_> = [&*database].into_iter().chain(command.split(' ')).collect();
            let (code, message) = error(&arguments).await;
            assert_eq!(code, 1, "{message}");
            assert!(message.contains(expected), "{expected}: {message}");
        }
    }
    assert!(
        error(&["lst"])
            .await
            .1
            .contains("neither a file nor a command")
    );
    let mut names: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["empty.db", "text.db"], "no file is created");
    assert_eq!(fs::metadata(file("empty.db")).unwrap().len(), 0);
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn an_unreachable_server_or_schema_exits_with_1_and_names_it() {
    let (code, message) = error(&["postgres://app:secret@127.0.0.1:1/app"]).await;
    assert_eq!(code, 1);
    assert!(
        message.contains("127.0.0.1:1") && message.contains("refused"),
        "{message}"
    );
    assert!(!message.contains("secret"), "{message}");
    let schema = format!("webhook_missing {}", std::process::id());
    for database in TestDatabase::all().await.into_iter().skip(1) {
        let (code, message) = error(&[&postgres_url(), "--schema", &schema]).await;
        assert_eq!(code, 1);
        assert!(
            message.contains(&schema) && message.contains("--schema"),
            "{message}"
        );
        let (_, again) = error(&[&postgres_url(), "--schema", &schema]).await;
        assert_eq!(message, again, "no schema is created");
        database.clear().await;
    }
}

#[tokio::test]
async fn missing_and_pending_rows_exit_with_1() {
    for database in TestDatabase::all().await {
        let done = database
            .enqueue_completed(&delivery("msg_1"), &done())
            .await
            .to_string();
        database.enqueue(&delivery("msg_2")).await;
        let pending = database.rows().await[1].id.to_string();
        for (arguments, expected) in [
            (&["show", "999999"][..], "no row 999999"),
            (
                &["replay", &done, "999999", "--yes"],
                "no row 999999: nothing was replayed",
            ),
            (&["replay", &done, &pending, "--yes"], "is pending"),
        ] {
            let output = run(command_for(&database, arguments)).await;
            assert_eq!((output.code, &*output.stdout), (1, ""), "{output:?}");
            assert!(output.stderr.contains(expected), "{output:?}");
        }
        assert_eq!(database.rows().await[0].state.as_str(), "done");
        database.clear().await;
    }
}

#[tokio::test]
async fn the_inbox_can_be_set_in_the_environment() {
    for database in TestDatabase::all().await {
        database.enqueue(&delivery("msg_1")).await;
        let mut command = command();
        command.env("WEBHOOK_INBOX", &database.arguments[0]);
        command.args(&database.arguments[1..]).arg("count");
        assert_eq!(run(command).await.stdout, "1\n");
        database.clear().await;
    }
    let mut help = command();
    help.env("WEBHOOK_INBOX", "postgres://app:secret@db/app")
        .arg("--help");
    let output = run(help).await;
    assert_eq!(output.code, 0);
    assert!(
        output.stdout.contains("Examples:") && !output.stdout.contains("secret"),
        "{}",
        output.stdout
    );
}
