#!/usr/bin/env python3
"""How many deliveries an endpoint accepts, and how soon it answers, in each mode: runs a server and its senders, a
process each, and prints a Markdown table.

    python3 benches/throughput.py [--rounds 3] [--seconds 3] [--senders 1,64,256] [--modes none,sqlite,…] [--out DIR]
        [--patience 0]

Needs Redis at 127.0.0.1:6379 and PostgreSQL at 127.0.0.1:5432 (user postgres, database test) for their modes; a mode
without its server is an error, not a gap. Each measurement has a server of its own and an empty store; the modes take
turns, the rounds follow each other, and the table has their medians. A round fails unless every answer was 200 and
every 200 is a row of the inbox.

On a machine that does other work, `--patience` is for how many seconds, in all, it may wait for the others to be quiet, and
repeat what they have disturbed. What was measured beside them is said with the table.
"""

import argparse
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WARM_UP = 1
# The share of the processors that others may have before and after a measurement.
QUIET = 0.15

# What the table calls each mode.
MODES = {
    "none": "no store",
    "memory-store": "idempotent, memory",
    "redis-store": "idempotent, Redis",
    "sqlite-store": "idempotent, SQLite",
    "postgres-store": "idempotent, PostgreSQL",
    "sqlite": "inbox, SQLite",
    "sqlite-single": "inbox, SQLite, one commit for each change",
    "postgres": "inbox, PostgreSQL",
    "sqlite-unhandled": "inbox, SQLite, no workers",
    "sqlite-single-unhandled": "inbox, SQLite, no workers, one commit for each delivery",
    "postgres-unhandled": "inbox, PostgreSQL, no workers",
}
INBOXES = {mode for mode, name in MODES.items() if name.startswith("inbox")}
COUNTED = INBOXES | {"redis-store"}


def fail(message):
    sys.exit(f"error: {message}")


