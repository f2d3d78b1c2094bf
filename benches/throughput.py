#!/usr/bin/env python3
"""Measures the throughput and latency of an endpoint in each mode, and prints a Markdown table. Runs a server and a load
generator as processes.

    python3 benches/throughput.py [--rounds 3] [--seconds 3] [--senders 1,64,256] [--modes none,sqlite,…] [--out DIR]
        [--patience 0]

Requires Redis at 127.0.0.1:6379 and PostgreSQL at 127.0.0.1:5432 (user postgres, database test) for their modes. Each
measurement starts a server with an empty store. The modes alternate within a round, and the table contains the medians of
the rounds. A round fails unless every answer was 200 and every answer with 200 is a row of the inbox.

On a machine with other load, `--patience` is the total number of seconds to wait for quiet and to repeat disturbed
measurements. The number of disturbed measurements is printed with the table.
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
# Maximum share of processor time that other processes may use before and after a measurement.
QUIET = 0.15

# Names of the modes in the table.
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
    """Measures one round of one mode. Returns deliveries a second, p50 and p99 in microseconds, and the handled share."""
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
            fail(f"the server in mode {mode} did not start")
        # More than any mode can accept.
        count = int(min(80_000, 30_000 * senders) * (WARM_UP + options.seconds))
        load = subprocess.run(
            [binaries / "load", address, *map(str, (senders, WARM_UP, options.seconds, count))],
            stdout=subprocess.PIPE,
            text=True,
            timeout=120 + options.seconds,
        )
        if load.returncode:
            fail(f"{mode}, {senders} senders: the load generator failed")
        accepted, rate, p50, p99 = load.stdout.split()
        output, _ = server.communicate(timeout=300)
        if server.returncode:
            fail(f"{mode}, {senders} senders: the server failed")
        handled, rows = map(int, output.split())
    finally:
        server.kill()
        server.wait()
        for file in pathlib.Path(options.out).glob(f"{name}.db*"):
            file.unlink()
    if mode in COUNTED and rows != int(accepted):
        fail(f"{mode}, {senders} senders: {accepted} deliveries were answered with 200, but {rows} are stored")
    if mode not in INBOXES and handled != int(accepted):
        fail(f"{mode}, {senders} senders: {accepted} deliveries were answered with 200, but {handled} are handled")
    return float(rate), int(p50), int(p99), handled / int(accepted)


def foreign_load(seconds=0.5):
    """Returns the share of processor time that other processes use."""

    def read_times():
        with open("/proc/stat") as stat:
            times = list(map(int, stat.readline().split()[1:9]))
        # Idle time includes the wait for disks.
        return sum(times), times[3] + times[4]

    (all_before, idle_before), _, (all_after, idle_after) = read_times(), time.sleep(seconds), read_times()
    return 1 - (idle_after - idle_before) / max(1, all_after - all_before)


class QuietRunner:
    """Repeats measurements that other processes disturb, until the patience is used up."""

    def __init__(self, patience):
        self.patience = patience
        self.disturbed = 0
        self.total = 0

    def measure(self, job, *what):
        while True:
            begun = time.monotonic()
            before = foreign_load()
            wait_started = time.monotonic()
            while before > QUIET and time.monotonic() - begun < self.patience:
                before = foreign_load()
            waited = time.monotonic() - wait_started
            result = job(*what)
            is_quiet = max(before, foreign_load()) <= QUIET
            # The time of a repeated measurement counts, too.
            self.patience -= waited if is_quiet else time.monotonic() - begun
            if is_quiet or self.patience <= 0:
                self.total += 1
                self.disturbed += not is_quiet
                return result


def last_line(*command):
    """Returns the last line of a program's output; empty if the program is missing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return (done.stdout.strip().splitlines() or [""])[-1].strip()


def query_postgres(sql):
    return last_line("psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "test", "-Atc", sql)


def fsync(directory):
    """Measures how long rewriting a page takes to reach the disk: median and 99th percentile, in milliseconds."""
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


def conditions(options, runner, took):
    cpu = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?"
    )
    filesystem = last_line("findmnt", "-no", "FSTYPE", "-T", options.out)
    redis = last_line("redis-server", "--version").split("v=")[-1].split(" ")[0]
    aof = last_line("redis-cli", "config", "get", "appendonly")
    settings = ", ".join(
        f"`{name} = {query_postgres(f'SHOW {name}')}`" for name in ("fsync", "synchronous_commit")
    )
    return f"""- {os.cpu_count()} cores ({cpu}), Linux {platform.release()}, {last_line("rustc", "--version").split(" (")[0]}, profile `release`.
- Latency of `fdatasync` after rewriting a page: {fsync(options.out)} ({filesystem}; 500 samples).
- PostgreSQL {query_postgres("SHOW server_version").split(" ")[0]}, {settings}, 10 connections; Redis {redis}, `appendonly {aof}`; both on this machine.
- {options.rounds} rounds of {options.seconds:g} s each after {WARM_UP} s of warm-up; {took / 60:.0f} minutes. During {runner.disturbed} of {runner.total} measurements, other processes used more than {QUIET:.0%} of the processors."""


def table(results, options):
    print("| mode | senders | accepted/s | relative to no store | p50, ms | p99, ms | spread | handled |")
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
                print(f"- SQLite {what}, {senders} senders: {ratio:.1f} times the throughput with group commit.")


def numbers(text):
    return [int(word) for word in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3, help="rounds to take the median of")
    parser.add_argument("--seconds", type=float, default=3, help="measured seconds of a round")
    parser.add_argument("--senders", type=numbers, default=[1, 64, 256], help="numbers of senders")
    parser.add_argument("--modes", type=lambda text: text.split(","), default=list(MODES), help="modes to measure")
    parser.add_argument("--patience", type=float, default=0, help="seconds to wait for a quiet machine")
    parser.add_argument("--out", default=str(ROOT / "target" / "throughput"), help="directory for databases, on the disk to measure")
    options = parser.parse_args()
    for mode in options.modes:
        if mode not in MODES:
            fail(f"unknown mode {mode}: use {', '.join(MODES)}")
    build = ["cargo", "build", "--release", "-q", "-p", "webhook-throughput"]
    if subprocess.run(build, cwd=ROOT).returncode:
        fail("the programs did not compile")
    shutil.rmtree(options.out, ignore_errors=True)
    os.makedirs(options.out)
    begun, results, runner = time.monotonic(), {}, QuietRunner(options.patience)
    for number in range(options.rounds):
        for senders in options.senders:
            for mode in options.modes:
                name = f"throughput-{os.getpid()}-{number}-{senders}-{mode}"
                result = runner.measure(measure, mode, senders, name, options)
                results.setdefault((mode, senders), []).append(result)
                print(f"round {number + 1}: {mode}, {senders}: {result[0]:,.0f}/s", file=sys.stderr)
    print(conditions(options, runner, time.monotonic() - begun))
    print()
    table(results, options)


if __name__ == "__main__":
    main()
