"""What `grade` costs on a class of 1,000, and what it costs again when little or nothing changed.

    PYTHONPATH=. python benchmarks/grade_speed.py [--count 1000] [--runs 3]

Each submission is a zip with code, a CSV of 12 rows and a toy model, so that what grading itself
costs is not hidden behind the reading of large models. CPU time counts all processes; the peak is
that of the largest one. "the looks alone" are the same checks and scores in one process, without
grading around them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from tabulate import tabulate

from grader.answer_files import read_key
from grader.collect import collect, open_export
from grader.looking import look, made_ready
from tests.course.make import Course
from tests.course.many import make_many

_ROOT = Path(__file__).resolve().parents[1]
JOBS = ("--jobs", "2")
# `grade`, which tells at its end the peak of the largest process in kB. (Linux counts to a new
# program's peak what its parent held, so that this process can't be asked from outside.)
_CODE = """\
import atexit, resource, sys
def tell():
    with open("/proc/self/status") as status:
        own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), file=sys.stderr)
atexit.register(tell)
from grader.cli import main
main()
"""


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float


def cost(home: Path, words: Sequence[str]) -> Cost:
    """The cost of one command in the course's folder; it must end well."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [sys.executable, "-c", _CODE, *words], cwd=home, stdout=subprocess.DEVNULL,
            stderr=told, env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        lines = told.read().decode().splitlines()
    if process.returncode:
        raise SystemExit(f"grade {' '.join(words)}: {lines[-10:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, int(lines[-1]) / 1000)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        statistics.median(each.wall_seconds for each in costs),
        statistics.median(each.cpu_seconds for each in costs),
        statistics.median(each.peak_mb for each in costs),
    )


def nothing(course: Course) -> None:
    """Change nothing."""


def round_otherwise(course: Course) -> None:
    """Change the decimals of marks, to and fro."""
    text = course.competition.read_text(encoding="utf-8")
    more = "\n[marks]\ndecimals = 1\n"
    text = text.replace(more, "") if more in text else text + more
    course.competition.write_text(text, encoding="utf-8")


def hand_in_anew(course: Course) -> None:
    """Change one submission of a hundred."""
    for package in course.packages[::100]:
        with zipfile.ZipFile(course.submissions / package.source, "a") as archive:
            archive.writestr(f"notes-{time.time_ns()}.txt", "One more file.\n")


def again(course: Course, change: Callable[[Course], None], runs: int, *words: str) -> Cost:
    """The median cost of the command after each of so many changes."""
    found = []
    for _ in range(runs):
        change(course)
        found.append(cost(course.home, words))
        if change is round_otherwise:  # to be a change again the next time
            put_in_force = ("--apply", "--why", "measured")
            cost(course.home, (*words, *put_in_force))
    return median(found)


def looks_alone(course: Course) -> Cost:
    """The looks at all submissions in this process, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        scratch, rules = Path(folder), course.rules
        found = collect(open_export(course.submissions, scratch, rules), rules)
        key = read_key(course.home / "key.csv", rules)
        made_ready(rules, key)
        start, begun = time.perf_counter(), time.process_time()
        for number, submission in enumerate(found.submissions):
            own = scratch / str(number)
            own.mkdir()
            look(submission, found.root, own, rules, key, ("check", "score"))
        return Cost(time.perf_counter() - start, time.process_time() - begun, float("nan"))


def rows_of(course: Course, runs: int) -> list[tuple[str, Cost]]:
    """All measurements, in turn."""
    grading = ("submissions", *JOBS)
    one = course.members[len(course.members) // 2].id
    return [
        ("first run", cost(course.home, grading)),
        ("the looks alone, one process", looks_alone(course)),
        ("nothing changed", again(course, nothing, runs, *grading)),
        ("1 % of the submissions changed", again(course, hand_in_anew, runs, *grading)),
        ("marks.decimals changed", again(course, round_otherwise, runs, *grading)),
        ("grade status", again(course, nothing, runs, "status")),
        ("grade explain", again(course, nothing, runs, "explain", one)),
        ("grade --help", again(course, nothing, runs, "--help")),
    ]


@click.command()
@click.option("--count", default=1000, show_default=True, help="Submissions.")
@click.option("--runs", default=3, show_default=True, help="Of everything but the first run.")
def main(count: int, runs: int) -> None:
    """Grade a large class, and again."""
    with tempfile.TemporaryDirectory() as folder:
        course = make_many(Path(folder) / "course", count)
        found = rows_of(course, runs)
    first = found[0][1]
    rows = [
        (name, f"{each.wall_seconds:.2f}", f"{each.cpu_seconds:.2f}", f"{each.peak_mb:.0f}",
         f"{100 * each.wall_seconds / first.wall_seconds:.1f}",
         f"{100 * each.cpu_seconds / first.cpu_seconds:.1f}")
        for name, each in found
    ]  # fmt: skip
    headers = ("what", "wall s", "CPU s", "peak MB", "% of first: wall", "CPU")
    click.echo(f"{count:,} submissions, two at a time\n")
    click.echo(tabulate(rows, headers, disable_numparse=True))


if __name__ == "__main__":
    main()
