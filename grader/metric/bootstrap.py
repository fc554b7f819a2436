"""How far a score could have come out otherwise, had other rows been drawn."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """The middle part of the means of so many resamples of the rows."""

    low: float
    high: float
    confidence: float
    resamples: int
    seed: int


def bootstrap_interval(
    rows: Sequence[float], *, confidence: float = 0.95, resamples: int = 1000, seed: int = 0
) -> Interval:
    """The percentile interval of the rows' mean; the same seed gives the same interval."""
    if not 0 < confidence < 1 or resamples < 1 or not rows:
        raise ValueError("an interval needs rows, resamples and a confidence between 0 and 1")
    count = len(rows)
    # Only Random.random() is promised to give the same numbers in every version of Python, and
    # fsum the same sum.
    draw = random.Random(seed).random  # noqa: S311 (statistics, not secrets)
    means = sorted(
        math.fsum([rows[int(draw() * count)] for _ in rows]) / count for _ in range(resamples)
    )
    tail = (1 - confidence) / 2
    low, high = math.floor(tail * resamples), math.ceil((1 - tail) * resamples) - 1
    return Interval(means[low], means[max(low, high)], confidence, resamples, seed)
