"""120 prediction files of 3,269 rows against one key: how fast, and beside what else one could do.

    PYTHONPATH=. python benchmarks/score_class.py [--files 120] [--rows 3269] [--runs 3]

The key is prepared once for all files. Beside it: the tutorial's table and `grade score` started
anew for each file, both measured on a few and extrapolated, which the table says. At the end a
whole `grade` of so many submissions with such files and toy models, two at a time.
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from grade_speed import JOBS, cost
from metric_speed import tutorial_row
from metric_texts import made_texts
from tabulate import tabulate

from grader.metric import PreparedAnswers
from tests.course.make import Course, competition_text
from tests.course.many import make_many

_UNLIKE_ROWS, _UNLIKE_FILES, _TABLE_ROWS, _ALONE = 256, 10, 20, 3
_TOML = 'answers = "key.csv"\n'


def texts_of(rows: int) -> tuple[list[str], list[list[str]]]:
    """The labels of a key, and a few unlike files of predictions for it."""
    made = made_texts(min(rows, _UNLIKE_ROWS))
    unlike = len(made.labels)
    labels = [made.labels[row % unlike] + f" row {row}" for row in range(rows)]
    files = [
        [made.long[row % unlike] + f" file {number}" for row in range(rows)]
        for number in range(_UNLIKE_FILES)
    ]
    return labels, files


def write_csv(path: Path, header: Sequence[str], texts: Sequence[str]) -> None:
    """A CSV of ids and texts, quoted as the tutorial does it."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        out.writerow(header)
        out.writerows((str(row), text) for row, text in enumerate(texts))


def large_class(folder: Path, count: int, labels: Sequence[str], files: list[list[str]]) -> Course:
    """A class whose packages hold these predictions, and no Kaggle to compare them with."""
    course = make_many(folder, count)
    write_csv(folder / "key.csv", ("ID", "Label"), labels)
    course.competition.write_text(competition_text(len(labels)), encoding="utf-8")
    course.grading.write_text(_TOML, encoding="utf-8")
    paths = [folder / f"predictions{number}.csv" for number in range(len(files))]
    for path, texts in zip(paths, files):
        write_csv(path, ("ID", "Predict"), texts)
    for number, package in enumerate(course.packages):
        archive = course.submissions / package.source
        with zipfile.ZipFile(archive) as old:
            kept = {name: old.read(name) for name in old.namelist() if name != "predictions.csv"}
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as new:
            for name, data in kept.items():
                new.writestr(name, data)
            new.write(paths[number % len(paths)], "predictions.csv")
    return course


def cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU time of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def alone(labels: list[str], files: list[list[str]], runs: int) -> list[tuple[object, ...]]:
    """The metric alone in one process: prepared once, unprepared, and the tutorial's table."""
    rows, found = len(labels), []
    key = PreparedAnswers(labels)
    key.score(files[0])
    some = min(rows, _TABLE_ROWS)

    def table() -> list[float]:
        return list(map(tutorial_row, labels[:some], files[0][:some]))

    assert key.score(files[0]).rows[:some] == tuple(table()), "they must agree to the last bit"
    for name, work, count in (
        ("prepared once", lambda: [key.score(texts) for texts in files], rows * len(files)),
        ("prepared for each file", lambda: PreparedAnswers(labels).score(files[0]), rows),
        (f"the tutorial's table (measured on {some} rows)", table, some),
    ):
        seconds = statistics.median(cpu_seconds(work) for _ in range(runs))
        found.append((name, f"{count / seconds:,.0f}", seconds / count))
    return found


@click.command()
@click.option("--files", "count", default=120, show_default=True, help="Submissions.")
@click.option("--rows", default=3269, show_default=True, help="Rows of a file.")
@click.option("--runs", default=3, show_default=True)
def main(count: int, rows: int, runs: int) -> None:
    """Score a class."""
    labels, files = texts_of(rows)
    metric = [
        (name, speed, f"{each * rows * count:,.1f}")
        for name, speed, each in alone(labels, files, runs)
    ]
    click.echo("the metric alone, CPU time of one process\n")
    headers = ("what", "rows a second", f"{count} files, s")
    click.echo(tabulate(metric, headers, disable_numparse=True))
    with tempfile.TemporaryDirectory() as name:
        course = large_class(Path(name) / "course", count, labels, files)
        whole = cost(course.home, ("submissions", *JOBS))
        words = ("score", "predictions0.csv", "--answers", "key.csv")
        each = [cost(course.home, words) for _ in range(_ALONE)]
    click.echo("\nwhole commands\n")
    wall = statistics.median(one.wall_seconds for one in each) * count
    cpu = statistics.median(one.cpu_seconds for one in each) * count
    table = [
        (f"grade, {count} submissions, two at a time", f"{whole.wall_seconds:.1f}",
         f"{whole.cpu_seconds:.1f}", f"{whole.peak_mb:.0f}"),
        (f"grade score, one after the other (measured on {_ALONE} files)", f"{wall:.1f}",
         f"{cpu:.1f}", f"{each[0].peak_mb:.0f}"),
    ]  # fmt: skip
    click.echo(tabulate(table, ("what", "wall s", "CPU s", "peak MB"), disable_numparse=True))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
