#!/usr/bin/env python3
"""Writes a seed for every sample delivery of the catalogs, as the targets `envelopes` and `payloads` read them.

A case begins with numbers that choose, each of them four bytes; the rest is the text.
"""

import json
import pathlib

HERE = pathlib.Path(__file__).parent
SAMPLES = HERE.parent / "webhook-runtime" / "samples"
PROVIDERS = ["anthropic", "openai", "cadenya", "wacht"]


def choose(index: int, count: int) -> bytes:
    """The least number that `arbitrary` reads as this one of so many variants."""
    return (-(-(index << 32) // count)).to_bytes(4, "little")


def write(target: str, name: str, seed: bytes) -> None:
    corpus = HERE / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / name).write_bytes(seed)


for place, provider in enumerate(PROVIDERS):
    of = choose(place, len(PROVIDERS))
    lines = (SAMPLES / f"{provider}.jsonl").read_text().splitlines()
    for number, line in enumerate(lines):
        name = f"{provider}-{number}"
        # `Body::Raw` is the first of three.
        write("envelopes", name, of + choose(0, 3) + line.encode())
        # `Payload::Raw` is the second of two, of the event with this number.
        data = json.loads(line).get("data", {})
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        write("payloads", name, of + bytes([number]) + choose(1, 2) + text.encode())
