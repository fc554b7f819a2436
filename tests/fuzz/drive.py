"""A long run over one reader: valid inputs, mutated byte by byte, each watched for trouble.

    python -m tests.fuzz.drive csv --inputs 100000 --seed 1

What counts as trouble: an exception, an input that takes over two seconds, memory that grows
beyond the budget, and whatever else the target's own `run_one` refuses.
"""

from __future__ import annotations

import importlib
import random
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import click

TARGETS = ("csv", "zip", "safetensors", "pickle")
SLOW_SECONDS = 2.0
MEMORY_BUDGET_MB = 300
# Numbers that readers trip over, put in place of lengths, offsets and counts.
_BAIT = tuple(
    value.to_bytes(width, "little")
    for width in (1, 2, 4, 8)
    for value in (0, 1, 0x7F, (1 << (8 * width)) - 1, 1 << (8 * width - 1))
)


@dataclass(frozen=True)
class Tally:
    """What a run came to."""

    inputs: int
    wall_seconds: float
    slowest_seconds: float
    peak_growth_mb: float

    def __str__(self) -> str:
        return (
            f"{self.inputs:,} inputs in {self.wall_seconds:.0f} s, slowest "
            f"{self.slowest_seconds * 1000:.0f} ms, "
            f"peak memory grew by {self.peak_growth_mb:.0f} MB"
        )


def mutated(data: bytes, chance: random.Random, others: tuple[bytes, ...]) -> bytes:
    """The bytes after one to eight small changes."""
    text = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        position = chance.randrange(len(text) + 1)
        kind = chance.randrange(6)
        if kind == 0 and position < len(text):
            text[position] ^= 1 << chance.randrange(8)
        elif kind == 1:
            text[position : position + 1] = bytes([chance.randrange(256)])
        elif kind == 2:
            bait = chance.choice(_BAIT)
            text[position : position + len(bait)] = bait
        elif kind == 3:
            del text[position : position + chance.randrange(1, 40)]
        elif kind == 4:
            end = position + chance.randrange(1, 40)
            text[position:position] = text[position:end]
        else:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            text[position:position] = other[start : start + chance.randrange(1, 60)]
    return bytes(text)


def drive(target: ModuleType, inputs: int, seed: int, folder: Path) -> Tally:
    """Run the target over mutated seeds; the first trouble stops it, its input kept in a file."""
    chance = random.Random(seed)
    seeds: tuple[bytes, ...] = target.SEEDS
    for data in seeds:
        target.run_one(data, folder)
    before, start, slowest = _peak_mb(), time.perf_counter(), 0.0
    for number in range(inputs):
        data = mutated(chance.choice(seeds), chance, seeds)
        began = time.perf_counter()
        try:
            target.run_one(data, folder)
            took = time.perf_counter() - began
            growth = _peak_mb() - before
            assert took < SLOW_SECONDS, f"took {took:.1f} s"
            assert growth < MEMORY_BUDGET_MB, f"memory grew by {growth:.0f} MB"
        except BaseException:
            kept = Path(f"fuzz-{target.__name__.rpartition('_')[2]}-{seed}-{number}.bin")
            kept.write_bytes(data)
            click.echo(f"trouble: the input is kept in {kept}", err=True)
            raise
        slowest = max(slowest, took)
    return Tally(inputs, time.perf_counter() - start, slowest, _peak_mb() - before)


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


@click.command()
@click.argument("name", type=click.Choice(TARGETS))
@click.option("--inputs", default=100_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(name: str, inputs: int, seed: int) -> None:
    """Fuzz one reader."""
    target = importlib.import_module(f"tests.fuzz.fuzz_{name}")
    with tempfile.TemporaryDirectory() as scratch:
        click.echo(f"{name}: {drive(target, inputs, seed, Path(scratch))}")


if __name__ == "__main__":
    main()
