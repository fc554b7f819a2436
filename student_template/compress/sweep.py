"""The trade-off on your own data: every method at every ratio, before training and after it.

Patterns and distillation are tried as well where `[sweep]` names some. Distilled and plain training
are compared at about the same cost, not at the same number of steps.

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
from compress.compressing import pruned, released_model
from compress.course import Course, load_course, scored
from compress.masks import Masks
from compress.plot import Line, plot
from compress.progress import Progress
from compress.pruning import TOGETHER
from compress.recovery import recover
from compress.saving import save
from compress.scoring import baselines, score
from compress.settings import Distill, Settings, SettingsError, read_pattern
from compress.trials import ONE_SHOT, Attempt, Table, Trial

if TYPE_CHECKING:
    from transformers import PreTrainedModel

RELEASED = "the released model"

DISTILLED_STEPS = 0.75
"""Steps of a distilled attempt for each plain one: forward and back cost three passes through the
model, and the teacher's answer is a fourth."""

_PATTERNS = ", N:M"
"""What the plot calls the patterns of a method."""


def sweep(settings: Settings, folder: Path, fresh: bool) -> None:
    """Fill the table, and write it as CSV, as text and as a plot into the folder."""
    attempts = planned(settings)
    if not attempts:
        raise SettingsError(
            "[sweep] names nothing to try: it needs methods, and ratios or patterns; patterns are "
            "tried by magnitude, wanda and sparsegpt."
        )
    folder.mkdir(exist_ok=True)
    table = Table(folder / "table.csv", settings)
    if fresh:
        table.forget()
    progress = Progress()
    model = released_model(settings)
    course = load_course(settings, model, progress)
    levels = _levels(model, course, settings)
    for name, level in levels.items():
        progress.note(f"{name}: {level:.4f}")
    trials: list[Trial] = []
    for attempt in attempts:
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
    """Everything that is tried: each method at each ratio and pattern, untrained and trained."""
    wanted = settings.sweep
    found: list[Attempt] = []
    for method, ratio in product(wanted.methods, wanted.ratios):
        found += _ways(Attempt(method, ratio), wanted.schedules, settings)
    # Within a few neighbours of one row, TOGETHER's methods choose just what magnitude does.
    apart = [method for method in wanted.methods if method not in TOGETHER]
    for method, text in product(apart, wanted.patterns):
        pattern = read_pattern(text)
        attempt = Attempt(method, pattern.keep / pattern.of, text)
        found += _ways(attempt, (ONE_SHOT,), settings)  # there is no first half of a pattern
    return found


def _ways(untrained: Attempt, schedules: Sequence[str], settings: Settings) -> list[Attempt]:
    """The attempt untrained, and trained by each schedule and with each weight of the teacher."""
    steps = settings.sweep.train_steps
    if not steps:
        return [untrained]
    trained = [
        replace(
            untrained,
            schedule=schedule,
            train_steps=max(round(steps * DISTILLED_STEPS), 1) if weight else steps,
            distill_weight=weight,
        )
        for schedule, weight in product(schedules, settings.sweep.distill_weights)
    ]
    return [untrained, *trained]


def _tried(attempt: Attempt, course: Course, settings: Settings, progress: Progress) -> Trial:
    """What comes of an attempt."""
    settings = settings_of(attempt, settings)
    model = released_model(settings)
    started = time.perf_counter()
    masks = pruned(model, course, settings) if attempt.schedule == ONE_SHOT else Masks({})
    with TemporaryDirectory() as folder:
        if attempt.train_steps:
            recover(model, masks, course, settings, Path(folder), progress)
        seconds = time.perf_counter() - started
        saved = save(model, None, Path(folder, "model"), course.total)
    value = scored(model, course, _rows(course, settings), settings)
    return Trial(attempt, saved.ratio, value, saved.packed_bytes / 1e6, seconds)


def settings_of(attempt: Attempt, settings: Settings) -> Settings:
    """The settings with which `prune.py` would make this attempt."""
    weight = attempt.distill_weight
    return replace(
        settings,
        prune=replace(
            settings.prune,
            method=attempt.method,
            ratio=attempt.ratio,
            pattern=attempt.pattern,
            schedule=attempt.schedule,
        ),
        recover=replace(
            settings.recover, train_steps=attempt.train_steps, evaluate_rows=0, checkpoint_every=0
        ),
        distill=replace(settings.distill, weight=weight) if weight else Distill(),
    )


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
        (each.attempt.method, each.attempt.goal(), each.attempt.way(), f"{each.score:.4f}",
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
    """The lines of the plot: one for each method and way, its patterns apart."""
    points: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for each in trials:
        name = each.attempt.method + (_PATTERNS if each.attempt.pattern else "")
        points.setdefault((name, each.attempt.way()), []).append((each.ratio, each.score))
    lines = []
    for (method, way), some in points.items():
        ratios, scores = zip(*sorted(some))
        lines.append(Line(method, way, ratios, scores, joined=not method.endswith(_PATTERNS)))
    return lines
