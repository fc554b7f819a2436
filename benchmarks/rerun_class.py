"""How fast a class of trivial programs is run again, two at a time, and what a second run does.

    PYTHONPATH=. python benchmarks/rerun_class.py [--count 100]

Each program reads the blinded rows and writes its CSV in some 30 ms, so that what is left is what
running again costs by itself: unpacking, finding what to run, the sandbox, comparing, the store.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click
from tabulate import tabulate

from grader.showing.documents import FORMAT
from tests.grader.rerun.plain_course import Course, honest, make_plain_course

FIRST_ID = 9_900_001


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    wall_seconds: float
    cpu_seconds: float


def cost(course: Course, *more: str) -> Cost:
    """The cost of one `grade`; the processor time is that of all its processes."""
    words = [*map(str, course.words), "--json", *more]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", "from grader.cli import main; main()", *words],
        cwd=course.home, capture_output=True, text=True, check=True,
    )  # fmt: skip
    wall = time.perf_counter() - started
    assert f'"format": {FORMAT}' in done.stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


@click.command()
@click.option("--count", default=100, show_default=True)
def main(count: int) -> None:
    """Measure a class of so many: without its code, then with it, then again."""
    with tempfile.TemporaryDirectory() as folder:
        students = (honest(str(FIRST_ID + number)) for number in range(count))
        course = make_plain_course(Path(folder) / "course", students)
        taken = (
            ("checks and scores alone (--no-rerun)", cost(course, "--no-rerun")),
            ("running the code again", cost(course)),
            ("nothing changed", cost(course)),
        )
    rows = [
        (name, f"{each.wall_seconds:.1f}", f"{each.cpu_seconds:.1f}",
         f"{count / each.wall_seconds:.1f}")
        for name, each in taken
    ]  # fmt: skip
    click.echo(tabulate(rows, (f"{count} submissions", "wall s", "CPU s", "submissions/s")))


if __name__ == "__main__":
    main()
