#!/usr/bin/env python3
"""Writes a seed for every sample delivery of the catalogs, in the formats of the targets `envelopes` and `payloads`.

A case begins with the numbers of enum variants, four bytes each. The rest is the text.
"""

import json
import pathlib

HERE = pathlib.Path(__file__).parent
SAMPLES = HERE.parent / "webhook-runtime" / "samples"
PROVIDERS = ["anthropic", "openai", "cadenya", "wacht"]


def variant(index: int, count: int) -> bytes:
    """Smallest number that `arbitrary` decodes to the variant `index` of an enum with `count` variants."""
    return (-(-(index << 32) // count)).to_bytes(4, "little")


def write(target: str, name: str, seed: bytes) -> None:
    corpus = HERE / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / name).write_bytes(seed)


for index, provider in enumerate(PROVIDERS):
    prefix = variant(index, len(PROVIDERS))
    lines = (SAMPLES / f"{provider}.jsonl").read_text().splitlines()
    for number, line in enumerate(lines):
        name = f"{provider}-{number}"
        # `Body::Raw` is the first of three variants.
        write("envelopes", name, prefix + variant(0, 3) + line.encode())
        # The number of the sample, then `Payload::Raw`, which is the second of two variants.
        data = json.loads(line).get("data", {})
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        write("payloads", name, prefix + bytes([number]) + variant(1, 2) + text.encode())
