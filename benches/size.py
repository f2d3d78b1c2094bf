#!/usr/bin/env python3
"""Measures what the crate adds to a build: numbers of crates, times of clean builds, sizes of programs. Prints tables.

    python3 benches/size.py [--rounds 3] [--feature-rounds 1] [--parts crates,builds,features,programs]

Each subject is the only dependency of an empty crate. Builds are clean, with two jobs, in a temporary directory; the
subjects are built in turns, and the times are medians. Crates are downloaded before a build is timed. Versions are those
of the workspace's `Cargo.lock`. Sizes by crate need `cargo install cargo-bloat --locked`.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from throughput import fail, said_by

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNTIME = ROOT / "webhook-runtime"
# Parts: numbers of crates, clean builds, a build for each feature, sizes of programs.
PARTS = ["crates", "builds", "features", "programs"]


def runtime(*features, default=False):
    listed = ", ".join(f'"{feature}"' for feature in features)
    switch = "" if default else ", default-features = false"
    return f'webhook-runtime = {{ path = "{RUNTIME}"{switch}, features = [{listed}] }}'


# `svix` does not compile without features.
SUBJECTS = {
    "`webhook-runtime`": runtime(default=True),
    "`webhook-runtime`, no features": runtime(),
    "`standardwebhooks` 1": 'standardwebhooks = "1"',
    "`svix` 2": 'svix = "2"',
}
NONE = "`webhook-runtime`, no features"
PROGRAMS = {
    "endpoint": "endpoints of two providers",
    "by_hand": "the same by hand",
    "standardwebhooks": "the same with `standardwebhooks` and `Value`",
    "body_only": "axum that reads the body",
}


def features():
    """All features except `default`, in the order of the manifest."""
    section = (RUNTIME / "Cargo.toml").read_text().split("[features]")[1].split("\n[")[0]
    names = re.findall(r"^([a-z0-9-]+) = \[", section, re.MULTILINE)
    return [name for name in names if name != "default"]


def run(*command, cwd=ROOT, **more):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, text=True, **more)
    if done.returncode:
        fail(f"{' '.join(map(str, command))} has failed")
    return done.stdout


class Subject:
    """A crate with one dependency."""

    def __init__(self, directory, number, dependency):
        self.path = pathlib.Path(directory) / f"subject{number}"
        (self.path / "src").mkdir(parents=True)
        (self.path / "src" / "lib.rs").touch()
        (self.path / "Cargo.toml").write_text(
            f'[package]\nname = "subject{number}"\nedition = "2024"\n\n'
            f"[dependencies]\n{dependency}\n\n[workspace]\n"
        )
        shutil.copy(ROOT / "Cargo.lock", self.path)
        run("cargo", "fetch", "-q", cwd=self.path)

    def crates(self):
        """Number of all crates, and of those in the program. The others are macros, build scripts and their dependencies."""

        def tree(edges):
            command = ("cargo", "tree", "--offline", "-e", edges, "--prefix", "none", "--no-dedupe", "-f", "{p}")
            listed = set(run(*command, cwd=self.path).splitlines())
            return {line for line in listed if line and not line.startswith("subject")}

        return len(tree("normal,build")), len(tree("normal,no-proc-macro"))

    def build(self, *profile):
        """Seconds of a clean build."""
        with tempfile.TemporaryDirectory(dir=self.path) as target:
            started = time.monotonic()
            run("cargo", "build", "-q", "--offline", "-j2", "--target-dir", target, *profile, cwd=self.path)
            return time.monotonic() - started


def build_times(subjects, rounds, profiles):
    """Median seconds of a clean build, by subject and profile."""
    took = {}
    for number in range(rounds):
        for name, subject in list(subjects.items())[:: -1 if number % 2 else 1]:
            for profile in profiles:
                seconds = subject.build(*profile)
                took.setdefault((name, profile), []).append(seconds)
                print(f"round {number + 1}: {name} {' '.join(profile)}: {seconds:.1f} s", file=sys.stderr)
    return {key: statistics.median(seconds) for key, seconds in took.items()}


# Arguments of cargo for each profile.
DEV, RELEASE = (), ("--release",)


def print_subjects(directory, options):
    subjects = {
        name: Subject(directory, number, dependency)
        for number, (name, dependency) in enumerate(SUBJECTS.items())
    }
    took = build_times(subjects, options.rounds, (DEV, RELEASE)) if "builds" in options.parts else {}
    print("\n### Crates, and clean builds\n")
    print("| dependency | crates | in the program | only to build it | dev, s | release, s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, subject in subjects.items():
        every, linked = subject.crates()
        times = (seconds(took.get((name, profile))) for profile in (DEV, RELEASE))
        print(f"| {name} | {every} | {linked} | {every - linked} | {' | '.join(times)} |")
    return subjects[NONE]


def print_features(directory, none, options):
    subjects = {"": none} | {
        name: Subject(directory, f"-{name}", runtime(name)) for name in features()
    }
    took = build_times(subjects, options.feature_rounds, (DEV,)) if "features" in options.parts else {}
    every, linked = none.crates()
    print("\n### What a feature adds to no features\n")
    print("| feature | crates | in the program | dev, s |")
    print("| --- | ---: | ---: | ---: |")
    for name in features():
        with_it, linked_with_it = subjects[name].crates()
        more = took.get((name, DEV), 0) - took.get(("", DEV), 0)
        more = f"{more:+.1f}" if took else "–"
        print(f"| `{name}` | +{with_it - every} | +{linked_with_it - linked} | {more} |")


def seconds(time):
    return "–" if time is None else f"{time:.1f}"


def kibibytes(size):
    return f"{size / 1024:,.0f}"


def print_programs(directory):
    target = pathlib.Path(directory) / "programs"
    if not said_by("cargo", "bloat", "--version"):
        fail("sizes by crate need `cargo install cargo-bloat --locked`")
    bloat = json.loads(
        run(
            *("cargo", "bloat", "--release", "--example", "quickstart", "--crates", "-n", "0"),
            *("--message-format", "json", "--target-dir", target),
            stderr=subprocess.DEVNULL,
        )
    )
    run("cargo", "build", "-q", "--release", "-p", "webhook-http", "--bins", "--target-dir", target)
    print("\n### Programs, profile `release`\n")
    print("| program | KiB | stripped, KiB | code, KiB |")
    print("| --- | ---: | ---: | ---: |")
    files = {"the `quickstart` example": target / "release" / "examples" / "quickstart"}
    files |= {words: target / "release" / name for name, words in PROGRAMS.items()}
    for words, file in files.items():
        stripped = file.with_suffix(".stripped")
        run("strip", "-o", stripped, file)
        code = re.search(r"^\.text\s+(\d+)", run("size", "-A", file), re.MULTILINE)
        sizes = (file.stat().st_size, stripped.stat().st_size, int(code.group(1)))
        print(f"| {words} | {' | '.join(map(kibibytes, sizes))} |")
    print("\n### The code of the quickstart, by crate\n")
    print("| crate | KiB | share |")
    print("| --- | ---: | ---: |")
    for crate in sorted(bloat["crates"], key=lambda crate: -crate["size"])[:15]:
        share = crate["size"] / bloat["text-section-size"]
        print(f"| {crate['name']} | {kibibytes(crate['size'])} | {share:.0%} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--feature-rounds", type=int, default=1)
    parser.add_argument("--parts", type=lambda text: text.split(","), default=PARTS)
    options = parser.parse_args()
    for part in options.parts:
        if part not in PARTS:
            fail(f"unknown part `{part}`; expected {', '.join(PARTS)}")
    rust = said_by("rustc", "--version").split(" (")[0]
    print(f"- {os.cpu_count()} cores, Linux {platform.release()}, {rust}, `-j2`.")
    print(f"- Medians of {options.rounds} rounds; of features, {options.feature_rounds}.")
    with tempfile.TemporaryDirectory() as directory:
        if set(options.parts) != {"programs"}:
            print_features(directory, print_subjects(directory, options), options)
        if "programs" in options.parts:
            print_programs(directory)


if __name__ == "__main__":
    main()
