"""Trials: a grading that is killed at random moments, once or several times, and then resumed."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from tests.grader.grading.killing import SECRET, WHOM, Grading, Scene, Whom
from tests.grader.grading.wreckage import Outcome, kept, outcome, phase_of, refuse_torn

# Shares of kills before the first submission is looked at, and after the last one.
_EARLY, _LATE = 0.3, 0.3


@dataclass(frozen=True)
class Tempo:
    """How long a grading takes until its first line, how many lines it tells, how far apart, and
    how long it goes on after the last one."""

    head_seconds: float
    lines: int
    gap_seconds: float
    tail_seconds: float

    def moment(self, left: int, dice: random.Random) -> tuple[int, float]:
        """After how many of the lines that are left, and how long after, to kill."""
        chance = dice.random()
        if chance < _EARLY or not left:
            # Without a line, what comes before the first and after the last is one.
            return 0, dice.uniform(0, self.head_seconds + (0 if left else self.tail_seconds))
        if chance > 1 - _LATE:
            return left, dice.uniform(0, self.tail_seconds)
        return dice.randint(1, left), dice.uniform(0, self.gap_seconds)


@dataclass(frozen=True)
class Kill:
    """One kill: of whom, how far grading had come, and how many results were kept by then."""

    whom: Whom
    phase: str
    kept: int


def undisturbed(scene: Scene, name: str) -> tuple[Outcome, Tempo]:
    """What a grading ends in that nobody stops, and its tempo."""
    work = scene.work(name)
    grading, start = scene.grade(work), time.monotonic()
    grading.until(1, 0.0)
    first = time.monotonic()
    lines = int(grading.told.partition("/")[2].split()[0])
    grading.until(lines, 0.0)
    last = time.monotonic()
    finish(grading)
    tempo = Tempo(first - start, lines, (last - first) / lines, time.monotonic() - last)
    return outcome(work, scene.home), tempo


def finish(grading: Grading) -> None:
    """Let it come to its end."""
    code = grading.ended()
    assert code == 0, f"grade ended with {code}: {grading.told}"


def trial(
    scene: Scene, name: str, tempo: Tempo, dice: random.Random, in_a_row: int
) -> tuple[list[Kill], Path]:
    """A work folder that was graded through so many kills, fewer if it was faster; the kills."""
    work, kills, left = scene.work(name), [], tempo.lines
    for _ in range(in_a_row):
        grading = scene.grade(work)
        grading.until(*tempo.moment(left, dice))
        kill = _killed(grading, dice.choice(WHOM), work)
        if kill is None:
            break  # it was faster than we
        kills.append(kill)
        left = max(0, left - grading.told.count("\n"))
    finish(scene.grade(work))
    assert (work / SECRET).read_bytes() == bytes(range(32))
    return kills, work


def _killed(grading: Grading, whom: Whom, work: Path) -> Optional[Kill]:
    """What was killed, when all of it is gone; None if it had ended before."""
    whom = grading.kill(whom)
    code = grading.ended()
    refuse_torn(work)
    if whom == "keeper":
        assert code in (0, 1), f"grade ended with {code}: {grading.told}"
    elif code >= 0:
        return None
    return Kill(whom, phase_of(work), kept(work))
