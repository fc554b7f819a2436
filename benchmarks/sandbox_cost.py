"""What the sandbox adds to a program: inside beside outside, in turns.

python benchmarks/sandbox_cost.py [--runs 15] [--imports 5] [--many 100]
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
from tabulate import tabulate

from grader.sandbox.isolation import Isolation, isolation
from grader.sandbox.records import Limits, Program
from grader.sandbox.running import run

OUTSIDE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
LIMITS = Limits(wall_seconds=120, memory_mb=4096, processes=64, disk_mb=64)
AT_ONCE = 2


@dataclass(frozen=True)
class Took:
    """One execution: its wall clock and its processor time."""

    wall_seconds: float
    cpu_seconds: float


def outside(code: str) -> Took:
    """The program as a plain process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=OUTSIDE, check=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall, cpu)


def inside(code: str, folder: Path, found: Isolation) -> Took:
    """The program in the sandbox, from the call to its cleaned-up end."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as output:
        program = Program(("python", "-c", code), folder, limits=LIMITS)
        result = run(program, Path(output) / "back", found)
    assert result.succeeded, result.stderr.text
    return Took(time.perf_counter() - started, result.cpu_seconds)


def compared(name: str, code: str, runs: int, folder: Path, found: Isolation) -> tuple[str, ...]:
    """Both in turns, the first turn to warm the disk cache; medians in milliseconds."""
    plain, walled = [], []
    for turn in range(runs + 1):
        pair = (outside(code), inside(code, folder, found))
        if turn:
            plain.append(pair[0])
            walled.append(pair[1])
    out, within = median(plain), median(walled)
    added = within.wall_seconds - out.wall_seconds
    share = added / out.wall_seconds
    cpu = within.cpu_seconds / out.cpu_seconds
    return (name, milliseconds(out.wall_seconds), milliseconds(within.wall_seconds),
            milliseconds(added), f"{100 * share:.0f} %", f"{cpu:.2f}")  # fmt: skip


def median(taken: Sequence[Took]) -> Took:
    """The median of each figure by itself."""
    return Took(
        statistics.median(each.wall_seconds for each in taken),
        statistics.median(each.cpu_seconds for each in taken),
    )


def milliseconds(seconds: float) -> str:
    """The time in milliseconds, as text."""
    return f"{1000 * seconds:.0f}"


def many(count: int, folder: Path, found: Isolation) -> tuple[float, float]:
    """Seconds for so many trivial programs, two at a time: outside, and in the sandbox."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = time.perf_counter()
        list(pool.map(lambda _: outside("pass"), range(count)))
        between = time.perf_counter()
        list(pool.map(lambda _: inside("pass", folder, found), range(count)))
        return between - started, time.perf_counter() - between


@click.command()
@click.option("--runs", default=15, show_default=True)
@click.option("--imports", default=5, show_default=True)
@click.option("--many", "count", default=100, show_default=True)
def main(runs: int, imports: int, count: int) -> None:
    """Measure what the sandbox adds to a short program and to a heavy import, and many of them."""
    found = isolation()
    click.echo(", ".join(found.layers))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        rows = [
            compared("python -c pass", "pass", runs, place, found),
            compared("import torch, transformers", "import torch, transformers", imports, place,
                     found),
        ]  # fmt: skip
        headers = ("program", "outside ms", "inside ms", "added ms", "added", "CPU, inside/outside")
        click.echo(tabulate(rows, headers))
        plain, walled = many(count, place, found)
    click.echo(
        f"{count} × pass, {AT_ONCE} at a time: {plain:.1f} s outside, {walled:.1f} s inside "
        f"({count / walled:.0f} sandboxes a second)"
    )


if __name__ == "__main__":
    main()
