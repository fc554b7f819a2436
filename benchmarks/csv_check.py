"""How long a predictions CSV of 3,269 rows takes to check, beside pandas reading it.

    python benchmarks/csv_check.py [--runs 9]

All contestants read the same file, in turn, in one process; start-up and imports are left out.
"""

from __future__ import annotations

import csv
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import pandas as pd
from tabulate import tabulate

from validators.predictions import section
from validators.rules import load_rules

ROWS = 3269
_SENTENCE = (
    'Amends the "Water Resources Development Act" of {year} to authorize the Secretary of the '
    "Interior to carry out projects; requires a report on section {row}. "
)


def write_predictions(path: Path, words: int) -> None:
    """A file as the tutorial writes it: every field quoted, so many words a row."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        out.writerow(("ID", "Predict"))
        for row in range(ROWS):
            text = _SENTENCE.format(year=1900 + row % 120, row=row) * (words // 20)
            out.writerow((str(row), text.replace(",", ".").strip()))


def read_by_module(path: Path) -> int:
    """The number of rows that the csv module finds."""
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream))


def milliseconds(work: Callable[[Path], object], path: Path) -> float:
    """The wall time of one call."""
    start = time.perf_counter()
    work(path)
    return (time.perf_counter() - start) * 1000


@click.command()
@click.option("--runs", default=9, show_default=True)
def main(runs: int) -> None:
    """Measure the CSV checks beside two readers that only read."""
    rules = load_rules()
    contestants: dict[str, Callable[[Path], object]] = {
        "check (all findings)": lambda path: section(path, path.name, rules),
        "pandas.read_csv": pd.read_csv,
        "csv.reader": read_by_module,
    }
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for words in (20, 100, 200):
            path = Path(scratch) / "predictions.csv"
            write_predictions(path, words)
            assert not section(path, path.name, rules).findings
            times: dict[str, list[float]] = {name: [] for name in contestants}
            for _ in range(runs):
                for name, work in contestants.items():
                    times[name].append(milliseconds(work, path))
            size = f"{path.stat().st_size / 1e6:.1f}"
            for name, taken in times.items():
                rows.append((words, size, name, f"{statistics.median(taken):.1f}"))
    click.echo(tabulate(rows, headers=("words a row", "MB", "what", "median ms")))


if __name__ == "__main__":
    main()
