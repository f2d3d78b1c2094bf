#!/usr/bin/env python3
"""Measures endpoints over HTTP: runs servers and senders, each in its own process, and prints Markdown tables.

    python3 benches/http.py [--rounds 5] [--seconds 3] [--connections 16] [--patience 0] [--out DIR]

The servers are in `SERVERS`: endpoints, receivers by hand and with `standardwebhooks` that do the same, and servers that
do less. Each measurement starts a new server. The server runs on one processor and the senders on another, so a server
has one worker thread. The servers run in turns, in reverse order in every second round. The tables contain the medians
of the rounds, and the medians of the ratios of all rounds. A round fails unless every response is 200 and every
delivery that was answered with 200 was handled.

The senders and the option `--patience` are those of `throughput.py`.
"""

import argparse
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import time

from throughput import QUIET, Watch, fail, said_by

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARIES = ROOT / "target" / "release"
WARM_UP = 1
SERVER_CPU, SENDERS_CPU = 0, 1
# Test secret with which the senders sign.
SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHMsIG5vYm9keSdz"
# Number of deliveries that are signed in advance and sent repeatedly.
SIGNED = 256

# Name of each server in the tables.
SERVERS = {
    "endpoint": "endpoints, as the `server` example mounts them",
    "by_hand": "axum by hand",
    "standardwebhooks": "axum, `standardwebhooks`, `Value`",
    "body_only": "axum that reads the body",
    "answer_only": "axum that only answers",
    "server": "the `server` example, which prints each delivery",
    "by_hand_printing": "axum by hand, which prints each delivery",
}
SAMPLES = {"anthropic": "290 B", "wacht": "1 KB"}
# Servers to compare, and the goal of the ratio.
RATIOS = [
    ("endpoint", "by_hand", 0.97),
    ("endpoint", "standardwebhooks", 1.4),
    ("endpoint", "body_only", None),
    ("server", "by_hand_printing", 0.97),
]


class Server:
    """A running server."""

    def __init__(self, name, output=subprocess.DEVNULL):
        self.is_example = name == "server"
        environment = dict(os.environ, ANTHROPIC_WEBHOOK_SIGNING_KEY=SECRET, WACHT_WEBHOOK_SECRET=SECRET)
        program = BINARIES / name
        if self.is_example:
            program = BINARIES / "examples" / "server"
            self.address = f"127.0.0.1:{free_port()}"
            environment["PORT"] = self.address.split(":")[1]
        self.process = subprocess.Popen(
            [program],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CPU}),
        )
        if self.is_example:
            wait_for(self.address)
        else:
            self.address = self.process.stderr.readline().strip()
        if not self.address:
            fail(f"the server `{name}` exited before it printed its address")

    def cpu(self):
        """Processor time of its threads, in seconds."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def peak(self):
        """Peak resident memory, in KiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))

    def stop(self):
        """Stops the server. Returns the number of handled deliveries, which the example does not report."""
        if self.is_example:
            self.process.terminate()
        _, errors = self.process.communicate(timeout=60)
        if self.process.returncode:
            fail(f"a server has failed: {errors}")
        return None if self.is_example else int(errors)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(address):
    host, port = address.split(":")
    for _ in range(200):
        try:
            return socket.create_connection((host, int(port))).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    fail("the `server` example does not accept connections within 10 s")


def send(server, sample, connections, seconds, warm_up=WARM_UP):
    """Number of deliveries that were answered with 200, requests per second, p50 and p99 in microseconds."""
    load = subprocess.run(
        [
            BINARIES / "load",
            server.address,
            *map(str, (connections, warm_up, seconds, SIGNED)),
            sample,
        ],
        stdout=subprocess.PIPE,
        text=True,
        timeout=120 + seconds,
        preexec_fn=lambda: os.sched_setaffinity(0, {SENDERS_CPU}),
    )
    if load.returncode:
        fail("the senders have failed")
    accepted, rate, p50, p99 = load.stdout.split()
    return int(accepted), float(rate), int(p50), int(p99)


def check(name, accepted, handled):
    if handled is not None and handled != accepted:
        fail(f"{name}: {accepted} deliveries were answered with 200, but {handled} were handled")


def measure(name, sample, options):
    """Requests per second, p50 and p99 in microseconds, the server's processor time per request in microseconds, and the
    share of time in which the server was busy."""
    with Server(name) as server:
        before = server.cpu()
        accepted, rate, p50, p99 = send(server, sample, options.connections, options.seconds)
        cpu = server.cpu() - before
        check(name, accepted, server.stop())
    return rate, p50, p99, cpu * 1e6 / accepted, cpu / (WARM_UP + options.seconds)


def peak(name, sample, options):
    with Server(name) as server:
        accepted, *_ = send(server, sample, 256, 2)
        kibibytes = server.peak()
        check(name, accepted, server.stop())
    return kibibytes


