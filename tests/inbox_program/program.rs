//! Building and running the program.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::database::TestDatabase;

/// Builds the program: `cargo test --test …` builds no examples. Returns its path.
fn path() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        // …/<target>/<profile>/deps/<this test>
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().unwrap().parent().unwrap();
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--example", "inbox"]);
        build.args(["--features", "sqlite,postgres", "--target-dir"]);
        build.arg(profile.parent().unwrap());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).status();
        assert!(built.unwrap().success(), "the example does not build");
        let name = format!("inbox{}", std::env::consts::EXE_SUFFIX);
        profile.join("examples").join(name)
    })
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(path());
    command.env_remove("WEBHOOK_INBOX").env_remove("NO_COLOR");
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Returns the command line of the program for a database.
pub(crate) fn command_for(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = command();
    command.args(&database.arguments).args(arguments);
    command
}

#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program to its end, without blocking the test.
pub(crate) async fn run(mut command: Command) -> Output {
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    Output {
        code: output.status.code().expect("the program was killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program, which must succeed. Returns its standard output.
pub(crate) async fn stdout(database: &TestDatabase, arguments: &[&str]) -> String {
    let output = run(command_for(database, arguments)).await;
    let result = (output.code, &*output.stderr);
    assert_eq!(result, (0, ""), "{arguments:?}: {output:?}");
    output.stdout
}

/// Runs the program with `--json`, which must succeed. Returns its documents.
pub(crate) async fn documents(database: &TestDatabase, arguments: &[&str]) -> Vec<Value> {
    let stdout = stdout(database, &[arguments, &["--json"]].concat()).await;
    let lines = stdout.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}
