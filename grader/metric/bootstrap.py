"""How far a score could have come out otherwise, had other rows been drawn."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# As many draws are kept for the next file of the same length, at four bytes each.
_MOST_KEPT = 8_000_000


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
    kept = count * resamples <= _MOST_KEPT
    draws = _kept(count, resamples, seed) if kept else _draws(count, resamples, seed)
    # fsum is promised to give the same sum in every version of Python.
    means = sorted(math.fsum(map(rows.__getitem__, picked)) / count for picked in draws)
    tail = (1 - confidence) / 2
    low, high = math.floor(tail * resamples), math.ceil((1 - tail) * resamples) - 1
    return Interval(means[low], means[max(low, high)], confidence, resamples, seed)


@lru_cache(maxsize=2)
def _kept(count: int, resamples: int, seed: int) -> Iterable[Sequence[int]]:
    return tuple(_draws(count, resamples, seed))


def _draws(count: int, resamples: int, seed: int) -> Iterator[Sequence[int]]:
    """The places of the rows in each resample; they depend on nothing but how many there are."""
    # Only Random.random() is promised to give the same numbers in every version of Python.
    draw = random.Random(seed).random  # noqa: S311 (statistics, not secrets)
    for _ in range(resamples):
        yield array("I", [int(draw() * count) for _ in range(count)])
