"""How fast the metric is, beside the course's own code and the published implementations.

    python benchmarks/metric_speed.py [--rows 16] [--runs 5] [--files 120]

All contestants score the same rows in turn, in one process, and must agree to the last bit.
Figures are medians of CPU time. `rouge-score-rs` (compiled Rust) takes part if it is installed.
"""

from __future__ import annotations

import importlib
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import click
from metric_texts import Texts, made_texts, real_texts
from tabulate import tabulate

from grader.metric import PreparedAnswers, handout_row
from grader.metric.dialects import row_value

Row = Callable[[str, str], float]
Pairs = tuple[Sequence[str], Sequence[str]]
_LSUM = "rougeLsum"
_KEY_ROWS, _UNLIKE_FILES = 3269, 10
# A measurement takes at least so many seconds.
_SHORTEST = 0.05
_LONG_RUNS = 9
_ANSWERS: list[PreparedAnswers] = []


def tutorial_row(reference: str, prediction: str) -> float:
    """The course's dialect as a tutorial writes it: one table for each pair of sentences."""
    ours = [sentence.strip().lower().split() for sentence in reference.split(".")]
    theirs = [sentence.strip().lower().split() for sentence in prediction.split(".")]
    hits = sum(max(_table(one, other) for other in theirs) for one in ours)
    tokens = sum(len(sentence) for sentence in ours)
    return hits / tokens if tokens else 0.0


def _table(one: list[str], other: list[str]) -> int:
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i == 0 or j == 0:
                lengths[i][j] = 0
            elif one[i - 1] == other[j - 1]:
                lengths[i][j] = lengths[i - 1][j - 1] + 1
            else:
                lengths[i][j] = max(lengths[i - 1][j], lengths[i][j - 1])
    return lengths[-1][-1]


def published(module: str, stemmer: bool) -> Row | None:
    """A published implementation's rougeLsum, or None where it isn't installed."""
    try:
        scorer: Any = importlib.import_module(module).RougeScorer([_LSUM], use_stemmer=stemmer)
    except ModuleNotFoundError:
        return None
    return lambda reference, prediction: float(scorer.score(reference, prediction)[_LSUM].fmeasure)


def our_lsum(reference: str, prediction: str) -> float:
    """Our rougeLsum of one pair, stemmed."""
    return row_value(reference, prediction, _LSUM, stemmer=True)


def handout_contestants(pairs: Pairs) -> dict[str, Callable[[], Sequence[float]]]:
    """The course's dialect: each contestant scores all pairs."""
    answers = PreparedAnswers(pairs[0])
    return {
        "tutorial's table": lambda: list(map(tutorial_row, *pairs)),
        "ours": lambda: list(map(handout_row, *pairs)),
        "ours, prepared": lambda: answers.score(pairs[1]).rows,
    }


def lsum_contestants(pairs: Pairs) -> dict[str, Callable[[], Sequence[float]]]:
    """rougeLsum with stems, likewise."""
    answers = PreparedAnswers(pairs[0])
    rows = {
        "rouge-score": published("rouge_score.rouge_scorer", True),
        "rouge-score-rs": published("rouge_score_rs.rouge_scorer", True),
        "ours": our_lsum,
    }
    contestants: dict[str, Callable[[], Sequence[float]]] = {
        name: _scoring(row, pairs) for name, row in rows.items() if row
    }
    contestants["ours, prepared"] = lambda: answers.score(pairs[1], _LSUM, stemmer=True).rows
    return contestants


def _scoring(row: Row, pairs: Pairs) -> Callable[[], Sequence[float]]:
    return lambda: list(map(row, *pairs))


def measured(contestants: dict[str, Callable[[], Sequence[float]]], runs: int) -> dict[str, float]:
    """The median CPU seconds of each, run in turn; the first round warms up and compares."""
    values = {name: list(work()) for name, work in contestants.items()}
    first, *others = values.values()
    assert all(other == first for other in others), "the contestants disagree"
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, work in contestants.items():
            taken[name].append(_cpu_seconds(work))
    return {name: statistics.median(times) for name, times in taken.items()}


