//! Description of the machine on which the figures were measured.

use std::fs;
use std::process::Command;

use webhook_runtime::{Clock as _, SystemClock};

pub(crate) fn describe() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = cpus.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':'))
            .map_or("unknown", |(_, value)| value.trim())
    };
    let sha = match field("flags").split(' ').any(|flag| flag == "sha_ni") {
        true => "with SHA-NI",
        false => "without SHA-NI",
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split(' ').take(3).collect();
    format!(
        "{}, {cores} cores, {sha}; {}; profile `bench` (lto, one codegen unit); {}; load of the machine at the end: {}.",
        field("model name"),
        rustc(),
        date(),
        load.join(" "),
    )
}

/// Returns the version of the `rustc` in the path, which cargo has used for this program.
fn rustc() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or_else(
        |_| "unknown compiler".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn date() -> String {
    let now = SystemClock.now().as_second();
    jiff::Timestamp::from_second(now).map_or_else(
        |_| "unknown date".to_owned(),
        |now| now.strftime("%F").to_string(),
    )
}
