#!/usr/bin/env python3
"""Measures the compile time of the macros: generates crates with 10, 100 and 1,000 handlers for a catalog of 1,000
events, with the macros and by hand (one async `match`), and prints a table of check, dev and release times and sizes.

    python3 benches/compile_cost.py [--handlers 10,100,1000] [--rounds 3] [--out DIR] [--check-only]

The catalog and its payload types are in a separate crate, which is built once and not timed. The two variants are
built in turn, only the crate with the handlers each time. Times are medians of the rounds.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EVENTS = 1000

MANIFEST = """[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[dependencies]
{dependencies}
[profile.dev]
debug = false

[workspace]
"""


def event(number):
    return f"family{number // 20}.kind{number % 20}"


def catalog():
    variants = "".join(
        f'    #[event("{event(n)}")]\n    E{n}(Payload{n % 20}),\n' for n in range(EVENTS)
    )
    payloads = "".join(
        f"#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]\n"
        f"pub struct Payload{n} {{ pub id: String, pub number: u64, pub text{n}: Option<String> }}\n"
        for n in range(20)
    )
    return f"""use serde::{{Deserialize, Serialize}};
use webhook_runtime::{{EventCatalog, Profile, Provider, UnknownEvent}};

pub struct Acme;

impl Provider for Acme {{
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::standard_webhooks("acme");
}}

#[derive(Clone, Debug, PartialEq, EventCatalog)]
#[catalog(provider = Acme)]
pub enum AcmeEvent {{
{variants}    #[event(unknown)]
    Unknown(UnknownEvent),
}}

{payloads}"""


BODY = "app.count.fetch_add(event.data.number + {n}, Ordering::Relaxed);"


def with_macros(handlers):
    functions = "".join(
        f'#[on("{event(n)}")]\n'
        f"async fn handler{n}(event: Event<Payload{n % 20}>, app: &App) -> Result<(), std::io::Error> {{\n"
        f"    {BODY.format(n=n)}\n    Ok(())\n}}\n\n"
        for n in range(handlers)
    )
    names = ", ".join(f"handler{n}" for n in range(handlers))
    return f"""use std::sync::atomic::{{AtomicU64, Ordering}};

use catalog::*;
use webhook_runtime::{{Endpoint, Event, WebhookRouter, on}};

{functions}#[derive(WebhookRouter)]
#[webhook(provider = Acme, handlers({names}))]
pub struct App {{
    count: AtomicU64,
}}

fn main() {{
    let app = App {{ count: AtomicU64::new(0) }};
    let endpoint = Endpoint::builder(app).secret("whsec_c2VjcmV0Cg==").build().unwrap();
    let headers = http::HeaderMap::new();
    let mut delivery = Box::pin(endpoint.handle_bytes(&headers, bytes::Bytes::new()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let _ = std::future::Future::poll(delivery.as_mut(), &mut context);
    println!("{{}}", endpoint.router().count.load(Ordering::Relaxed));
}}
"""


def by_hand(handlers):
    functions = "".join(
        f"async fn handler{n}(event: Envelope<Payload{n % 20}>, app: &App) -> Result<(), std::io::Error> {{\n"
        f"    {BODY.format(n=n)}\n    Ok(())\n}}\n\n"
        for n in range(handlers)
    )
    arms = "".join(
        f'        "{event(n)}" => handler{n}(serde_json::from_slice(body)?, app).await?,\n'
        for n in range(handlers)
    )
    return f"""use std::sync::atomic::{{AtomicU64, Ordering}};

use catalog::*;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Type<'a> {{
    #[serde(rename = "type")]
    kind: &'a str,
}}

#[derive(Deserialize)]
pub struct Envelope<T> {{
    data: T,
}}

pub struct App {{
    count: AtomicU64,
}}

{functions}async fn dispatch(app: &App, body: &[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {{
    let Type {{ kind }} = serde_json::from_slice(body)?;
    match kind {{
{arms}        _ => {{}}
    }}
    Ok(())
}}

fn main() {{
    let app = App {{ count: AtomicU64::new(0) }};
    let verifier = webhook_runtime::Verifier::standard_webhooks(["whsec_c2VjcmV0Cg=="]).unwrap();
    let headers = http::HeaderMap::new();
    let now = webhook_runtime::Clock::now(&webhook_runtime::SystemClock);
    if let Ok(verified) = verifier.verify(&headers, b"", now) {{
        let delivery = assert_send(dispatch(&app, verified.body()));
        let mut delivery = Box::pin(delivery);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let _ = std::future::Future::poll(delivery.as_mut(), &mut context);
    }}
    println!("{{}}", app.count.load(Ordering::Relaxed));
}}

fn assert_send<F: Future + Send>(future: F) -> F {{
    future
}}
"""


def write(path, name, dependencies, file, text):
    (path / "src").mkdir(parents=True, exist_ok=True)
    (path / "Cargo.toml").write_text(MANIFEST.format(name=name, dependencies=dependencies))
    (path / "src" / file).write_text(text)


def cargo(path, target, *arguments):
    environment = dict(os.environ, CARGO_TARGET_DIR=str(target), CARGO_INCREMENTAL="0")
    started = time.monotonic()
    done = subprocess.run(
        ["cargo", *arguments, "-q"], cwd=path, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr)
    return time.monotonic() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--handlers", default="10,100,1000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", default=str(ROOT / "target" / "compile-cost"))
    parser.add_argument("--check-only", action="store_true")
    options = parser.parse_args()
    out = pathlib.Path(options.out)
    shutil.rmtree(out / "crates", ignore_errors=True)
    runtime = f'webhook-runtime = {{ path = "{ROOT / "webhook-runtime"}", default-features = false }}\n'
    serde = 'serde = { version = "1", features = ["derive"] }\nserde_json = "1"\n'
    write(out / "crates" / "catalog", "catalog", runtime + serde, "lib.rs", catalog())
    local = 'catalog = { path = "../catalog" }\nhttp = "1"\nbytes = "1"\n'
    commands = [("check", ["check"])]
    if not options.check_only:
        commands += [("build, dev", ["build"]), ("build, release", ["build", "--release"])]
    print("| handlers | what | with the macros, s | by hand, s | ratio |")
    print("| ---: | --- | ---: | ---: | ---: |")
    for handlers in map(int, options.handlers.split(",")):
        crates = {}
        for name, text in (("macros", with_macros(handlers)), ("hand", by_hand(handlers))):
            path = out / "crates" / f"{name}{handlers}"
            write(path, f"{name}{handlers}", local + runtime + serde, "main.rs", text)
            crates[name] = path
        for label, command in commands:
            seconds = {name: [] for name in crates}
            for round_number in range(options.rounds + 1):
                for name, path in crates.items():
                    (path / "src" / "main.rs").touch()
                    took = cargo(path, out / "target", *command)
                    # The first round builds the dependencies, and is not counted.
                    if round_number:
                        seconds[name].append(took)
            macros, hand = (statistics.median(seconds[name]) for name in ("macros", "hand"))
            print(
                f"| {handlers:,} | {label} | {macros:.2f} | {hand:.2f} | {macros / hand:.2f} |",
                flush=True,
            )
        if not options.check_only:
            for profile in ("debug", "release"):
                sizes = [
                    (out / "target" / profile / f"{name}{handlers}").stat().st_size / 1024
                    for name in crates
                ]
                print(
                    f"| {handlers:,} | size, {profile}, KiB | {sizes[0]:,.0f} | {sizes[1]:,.0f} "
                    f"| {sizes[0] / sizes[1]:.2f} |"
                )


if __name__ == "__main__":
    main()
