//! The program, and what it has said.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::place::Place;

/// The program as it is now: `cargo test --test …` alone builds no examples.
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

/// The command line of the program for this place.
pub(crate) fn on(place: &Place, arguments: &[&str]) -> Command {
    let mut command = command();
    command.args(&place.arguments).args(arguments);
    command
}

#[derive(Debug)]
pub(crate) struct DeliveryReport {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs it to its end, beside what the test itself does meanwhile.
pub(crate) async fn run(mut command: Command) -> DeliveryReport {
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    DeliveryReport {
        code: output.status.code().expect("it has not been killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What it prints when all is well.
pub(crate) async fn say(place: &Place, arguments: &[&str]) -> String {
    let ran = run(on(place, arguments)).await;
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{arguments:?}: {ran:?}");
    ran.stdout
}

/// The documents that it prints.
pub(crate) async fn documents(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let said = say(place, &[arguments, &["--json"]].concat()).await;
    let lines = said.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}
