#!/usr/bin/env python3
"""Measures the cost of endpoints over HTTP, and prints Markdown tables. Runs servers and a load generator as processes.

    python3 benches/http.py [--rounds 5] [--seconds 3] [--connections 16] [--patience 0] [--out DIR]

The contestants are in `CONTESTANTS`: endpoints, equivalent receivers by hand and with `standardwebhooks`, and servers that
do less. Each measurement starts a server. The server has one processor, and therefore one worker thread; the load generator
has another. The contestants alternate, in reverse order every second round. The tables contain medians of the rounds, and
ratios are medians of the ratios of each round. A round fails unless every answer was 200 and every answer with 200 was
handled.

`--patience` is that of `throughput.py`, as is the load generator.
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

from throughput import QUIET, QuietRunner, fail, last_line

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARIES = ROOT / "target" / "release"
WARM_UP = 1
SERVER_CPU, SENDERS_CPU = 0, 1
# Signing secret of the tests.
SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHMsIG5vYm9keSdz"
# Number of deliveries that are signed in advance and sent repeatedly.
SIGNED = 256

# Names of the servers in the tables.
CONTESTANTS = {
    "endpoint": "endpoints, as the `server` example mounts them",
    "by_hand": "axum by hand",
    "standardwebhooks": "axum, `standardwebhooks`, `Value`",
    "body_only": "axum that reads the body",
    "answer_only": "axum that only answers",
    "server": "the `server` example, which prints each delivery",
    "by_hand_printing": "axum by hand, which prints each delivery",
}
SAMPLES = {"anthropic": "290 B", "wacht": "1 KB"}
# Compared servers, and the required ratio.
RATIOS = [
    ("endpoint", "by_hand", 0.97),
    ("endpoint", "standardwebhooks", 1.4),
    ("endpoint", "body_only", None),
    ("server", "by_hand_printing", 0.97),
]


class Server:
    """A running contestant."""

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
            fail(f"the server {name} did not start")

    def cpu(self):
        """Returns the processor time of the server's threads, in seconds."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def peak(self):
        """Returns the peak memory of the server, in KiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))

    def stop(self):
        """Stops the server and returns the number of handled deliveries; `None` for the example, which does not count."""
        if self.is_example:
            self.process.terminate()
        _, output = self.process.communicate(timeout=60)
        if self.process.returncode:
            fail(f"a server failed: {output}")
        return None if self.is_example else int(output)

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
    fail("the `server` example did not start")


def send(server, sample, connections, seconds, warm_up=WARM_UP):
    """Returns the number of deliveries answered with 200, their rate a second, and p50 and p99 in microseconds."""
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
        fail("the load generator failed")
    accepted, rate, p50, p99 = load.stdout.split()
    return int(accepted), float(rate), int(p50), int(p99)


def check(name, accepted, handled):
    if handled is not None and handled != accepted:
        fail(f"{name}: {accepted} deliveries were answered with 200, but {handled} are handled")


def measure(name, sample, options):
    """Returns requests a second, p50 and p99 in microseconds, the server's processor time for each request in
    microseconds, and the share of the time that the server was busy."""
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


def check_output_of_example(directory):
    """Checks that the example prints each delivery. Its output is discarded while it is measured."""
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
        # Built separately, because features are unified among packages that are built together.
        ["--profile", "bench", "-p", "webhook-http", "--bins"],
        ["--profile", "bench", "-p", "webhook-workspace", "--example", "server"],
        ["--release", "-p", "webhook-throughput", "--bin", "load"],
    ):
        if subprocess.run(["cargo", "build", "-q", *command], cwd=ROOT).returncode:
            fail("the programs did not compile")


def conditions(options, runner, took):
    with open("/proc/cpuinfo") as lines:
        cpu = next((line.split(":")[1].strip() for line in lines if "model name" in line), "?")
    return f"""- {os.cpu_count()} cores ({cpu}), Linux {platform.release()}, {last_line("rustc", "--version").split(" (")[0]}, profile `bench`: `lto`, one codegen unit.
- Servers on processor {SERVER_CPU}, with one tokio worker thread; the load generator, with one thread, on processor {SENDERS_CPU}.
- {options.connections} keep-alive connections; {options.rounds} rounds of {options.seconds:g} s each after {WARM_UP} s of warm-up; {took / 60:.0f} minutes. During {runner.disturbed} of {runner.total} measurements, other processes used more than {QUIET:.0%} of the processors."""


def tables(results, peaks, options):
    for sample, size in SAMPLES.items():
        print(f"\n### {size}\n")
        print("| server | requests/s | spread | p50, µs | p99, µs | server's CPU, µs a request | server busy |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for name, words in CONTESTANTS.items():
            rounds = results[name, sample]
            rate, p50, p99, cpu, busy = (statistics.median(r[n] for r in rounds) for n in range(5))
            rates = [r[0] for r in rounds]
            spread = (max(rates) - min(rates)) / rate
            print(f"| {words} | {rate:,.0f} | {spread:.0%} | {p50:.0f} | {p99:.0f} | {cpu:.2f} | {busy:.0%} |")
        print("\n| ratio | requests/s | required | CPU a request |")
        print("| --- | ---: | ---: | ---: |")
        for one, other, goal in RATIOS:
            pairs = list(zip(results[one, sample], results[other, sample]))
            rate = statistics.median(a[0] / b[0] for a, b in pairs)
            cpu = statistics.median(a[3] / b[3] for a, b in pairs)
            asked = "–" if goal is None else f"≥ {goal}" + ("" if rate >= goal else ", missed")
            print(f"| {CONTESTANTS[one]} / {CONTESTANTS[other]} | {rate:.3f} | {asked} | {cpu:.3f} |")
    print("\n### Peak memory, 256 connections\n")
    print("| server | 1 KB, MiB | 64 KB, MiB |")
    print("| --- | ---: | ---: |")
    for name, words in CONTESTANTS.items():
        small, large = (peaks.get((name, sample)) for sample in ("wacht", "wacht-64k"))
        large = f"{large / 1024:.1f}" if large else "–"
        print(f"| {words} | {small / 1024:.1f} | {large} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--patience", type=float, default=0)
    parser.add_argument("--out", default=str(ROOT / "target" / "http"), help="directory for the output of the example")
    options = parser.parse_args()
    if not {SERVER_CPU, SENDERS_CPU} <= os.sched_getaffinity(0):
        fail("two processors are required: one for the server, one for the load generator")
    build()
    os.makedirs(options.out, exist_ok=True)
    check_output_of_example(options.out)
    begun, results, peaks, runner = time.monotonic(), {}, {}, QuietRunner(options.patience)
    for number in range(options.rounds):
        for sample in SAMPLES:
            for name in list(CONTESTANTS)[:: -1 if number % 2 else 1]:
                result = runner.measure(measure, name, sample, options)
                results.setdefault((name, sample), []).append(result)
                print(f"round {number + 1}: {name}, {sample}: {result[0]:,.0f}/s", file=sys.stderr)
    took = time.monotonic() - begun
    for name in CONTESTANTS:
        for sample in ("wacht", "wacht-64k"):
            # A server that answers without reading a large body closes the connection.
            if (name, sample) != ("answer_only", "wacht-64k"):
                peaks[name, sample] = peak(name, sample, options)
    print(conditions(options, runner, took))
    tables(results, peaks, options)


if __name__ == "__main__":
    main()
