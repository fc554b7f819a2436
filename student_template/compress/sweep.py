"""The trade-off on your own data: every method at every ratio, before training and after it.

Each attempt starts from the released model. What is finished stands in `table.csv`; a sweep that
was stopped goes on with what is missing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from compress.bills import Bill
from compress.compressing import Course, load_course, pruned, released_model, scored
from compress.masks import Masks
from compress.plot import Line, plot
from compress.progress import Progress
from compress.recovery import recover
from compress.saving import save
from compress.scoring import baselines, score
from compress.settings import Settings
from compress.trials import Attempt, Table, Trial

if TYPE_CHECKING:
    from transformers import PreTrainedModel

RELEASED = "the released model"
_ONE_SHOT = "one-shot"


def sweep(settings: Settings, folder: Path, fresh: bool) -> None:
    """Fill the table, and write it as CSV, as text and as a plot into the folder."""
    folder.mkdir(exist_ok=True)
    table = Table(folder / "table.csv", settings)
    if fresh:
        table.forget()
    progress = Progress()
    model = released_model(settings)
    course = load_course(settings, model)
    levels = _levels(model, course, settings)
    for name, level in levels.items():
        progress.note(f"{name}: {level:.4f}")
    trials: list[Trial] = []
    for attempt in planned(settings):
        if attempt not in table.trials:
            table.add(_tried(attempt, course, settings, progress))
            progress.note(table.trials[attempt].told())
        trials.append(table.trials[attempt])
        # As far as it has come: who stops it has a table.
        (folder / "table.txt").write_text(table_text(trials, levels), encoding="utf-8")
    progress.note(f"\n{table_text(trials, levels)}")
    try:
        plot(_lines(trials), levels, settings.model.max_ratio, folder / "plot.png")
    except ImportError:
        progress.note("for the plot: pip install matplotlib, and the same command again")
    progress.note(f"all of it lies in {folder}/")


def planned(settings: Settings) -> list[Attempt]:
    """Everything that is tried: each method at each ratio, untrained, and trained in two ways."""
    wanted = settings.sweep
    ways = [(_ONE_SHOT, 0)]
    if wanted.train_steps:
        ways += [(schedule, wanted.train_steps) for schedule in wanted.schedules]
    pairs = product(wanted.methods, wanted.ratios)
    return [Attempt(method, ratio, *way) for method, ratio in pairs for way in ways]


def _tried(attempt: Attempt, course: Course, settings: Settings, progress: Progress) -> Trial:
    """What comes of an attempt."""
    settings = replace(
        settings,
        prune=replace(
            settings.prune, method=attempt.method, ratio=attempt.ratio, schedule=attempt.schedule
        ),
        recover=replace(
            settings.recover,
            train_steps=attempt.train_steps,
            evaluate_every=0,
            checkpoint_every=0,
        ),
    )
    model = released_model(settings)
    started = time.perf_counter()
    masks = pruned(model, course, settings) if attempt.schedule == _ONE_SHOT else Masks({})
    with TemporaryDirectory() as folder:
        if attempt.train_steps:
            recover(
                model, masks, course.tokenizer, course.train, (), settings, Path(folder), progress
            )
        seconds = time.perf_counter() - started
        saved = save(model, None, Path(folder, "model"), course.total)
    value = scored(model, course, _rows(course, settings), settings)
    return Trial(attempt, saved.ratio, value, saved.packed_bytes / 1e6, seconds)


def _levels(model: PreTrainedModel, course: Course, settings: Settings) -> dict[str, float]:
    """What needs no pruning, to compare with: texts without a model, and the released model."""
    rows = _rows(course, settings)
    summaries = [bill.summary for bill in rows]
    levels = {name: score(texts, summaries) for name, texts in baselines(rows).items()}
    return {**levels, RELEASED: scored(model, course, rows, settings)}


def table_text(trials: Sequence[Trial], levels: Mapping[str, float]) -> str:
    """The table as it is read: the best of a ratio first, then what needs no pruning."""
    from tabulate import tabulate

    ordered = sorted(trials, key=lambda trial: (-trial.attempt.ratio, -trial.score))
    rows = [
        (each.attempt.method, f"{each.attempt.ratio:g}", each.attempt.way(), f"{each.score:.4f}",
         f"{each.ratio:.4f}", f"{each.packed_megabytes:.1f}", f"{each.seconds:.0f}")
        for each in ordered
    ]  # fmt: skip
    rows += [(name, "", "", f"{level:.4f}", "", "", "") for name, level in levels.items()]
    headers = ("method", "at", "trained", "score", "ratio", "MB packed", "seconds")
    return (
        tabulate(rows, headers, disable_numparse=True, colalign=("left",) * 3 + ("right",) * 4)
        + "\n"
    )


def _rows(course: Course, settings: Settings) -> tuple[Bill, ...]:
    return course.validation[: settings.sweep.evaluate_rows]


def _lines(trials: Sequence[Trial]) -> list[Line]:
    """The lines of the plot: one for each method and way."""
    names = dict.fromkeys((each.attempt.method, each.attempt.way()) for each in trials)
    lines = []
    for method, way in names:
        points = sorted(
            (each.ratio, each.score)
            for each in trials
            if (each.attempt.method, each.attempt.way()) == (method, way)
        )
        ratios, scores = zip(*points)
        lines.append(Line(method, way, ratios, scores))
    return lines
