"""Figures of one file of predictions: beside answers, bills and the released model, and alone."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import numpy.typing as npt

from grader.integrity.predictions.bills import COPIED_WORDS, Bills, short_grams
from grader.integrity.predictions.words import Cut, Hashes, mixed
from grader.metric import PreparedAnswers
from grader.metric.dialects import HANDOUT

NEAR_F = 0.7
"""A row with a ROUGE-L F above this lies near the answer."""

RUN_PERCENTILE = 90
RUN_WORDS = 512
"""So many words of a row are searched for a run of the answer's words."""

_SENTENCE_ENDS = (".", "!", "?", ":", ";", ")", '"', "'", "”", "’", "…", "。")


def near_rows(answers: PreparedAnswers, texts: Sequence[str]) -> tuple[int, ...]:
    """The places of the rows that lie near the answer."""
    values = answers.score(texts, "rougeL").rows
    return tuple(row for row, value in enumerate(values) if value > NEAR_F)


def recall_gap(answers: PreparedAnswers, texts: Sequence[str]) -> float:
    """How far the course's metric, which is recall, lies over ROUGE-Lsum's F-measure."""
    return answers.score(texts, HANDOUT).value - answers.score(texts, "rougeLsum").value


def key_run(key: Cut, given: Cut) -> float:
    """The longest run of the answer's own words in a row, ninetieth percentile of the rows."""
    runs = [longest_run(key.row(row), given.row(row)[:RUN_WORDS]) for row in range(len(given))]
    return float(np.percentile(runs, RUN_PERCENTILE)) if runs else 0.0


def longest_run(first: Hashes, second: Hashes) -> int:
    """How many words in a row are the same in both, wherever they stand, at most.

    `runs[n]` says at which pair of places a common run of 2 to the n words begins. The longest
    run is put together from the longest of these and what can follow it.
    """
    runs = [first[:, None] == second[None, :]]
    if not runs[0].any():
        return 0
    while True:
        step = 1 << (len(runs) - 1)
        longer = runs[-1][:-step, :-step] & runs[-1][step:, step:]
        if not longer.any():
            break
        runs.append(longer)
    begins, length = runs[-1], 1 << (len(runs) - 1)
    for power in range(len(runs) - 2, -1, -1):
        follows = runs[power][length:, length:]
        both = begins[: follows.shape[0], : follows.shape[1]] & follows
        if both.any():
            begins, length = both, length + (1 << power)
    return length


@dataclass(frozen=True)
class Copied:
    """For each row how many runs of eight words it has, and how many of them its bill has."""

    runs: npt.NDArray[np.int64]
    held: npt.NDArray[np.int64]

    @property
    def share(self) -> float:
        """The share of the whole file."""
        return float(self.held.sum() / max(self.runs.sum(), 1))

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """The share of each row."""
        return np.asarray(self.held / np.maximum(self.runs, 1), dtype=np.float64)


def copied_runs(bills: Bills, given: Cut) -> Copied:
    """What of a file stands in the bills."""
    grams, rows = given.grams(COPIED_WORDS)
    short = short_grams(grams)
    ends = np.searchsorted(rows, np.arange(len(given) + 1))
    held = [
        int(bills.holds(row, short[ends[row] : ends[row + 1]]).sum())
        if ends[row + 1] > ends[row]
        else 0
        for row in range(len(given))
    ]
    return Copied(np.diff(ends), np.array(held, dtype=np.int64))


def equal_share(full: Cut, given: Cut) -> float:
    """The share of rows with the released model's words, among those where both have any."""
    found = [
        np.array_equal(full.row(row), given.row(row))
        for row in range(len(given))
        if len(full.row(row)) and len(given.row(row))
    ]
    return sum(found) / len(found) if found else 0.0


@dataclass(frozen=True)
class Begun:
    """For each row with how many words two texts begin alike, and how many the shorter has.

    Where one text is shorter its last word may be cut in the middle, so it isn't counted.
    """

    same: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]

    @property
    def share(self) -> float:
        """The share of the shorter text's words with which both begin, over all rows."""
        return float(self.same.sum() / max(self.words.sum(), 1))

    @property
    def continued(self) -> npt.NDArray[np.uint8]:
        """1 for each row where one of the two texts goes on where the other ends."""
        return np.asarray((self.words > 0) & (self.same == self.words), dtype=np.uint8)


def beginnings(full: Cut, given: Cut) -> Begun:
    """How far the texts agree with the released model's."""
    same, words = [], []
    for row in range(len(given)):
        ours, theirs = full.row(row), given.row(row)
        most = min(len(ours), len(theirs)) - (len(ours) != len(theirs))
        most = max(most, 0)
        unlike = np.flatnonzero(ours[:most] != theirs[:most])
        same.append(int(unlike[0]) if len(unlike) else most)
        words.append(most)
    return Begun(np.array(same, dtype=np.int64), np.array(words, dtype=np.int64))


def quality(texts: Sequence[str], given: Cut) -> list[tuple[str, float]]:
    """What a file is like by itself: none of it is anybody's offence."""
    rows = max(len(texts), 1)
    pairs, _ = given.grams(2)
    data = "\n".join(texts).encode("utf-8", "surrogatepass")
    most = Counter(texts).most_common(1)
    return [
        ("blank", float(np.count_nonzero(given.lengths == 0)) / rows),
        ("constant", most[0][1] / rows if most else 0.0),
        ("repeating", float(repeating_rows(given).sum()) / rows),
        ("distinct_2", len(np.unique(pairs)) / len(pairs) if len(pairs) else 0.0),
        ("compressed", len(zlib.compress(data, 6)) / max(len(data), 1)),
        ("cut_off", sum(map(_breaks_off, texts)) / rows),
    ]


def repeating_rows(given: Cut) -> npt.NDArray[np.bool_]:
    """For each row whether it repeats a run of four words."""
    grams, rows = given.grams(4)
    apart = np.unique(grams ^ mixed(rows.astype(np.uint64) + np.uint64(1)), return_index=True)[1]
    counts = np.bincount(rows, minlength=len(given))
    kinds = np.bincount(rows[apart], minlength=len(given))
    return np.asarray(counts > kinds, dtype=np.bool_)


def _breaks_off(text: str) -> bool:
    end = text.rstrip()
    return bool(end) and not end.endswith(_SENTENCE_ENDS)


def rounded(value: Optional[float]) -> Optional[float]:
    """The figure as it is kept and compared: the same on every machine."""
    return None if value is None else round(value, 6)
