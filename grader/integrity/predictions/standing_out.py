"""Which pairs of a class stand out, which are told one by one, and what hangs together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.integrity.predictions.likeness import LEAST_ROWS, Figures, Likeness
from grader.integrity.records import Cluster, Spread
from validators.rules.inspecting import PredictionForensicsRules

LEAST_STARTS = 10
"""So many rows must begin alike, whatever share of the rows they are."""

BEYOND_CROWD = 2
"""So many times what is usual among its neighbours a pair's likeness must be."""

SUPPORT = 0.4
"""So much of the limit of shared runs of words a pair must have for its beginnings to count: more
than two that really were trained alike, with other seeds, had (0.23 of 0.7)."""

LEAST_CROWD = 2
"""What a work has with the next beyond so many others is usual, even in the smallest class."""

FEW_PEERS = 8
"""With fewer works the class doesn't say what is usual."""

TOLD = 5
"""So many pairs of one work, the most alike ones, are told one by one."""

PAIR_FIGURES = ("equal rows", "shared 4-grams", "shared deviation")
"""What pairs are compared by, as spreads and pairs call it."""


@dataclass(frozen=True)
class Outstanding:
    """The pairs that stand out: a table of all, and those that are told one by one, in order."""

    flagged: npt.NDArray[np.bool_]
    told: tuple[tuple[int, int], ...]
    count: int

    def partners(self, place: int) -> int:
        """With how many works this one stands out."""
        return int(self.flagged[place].sum())


def outstanding(
    found: Likeness, references: npt.NDArray[np.bool_], rules: PredictionForensicsRules
) -> Outstanding:
    """The pairs that one of the figures makes stand out; two references are never compared."""
    limits = thresholds(rules, found.beside_full)
    reached = [
        np.nan_to_num(values, nan=-1.0) >= limit for values, limit in zip(found.figures, limits)
    ]
    # What only stands out beside the released model has to stand out of the class as well. Good
    # models can agree in how to begin: beginnings count where the files go on alike, too.
    shared = np.nan_to_num(found.shared_4grams)
    grams_stand_out = _beyond_the_crowd(found.shared_4grams, found)
    starts = np.nan_to_num(found.shared_deviation * found.rows)
    reached[1] &= grams_stand_out | (shared >= float(rules.shared_4grams))
    reached[2] &= _beyond_the_crowd(found.shared_deviation, found)
    reached[2] &= grams_stand_out & (shared >= float(rules.shared_4grams) * SUPPORT)
    reached[2] &= starts >= LEAST_STARTS - 0.5
    strength = np.zeros(found.rows.shape)
    for values, some in zip(found.figures, reached):
        strength[some] += 1 + values[some]
    strength[_apart(references)] = 0
    flagged = strength > 0
    return Outstanding(flagged, _told(strength), int(np.triu(flagged, 1).sum()))


def _told(strength: Figures) -> tuple[tuple[int, int], ...]:
    """Of each work the pairs that are the most alike."""
    pairs = set()
    for place in range(len(strength)):
        others = np.flatnonzero(strength[place])
        best = others[np.argsort(-np.round(strength[place][others], 6), kind="stable")][:TOLD]
        pairs |= {(min(place, int(other)), max(place, int(other))) for other in best}
    return tuple(sorted(pairs))


def thresholds(rules: PredictionForensicsRules, beside_full: bool) -> tuple[float, float, float]:
    """From where on a pair stands out, in the order of `PAIR_FIGURES`.

    The limit of shared runs of words leaves room for what two have from the released model. Where
    that is known and left out, half of it is much already.
    """
    shared = float(rules.shared_4grams) / (2 if beside_full else 1)
    return float(rules.equal_rows), shared, float(rules.shared_deviation)


def pair_spreads(
    found: Likeness,
    pairs: Outstanding,
    references: npt.NDArray[np.bool_],
    rules: PredictionForensicsRules,
) -> Iterator[Spread]:
    """Where the pairs lie by each figure."""
    limits = thresholds(rules, found.beside_full)
    upper = np.triu(~_apart(references), 1)
    for name, values, threshold in zip(PAIR_FIGURES, found.figures, limits):
        compared = upper & ~np.isnan(values)
        yield spread(name, values[compared], pairs.flagged[compared], threshold)


def spread(name: str, values: Figures, flagged: npt.NDArray[np.bool_], threshold: float) -> Spread:
    """Where the values lie that don't stand out."""
    left = values[~flagged]
    middle, high, highest = (
        np.percentile(left, (50, 95, 100)).tolist() if len(left) else (0.0, 0.0, 0.0)
    )
    return Spread(
        "predictions", name, len(values), int(flagged.sum()),
        round(middle, 6), round(high, 6), round(highest, 6), threshold,
    )  # fmt: skip


def clusters(names: Sequence[str], flagged: npt.NDArray[np.bool_]) -> tuple[Cluster, ...]:
    """The works that hang together by pairs that stand out."""
    left = {int(place) for place in np.flatnonzero(flagged.any(axis=1))}
    found = []
    while left:
        group, ahead = set(), [min(left)]
        while ahead:
            place = ahead.pop()
            if place in left:
                left.remove(place)
                group.add(place)
                ahead += map(int, np.flatnonzero(flagged[place]))
        found.append(Cluster("predictions", tuple(names[place] for place in sorted(group))))
    return tuple(found)


def _beyond_the_crowd(values: Figures, found: Likeness) -> npt.NDArray[np.bool_]:
    """Where two are more alike than each is to some others.

    Those who train in the same way leave the released model in the same direction. That is no
    pair's doing: a pair must have twice what both have with the next beyond a few. In too small a
    class no one knows what is usual, and nothing is said.
    """
    values = np.nan_to_num(values)
    np.fill_diagonal(values, 0)
    peers = np.diagonal(found.rows) >= LEAST_ROWS
    if np.count_nonzero(peers) < FEW_PEERS:
        return np.zeros(values.shape, dtype=np.bool_)
    # In a small class few go the same way, so fewer make it usual.
    place = min(found.few, max(LEAST_CROWD, len(values) // FEW_PEERS))
    crowd = -np.partition(-values, place, axis=1)[:, place]
    usual = np.maximum(crowd[:, None], crowd[None, :])
    return np.asarray(values >= BEYOND_CROWD * usual, dtype=np.bool_)


def _apart(references: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which pairs are not of the class: a work with itself, and two references."""
    found = references[:, None] & references[None, :]
    np.fill_diagonal(found, True)
    return np.asarray(found, dtype=np.bool_)