def _cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU time of one call; fast work is repeated until the clock can tell."""
    calls = 0
    start = time.process_time()
    while (spent := time.process_time() - start) < _SHORTEST:
        work()
        calls += 1
    return spent / calls


def workloads(texts: Texts, rows: int) -> Iterator[tuple[str, Pairs, Pairs]]:
    """What is scored: its name, and the pairs for each dialect."""
    long, short, few = texts.long[:rows], texts.short[:rows], max(rows // 8, 2)
    labels, summaries, bills = texts.labels[:rows], texts.summaries[:rows], texts.bills[:rows]
    yield "labels, long predictions", (labels, long), (summaries, long)
    yield "labels, short predictions", (labels, short), (summaries, short)
    yield "short against long", (short, long), (short, long)
    yield "bills, long predictions", (bills, long), (bills, long)
    others = bills[1:] + bills[:1]
    yield "bill against bill", (bills[:few], others[:few]), (bills[:few], others[:few])


def compare(texts: Texts, rows: int, runs: int) -> list[tuple[str, ...]]:
    """The table of all workloads."""
    table: list[tuple[str, ...]] = []
    for name, handout, lsum in workloads(texts, rows):
        for metric, pairs, make in (
            ("handout", handout, handout_contestants), ("rougeLsum", lsum, lsum_contestants)
        ):  # fmt: skip
            found = measured(make(pairs), runs)
            slowest = next(iter(found.values()))
            for contestant, seconds in found.items():
                micros = f"{seconds / len(pairs[0]) * 1e6:,.1f}"
                table.append((name, metric, contestant, micros, f"{slowest / seconds:.1f}x"))
    return table


def long_pairs(texts: Texts) -> list[tuple[str, ...]]:
    """10,000 tokens against 10,000: the time, and the most memory held at once."""
    words = " ".join(texts.bills).split()
    assert len(words) >= 20_000
    one, other = " ".join(words[:10_000]), " ".join(words[10_000:20_000])
    lined = (one.replace(". ", ".\n"), other.replace(". ", ".\n"))
    table: list[tuple[str, ...]] = []
    for name, row, pair in (
        ("handout", handout_row, (one, other)), ("rougeLsum, one line", our_lsum, (one, other)),
        ("rougeLsum, many lines", our_lsum, lined),
        ("handout, one sentence", handout_row, (one.replace(".", ""), other.replace(".", ""))),
    ):  # fmt: skip
        row(*pair)
        seconds = statistics.median(_once(row, pair) for _ in range(_LONG_RUNS))
        tracemalloc.start()
        row(*pair)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        table.append((name, f"{seconds * 1e3:.1f}", f"{peak / 1e6:.1f}"))
    return table


def _once(row: Row, pair: tuple[str, str]) -> float:
    start = time.process_time()
    row(*pair)
    return time.process_time() - start


def many_files(files: int, metric: str) -> tuple[str, ...]:
    """So many files against one key of 3,269 rows, prepared once in each of two processes."""
    start = time.perf_counter()
    with ProcessPoolExecutor(2, initializer=_prepare) as pool:
        busy = sum(pool.map(_score_file, range(files), [metric] * files))
    wall = time.perf_counter() - start
    rows = files * _KEY_ROWS
    return (metric, f"{rows:,}", f"{wall:.1f}", f"{busy:.1f}", f"{rows / busy:,.0f}")


def _prepare() -> None:
    """The key and some files; made anew in each process, which the wall time includes."""
    texts = made_texts(64)
    labels = [texts.labels[row % 64] + f" row {row}" for row in range(_KEY_ROWS)]
    _ANSWERS[:] = [PreparedAnswers(labels)]
    _FILES[:] = [
        [texts.long[row % 64] + f" file {k}" for row in range(_KEY_ROWS)]
        for k in range(_UNLIKE_FILES)
    ]


_FILES: list[list[str]] = []


def _score_file(number: int, metric: str) -> float:
    start = time.process_time()
    _ANSWERS[0].score(_FILES[number % _UNLIKE_FILES], metric)
    return time.process_time() - start


@click.command()
@click.option("--rows", default=16, show_default=True, help="Rows of each workload.")
@click.option("--runs", default=5, show_default=True)
@click.option("--files", default=120, show_default=True, help="Files against one key.")
def main(rows: int, runs: int, files: int) -> None:
    """Measure the metric beside its peers."""
    if published("rouge_score_rs.rouge_scorer", True) is None:
        click.echo("rouge-score-rs is not installed and takes no part (pip install it to compare)")
    made = made_texts(max(rows, 24))
    for texts in (made, *real_texts()):
        click.echo(f"\n{texts.name} rows, CPU time\n")
        headers = ("rows", "metric", "contestant", "us a row", "ratio")
        click.echo(tabulate(compare(texts, rows, runs), headers, disable_numparse=True))
    click.echo("\n10,000 tokens against 10,000, ours\n")
    click.echo(tabulate(long_pairs(made), ("metric", "CPU ms", "peak MB"), disable_numparse=True))
    click.echo(f"\n{files} files against one key of {_KEY_ROWS:,} rows, two processes\n")
    headers = ("metric", "rows", "wall s", "CPU s", "rows a CPU second")
    table = [many_files(files, metric) for metric in ("handout", _LSUM)]
    click.echo(tabulate(table, headers, disable_numparse=True))


if __name__ == "__main__":
    main()