def measure(mode, senders, name, options):
    """One round of one mode: deliveries a second, p50 and p99 in microseconds, and how much of it was handled."""
    binaries = ROOT / "target" / "release"
    server = subprocess.Popen(
        [binaries / "server", mode, options.out, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = server.stdout.readline().strip()
        if not address:
            fail(f"the server in mode {mode} does not start")
        # More than any mode takes on any machine that this will run on.
        most = int(min(80_000, 30_000 * senders) * (WARM_UP + options.seconds))
        load = subprocess.run(
            [binaries / "load", address, *map(str, (senders, WARM_UP, options.seconds, most))],
            stdout=subprocess.PIPE,
            text=True,
            timeout=120 + options.seconds,
        )
        if load.returncode:
            fail(f"{mode}, {senders} senders: the senders have failed")
        accepted, rate, p50, p99 = load.stdout.split()
        told, _ = server.communicate(timeout=300)
        if server.returncode:
            fail(f"{mode}, {senders} senders: the server has failed")
        handled, rows = map(int, told.split())
    finally:
        server.kill()
        server.wait()
        for file in pathlib.Path(options.out).glob(f"{name}.db*"):
            file.unlink()
    if mode in COUNTED and rows != int(accepted):
        fail(f"{mode}, {senders} senders: {accepted} were answered with 200, and {rows} are there")
    if mode not in INBOXES and handled != int(accepted):
        fail(f"{mode}, {senders} senders: {accepted} were answered with 200, and {handled} are handled")
    return float(rate), int(p50), int(p99), handled / int(accepted)


def others(seconds=0.5):
    """What the processors do while this measures nothing: the share of their time that others take."""

    def look():
        with open("/proc/stat") as stat:
            times = list(map(int, stat.readline().split()[1:9]))
        # Idle, and waiting for a disk.
        return sum(times), times[3] + times[4]

    (all_before, idle_before), _, (all_after, idle_after) = look(), time.sleep(seconds), look()
    return 1 - (idle_after - idle_before) / max(1, all_after - all_before)


class Watch:
    """Sees to it that measurements are made in quiet, as long as there is patience."""

    def __init__(self, patience):
        self.patience = patience
        self.disturbed = 0
        self.made = 0

    def measure(self, job, *what):
        while True:
            begun = time.monotonic()
            before = others()
            looked = time.monotonic()
            while before > QUIET and time.monotonic() - begun < self.patience:
                before = others()
            waited = time.monotonic() - looked
            result = job(*what)
            is_quiet = max(before, others()) <= QUIET
            # A measurement that is made again was for nothing, too.
            self.patience -= waited if is_quiet else time.monotonic() - begun
            if is_quiet or self.patience <= 0:
                self.made += 1
                self.disturbed += not is_quiet
                return result


def said_by(*command):
    """The last line that a program says; nothing if there is none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return (done.stdout.strip().splitlines() or [""])[-1].strip()


def ask_postgres(question):
    return said_by("psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "test", "-Atc", question)


def fsync(directory):
    """How long a page that is written anew takes to the disk: median and 99th percentile, in milliseconds."""
    path = pathlib.Path(directory) / "fsync"
    times = []
    with open(path, "wb", buffering=0) as file:
        file.write(b"x" * 4096 * 500)
        os.fsync(file.fileno())
        file.seek(0)
        for _ in range(500):
            file.write(b"y" * 4096)
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begun) * 1000)
    path.unlink()
    times.sort()
    return f"{times[249]:.2f} ms (p99 {times[494]:.2f} ms)"


def conditions(options, watch, took):
    cpu = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?"
    )
    filesystem = said_by("findmnt", "-no", "FSTYPE", "-T", options.out)
    redis = said_by("redis-server", "--version").split("v=")[-1].split(" ")[0]
    aof = said_by("redis-cli", "config", "get", "appendonly")
    settings = ", ".join(
        f"`{name} = {ask_postgres(f'SHOW {name}')}`" for name in ("fsync", "synchronous_commit")
    )
    return f"""- {os.cpu_count()} cores ({cpu}), Linux {platform.release()}, {said_by("rustc", "--version").split(" (")[0]}, profile `release`.
- A page takes {fsync(options.out)} to the disk ({filesystem}), measured by `fdatasync`, 500 of them.
- PostgreSQL {ask_postgres("SHOW server_version").split(" ")[0]}, {settings}, 10 connections; Redis {redis}, `appendonly {aof}`; both on this machine.
- {options.rounds} rounds of {options.seconds:g} s each after {WARM_UP} s that do not count; {took / 60:.0f} minutes. {watch.disturbed} of {watch.made} measurements were made while others had more than {QUIET:.0%} of the processors."""


def table(results, options):
    print("| mode | senders | accepted/s | to no store | p50, ms | p99, ms | spread | handled |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    medians = {}
    for mode in options.modes:
        for senders in options.senders:
            rounds = results[mode, senders]
            rates = [rate for rate, *_ in rounds]
            medians[mode, senders] = statistics.median(rates)
            p50, p99, handled = (statistics.median(r[n] for r in rounds) for n in (1, 2, 3))
            plain = medians.get(("none", senders))
            ratio = f"{medians[mode, senders] / plain:.2f}" if plain else "–"
            spread = (max(rates) - min(rates)) / medians[mode, senders]
            print(
                f"| {MODES[mode]} | {senders} | {medians[mode, senders]:,.0f} | {ratio} "
                f"| {p50 / 1000:.2f} | {p99 / 1000:.2f} | {spread:.0%} | {handled:.0%} |"
            )
    print()
    for mode, other, what in (
        ("sqlite", "sqlite-single", "with workers"),
        ("sqlite-unhandled", "sqlite-single-unhandled", "without workers"),
    ):
        for senders in options.senders:
            if (mode, senders) in medians and (other, senders) in medians:
                ratio = medians[mode, senders] / medians[other, senders]
                print(f"- SQLite {what}, {senders} senders: group commit takes {ratio:.1f} times as many.")


def numbers(text):
    return [int(word) for word in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--senders", type=numbers, default=[1, 64, 256])
    parser.add_argument("--modes", type=lambda text: text.split(","), default=list(MODES))
    parser.add_argument("--patience", type=float, default=0)
    parser.add_argument("--out", default=str(ROOT / "target" / "throughput"), help="on the disk to measure")
    options = parser.parse_args()
    for mode in options.modes:
        if mode not in MODES:
            fail(f"there is no mode {mode}; there are {', '.join(MODES)}")
    build = ["cargo", "build", "--release", "-q", "-p", "webhook-throughput"]
    if subprocess.run(build, cwd=ROOT).returncode:
        fail("the programs do not compile")
    shutil.rmtree(options.out, ignore_errors=True)
    os.makedirs(options.out)
    begun, results, watch = time.monotonic(), {}, Watch(options.patience)
    for number in range(options.rounds):
        for senders in options.senders:
            for mode in options.modes:
                name = f"throughput-{os.getpid()}-{number}-{senders}-{mode}"
                result = watch.measure(measure, mode, senders, name, options)
                results.setdefault((mode, senders), []).append(result)
                print(f"round {number + 1}: {mode}, {senders}: {result[0]:,.0f}/s", file=sys.stderr)
    print(conditions(options, watch, time.monotonic() - begun))
    print()
    table(results, options)


if __name__ == "__main__":
    main()
