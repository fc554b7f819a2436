"""How alike the files of a class are, two by two, in numbers.

Every row of a file is one number: its digest where it can tell something about a pair, else the
file's own mark, which no other file has. So comparing two files is comparing two arrays. What the
released model writes, and what more than a few files of the class share, tells nothing of a pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from grader.integrity.predictions.arrays import Digests, Kept, Sketch
from grader.integrity.predictions.extract import SKETCH

Figures = npt.NDArray[np.float64]

FEW, FEW_SHARE = 5, 0.1
"""What more than so many files share, and more than this share of them, is nobody's own."""

LEAST_ROWS = 30
"""With fewer rows that can tell something two files are not compared."""

LEAST_GRAMS = 200
"""Nor are the runs of words of a file that has fewer of its own."""

_COLUMNS = 2048
_DIGEST = 1 << 31


@dataclass(frozen=True)
class Likeness:
    """Figures of all pairs, NaN where a pair can't be compared by one.

    `rows` says how many rows of both can tell something, and `common` for each file which share
    of its telling rows was left out because more than `few` files have the same text there.
    """

    equal_rows: Figures
    shared_deviation: Figures
    shared_4grams: Figures
    rows: npt.NDArray[np.int64]
    common: Figures
    few: int
    beside_full: bool
    """Whether the released model's texts were known, and are left out of the other figures."""

    @property
    def figures(self) -> tuple[Figures, Figures, Figures]:
        """Equal rows, shared runs of words, shared deviation."""
        return self.equal_rows, self.shared_4grams, self.shared_deviation


def likeness(files: Sequence[Kept], full: Optional[Kept]) -> Likeness:
    """The figures of all pairs of files, which have the same rows."""
    texts = np.stack([each.texts for each in files])
    starts = np.stack([each.starts for each in files])
    distinct = _distinct(texts)
    few = max(FEW, ceil(FEW_SHARE * len(distinct)))
    telling = (texts >= _DIGEST) & (np.stack([each.near for each in files]) == 0)
    if full is not None:
        telling &= texts != full.texts
        telling &= np.stack([each.continued for each in files]) == 0
    common = telling & _common(texts, distinct, few)
    told = telling & ~common
    rows = _both(told)
    equal = _agreeing(_marked(texts, told))
    deviation = np.full(rows.shape, np.nan)
    if full is not None:
        # The released model's own beginning, or one that many have, is no pair's deviation.
        apart = told & (starts >= _DIGEST) & (starts != full.starts)
        apart &= ~_common(starts, distinct, few)
        deviation = _share(_agreeing(_marked(starts, apart)), rows)
    shared = _jaccard([each.own_sketch for each in files], distinct, few)
    return Likeness(
        _share(equal, rows),
        deviation,
        np.where(_both_have(told), shared, np.nan),
        rows,
        common.sum(axis=1) / np.maximum(telling.sum(axis=1), 1),
        few,
        full is not None,
    )


def jaccard(first: Sketch, second: Sketch) -> float:
    """The Jaccard index of two files' runs of four words, as their sketches tell; NaN for few."""
    if min(len(first), len(second)) < LEAST_GRAMS:
        return float("nan")
    most = np.uint64(min(_reach(first), _reach(second)))
    ours, theirs = (np.searchsorted(each, most, side="right") for each in (first, second))
    both = len(np.intersect1d(first, second, assume_unique=True))
    return float(both / (ours + theirs - both))


def _distinct(texts: npt.NDArray[np.uint32]) -> list[int]:
    """The first of each kind of file: the same file handed in twice is one voice."""
    first: dict[bytes, int] = {}
    for place, row in enumerate(texts):
        first.setdefault(row.tobytes(), place)
    return sorted(first.values())