def check_lines_of_example(directory):
    """Fails unless the example prints a line for each delivery. During measurements its output is discarded."""
    for sample in SAMPLES:
        path = pathlib.Path(directory) / "lines"
        with open(path, "w+") as output:
            with Server("server", output) as server:
                accepted, *_ = send(server, sample, 4, 0.2, 0)
                server.stop()
            output.seek(0)
            # The first line is the address.
            lines = sum(1 for _ in output) - 1
        path.unlink()
        check("server", accepted, lines)


def build():
    for command in (
        # Cargo unifies the features of packages that are built together, so each is built separately.
        ["--profile", "bench", "-p", "webhook-http", "--bins"],
        ["--profile", "bench", "-p", "webhook-workspace", "--example", "server"],
        ["--release", "-p", "webhook-throughput", "--bin", "load"],
    ):
        if subprocess.run(["cargo", "build", "-q", *command], cwd=ROOT).returncode:
            fail("the programs do not compile")


def conditions(options, watch, took):
    with open("/proc/cpuinfo") as lines:
        cpu = next((line.split(":")[1].strip() for line in lines if "model name" in line), "?")
    return f"""- {os.cpu_count()} cores ({cpu}), Linux {platform.release()}, {said_by("rustc", "--version").split(" (")[0]}, profile `bench`: `lto`, one codegen unit.
- Servers on processor {SERVER_CPU}, with one worker thread of tokio's; the senders, one process and one thread, on processor {SENDERS_CPU}.
- {options.connections} persistent connections; {options.rounds} rounds of {options.seconds:g} s each after a warm-up of {WARM_UP} s; {took / 60:.0f} minutes. During {watch.disturbed} of {watch.made} measurements, other processes used more than {QUIET:.0%} of the processors."""


def tables(results, peaks, options):
    for sample, size in SAMPLES.items():
        print(f"\n### {size}\n")
        print("| server | requests/s | spread | p50, µs | p99, µs | server's CPU, µs a request | server busy |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for name, words in SERVERS.items():
            rounds = results[name, sample]
            rate, p50, p99, cpu, busy = (statistics.median(r[n] for r in rounds) for n in range(5))
            rates = [r[0] for r in rounds]
            spread = (max(rates) - min(rates)) / rate
            print(f"| {words} | {rate:,.0f} | {spread:.0%} | {p50:.0f} | {p99:.0f} | {cpu:.2f} | {busy:.0%} |")
        print("\n| ratio | requests/s | goal | CPU a request |")
        print("| --- | ---: | ---: | ---: |")
        for one, other, goal in RATIOS:
            pairs = list(zip(results[one, sample], results[other, sample]))
            rate = statistics.median(a[0] / b[0] for a, b in pairs)
            cpu = statistics.median(a[3] / b[3] for a, b in pairs)
            judged = "–" if goal is None else f"≥ {goal}" + ("" if rate >= goal else ", missed")
            print(f"| {SERVERS[one]} / {SERVERS[other]} | {rate:.3f} | {judged} | {cpu:.3f} |")
    print("\n### Peak memory, 256 connections\n")
    print("| server | 1 KB, MiB | 64 KB, MiB |")
    print("| --- | ---: | ---: |")
    for name, words in SERVERS.items():
        small, large = (peaks.get((name, sample)) for sample in ("wacht", "wacht-64k"))
        large = f"{large / 1024:.1f}" if large else "–"
        print(f"| {words} | {small / 1024:.1f} | {large} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--patience", type=float, default=0)
    parser.add_argument("--out", default=str(ROOT / "target" / "http"), help="directory for the lines of the example")
    options = parser.parse_args()
    if not {SERVER_CPU, SENDERS_CPU} <= os.sched_getaffinity(0):
        fail("processors 0 and 1 are required: one for the server, one for the senders")
    build()
    os.makedirs(options.out, exist_ok=True)
    check_lines_of_example(options.out)
    started, results, peaks, watch = time.monotonic(), {}, {}, Watch(options.patience)
    for number in range(options.rounds):
        for sample in SAMPLES:
            for name in list(SERVERS)[:: -1 if number % 2 else 1]:
                result = watch.measure(measure, name, sample, options)
                results.setdefault((name, sample), []).append(result)
                print(f"round {number + 1}: {name}, {sample}: {result[0]:,.0f}/s", file=sys.stderr)
    took = time.monotonic() - started
    for name in SERVERS:
        for sample in ("wacht", "wacht-64k"):
            # This server closes the connection of a large body, because it does not read it.
            if (name, sample) != ("answer_only", "wacht-64k"):
                peaks[name, sample] = peak(name, sample, options)
    print(conditions(options, watch, took))
    tables(results, peaks, options)


if __name__ == "__main__":
    main()
