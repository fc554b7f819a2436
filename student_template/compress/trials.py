"""What a sweep has tried, kept in a CSV as it comes."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from compress.settings import Settings, Student, Sweep

ONE_SHOT = "one-shot"
"""The schedule that prunes once, before any training."""

_HEADER = (
    *("settings", "method", "ratio", "pattern", "schedule", "train_steps", "distill_weight"),
    *("counted_ratio", "score", "packed_megabytes", "seconds"),
)


@dataclass(frozen=True)
class Attempt:
    """What is tried."""

    method: str
    ratio: float
    pattern: str = ""
    schedule: str = ONE_SHOT
    train_steps: int = 0
    distill_weight: float = 0.0

    def goal(self) -> str:
        """How far it is pruned, in words."""
        return self.pattern or f"{self.ratio:g}"

    def way(self) -> str:
        """How it is trained, in words."""
        if not self.train_steps:
            return "no"
        taught = f", distilled {self.distill_weight:g}" if self.distill_weight else ""
        return f"{self.train_steps} steps, {self.schedule}{taught}"


@dataclass(frozen=True)
class Trial:
    """What came of an attempt. `seconds` are those of pruning and training, not of scoring."""

    attempt: Attempt
    ratio: float
    score: float
    packed_megabytes: float
    seconds: float

    def told(self) -> str:
        """It in one line."""
        what = f"{self.attempt.method} to {self.attempt.goal()}, trained: {self.attempt.way()}"
        return f"{what}: score {self.score:.4f}, {self.seconds:.0f} s"


class Table:
    """The trials of earlier runs with the same settings, and those that come in."""

    def __init__(self, path: Path, settings: Settings) -> None:
        # What is tried, and who hands in, changes no result.
        same = replace(Sweep(), evaluate_rows=settings.sweep.evaluate_rows)
        told = repr(replace(settings, student=Student(), sweep=same))
        self._digest = hashlib.sha256(told.encode()).hexdigest()[:12]
        self._path = path
        self._rows = _rows(path)
        own = (_trial(row) for row in self._rows if row[0] == self._digest)
        self._trials = {each.attempt: each for each in own}

    @property
    def trials(self) -> Mapping[Attempt, Trial]:
        """The trials by what was tried."""
        return self._trials

    def forget(self) -> None:
        """Forget all of them."""
        self._path.unlink(missing_ok=True)
        self._rows.clear()
        self._trials.clear()

    def add(self, trial: Trial) -> None:
        """Keep one more. The file is always a whole one."""
        self._trials[trial.attempt] = trial
        figures = (trial.ratio, trial.score, trial.packed_megabytes, trial.seconds)
        self._rows.append([self._digest, *map(str, (*astuple(trial.attempt), *figures))])
        part = self._path.with_suffix(".part")
        with part.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([_HEADER, *self._rows])
        part.replace(self._path)


def _rows(path: Path) -> list[list[str]]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    # A table with other columns was made by an earlier template: its rows can't be compared.
    return rows[1:] if rows[:1] == [list(_HEADER)] else []


def _trial(row: list[str]) -> Trial:
    _, method, ratio, pattern, schedule, steps, weight, *figures = row
    attempt = Attempt(method, float(ratio), pattern, schedule, int(steps), float(weight))
    return Trial(attempt, *map(float, figures))