def _common(
    values: npt.NDArray[np.uint32], distinct: Sequence[int], few: int
) -> npt.NDArray[np.bool_]:
    """Where a file has a value that more than a few files have in the same row."""
    found = np.zeros(values.shape, dtype=np.bool_)
    if len(distinct) <= few:
        return found
    ordered = np.sort(values[distinct], axis=0)
    many = (ordered[few:] == ordered[:-few]) & (ordered[few:] >= _DIGEST)
    for row in np.flatnonzero(many.any(axis=0)):
        found[:, row] = np.isin(values[:, row], ordered[few:, row][many[:, row]])
    return found


def _marked(values: npt.NDArray[np.uint32], told: npt.NDArray[np.bool_]) -> Digests:
    """The values, with each file's own mark where nothing is told."""
    marks = np.arange(1, len(values) + 1, dtype=np.uint32)[:, None]
    return np.asarray(np.where(told, values, marks), dtype=np.uint32)


def _agreeing(values: Digests) -> npt.NDArray[np.int64]:
    """In how many rows each pair of files has the same value."""
    found = np.zeros((len(values), len(values)), dtype=np.int64)
    for place in range(len(values) - 1):
        same = values[place + 1 :] == values[place]
        found[place, place + 1 :] = np.count_nonzero(same, axis=1)
    return found + found.T


def _both(told: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    # Whole numbers below 2 to the 24 are exact in single precision.
    ones = told.astype(np.float32)
    return np.asarray(ones @ ones.T, dtype=np.int64)


def _both_have(told: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which pairs have rows enough each, be they the same rows or not."""
    enough = told.sum(axis=1) >= LEAST_ROWS
    return np.asarray(enough[:, None] & enough[None, :], dtype=np.bool_)


def _share(counts: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> Figures:
    return np.where(rows >= LEAST_ROWS, counts / np.maximum(rows, 1), np.nan)


def _jaccard(sketches: Sequence[Sketch], distinct: Sequence[int], few: int) -> Figures:
    """The Jaccard index of all pairs, without runs of words that more than a few files have."""
    reach = np.array([_reach(each) for each in sketches], dtype=np.uint64)
    owner = np.repeat(np.arange(len(sketches)), [len(each) for each in sketches])
    kinds, column = np.unique(np.concatenate(list(sketches)), return_inverse=True)
    voices = np.isin(owner, distinct)
    own = np.bincount(column[voices], minlength=len(kinds))[column] <= few
    ends = np.cumsum([len(each) for each in sketches])[:-1]
    left = [sketch[kept] for sketch, kept in zip(sketches, np.split(own, ends))]
    both = _in_common(owner[own], column[own], len(sketches))
    below = np.array([np.searchsorted(each, np.minimum(reach, mine), side="right")
                      for each, mine in zip(left, reach)], dtype=np.int64)  # fmt: skip
    found = both / np.maximum(below + below.T - both, 1)
    enough = np.array([len(each) >= LEAST_GRAMS for each in left])
    return np.where(enough[:, None] & enough[None, :], found, np.nan)


def _in_common(owner: Any, column: Any, count: int) -> npt.NDArray[np.int64]:
    """How many columns each two owners share: the product of a table of ones with itself."""
    times = np.bincount(column) if len(column) else np.zeros(0, dtype=np.int64)
    shared = times[column] > 1
    owner, column = owner[shared], column[shared]
    _, column = np.unique(column, return_inverse=True)
    order = np.argsort(column, kind="stable")
    owner, column = owner[order], column[order]
    found = np.zeros((count, count), dtype=np.int64)
    for first in range(0, int(column[-1]) + 1 if len(column) else 0, _COLUMNS):
        begin, end = np.searchsorted(column, (first, first + _COLUMNS))
        ones = np.zeros((count, _COLUMNS), dtype=np.float32)
        ones[owner[begin:end], column[begin:end] - first] = 1
        found += np.asarray(ones @ ones.T, dtype=np.int64)
    np.fill_diagonal(found, 0)
    return found


def _reach(sketch: Sketch) -> int:
    """Up to which hash the sketch holds all that the file has."""
    return int(sketch[-1]) if len(sketch) >= SKETCH else (1 << 64) - 1
