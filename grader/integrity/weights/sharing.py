"""What two trained models have in common beyond the released model and what their class learnt.

Every statistic is a sum over layers, gone through one by one for all models together; so memory
holds one layer of all models and a few tables of pairs. Models are told apart by their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.integrity.weights.equal_values import equal_counts
from grader.integrity.weights.formats import BRAIN, HALF, WHOLE, moved, rounded
from grader.integrity.weights.places import Floats, Shape, Words, class_bits
from grader.integrity.weights.samples import Key, Samples

Table = npt.NDArray[np.float64]
_FAR = 10.0
_LEAST_OTHERS = 1
_MANTISSA_BITS = 23
_HEADS = 512


@dataclass(frozen=True)
class Trained:
    """One trained model: its samples, and how finely its numbers are stored."""

    samples: Samples
    kind: int


@dataclass(frozen=True)
class Shared:
    """Tables of all pairs of models, by their numbers.

    `likeness` is the cosine of two differences from the release; `residual` the same after what
    the others have learnt is taken out; `explained` is how much of the first one's difference
    that was (as a cosine), and `common` counts the places where both survive. `equal` counts the
    places with the same trained value out of `both`. `values` counts sampled values that both
    have, wherever they lie, out of `fewest`; by chance there would be `chance`.
    """

    likeness: Table
    residual: Table
    explained: Table
    common: Table
    equal: Table
    both: Table
    values: Table
    fewest: Table
    chance: Table

    @property
    def equal_share(self) -> Table:
        """Share of the trained values that are the same at the same place."""
        return np.asarray(self.equal / np.maximum(self.both, 1))

    @property
    def value_share(self) -> Table:
        """Share of the sampled values that both have, beyond chance."""
        beyond, rest = self.values - self.chance, self.fewest - self.chance
        return np.asarray(np.clip(beyond / np.maximum(rest, 1), 0, 1))


def shared_weights(models: Sequence[Trained], released: Samples) -> Shared:
    """The tables of all pairs."""
    count = len(models)
    differences = _Differences(count)
    equal, both = np.zeros((count, count)), np.zeros((count, count))
    values = _Values(count)
    for key in sorted(released.keys):
        base = released.placed(key)
        rows = _rows(models, key, base.size)
        if len(key[1]) > 1:
            differences.add(rows, base, models)
        _add_equal(rows, base, models, equal, both)
        values.add(models, key, released)
    return Shared(
        *differences.tables(), equal=equal, both=both,
        values=values.found, fewest=values.fewest, chance=values.chance,
    )  # fmt: skip


def _rows(models: Sequence[Trained], key: Key, size: int) -> Floats:
    """One layer of all models, zeros where a model has no such layer."""
    rows = np.zeros((len(models), size), dtype=np.float32)
    for row, model in zip(rows, models):
        if key in model.samples.keys:
            row[:] = model.samples.placed(key)
    return rows


def difference(row: Floats, base: Floats, kind: int) -> Floats:
    """The row's difference from the release where it survives, without its decay, in units of it.

    Weight decay shrinks all weights by one factor: that is no knowledge, so the part along the
    release is taken out.
    """
    start = rounded(base, kind).astype(np.float64)
    alive = row != 0
    kept = np.where(alive, start, 0)
    gone = np.where(alive, row - start, 0)
    along = float(kept @ kept)
    if along > 0:
        gone -= (float(gone @ kept) / along) * kept
    size = float(np.sqrt(gone @ gone / max(1, np.count_nonzero(alive))))
    if not size > 0:
        return np.zeros_like(row)
    return np.clip(gone / size, -_FAR, _FAR).astype(np.float32)


class _Differences:
    """Sums over layers, for each pair on the places where both survive, of products of: the two
    differences, and the mean difference of all others that survive there."""

    def __init__(self, count: int) -> None:
        self._cross, self._own, self._mean_own, self._mean, self._common = (
            np.zeros((count, count)) for _ in range(5)
        )

    def add(self, rows: Floats, base: Floats, models: Sequence[Trained]) -> None:
        """One more layer."""
        gone = np.stack([difference(row, base, each.kind) for row, each in zip(rows, models)])
        alive = (rows != 0).astype(np.float32)
        total, others = gone.sum(0), alive.sum(0) - 2
        share = np.where(others >= _LEAST_OTHERS, 1 / np.maximum(others, 1), 0).astype(np.float32)
        squares = gone * gone
        # The mean of the others is (total - first - second) * share: its products come out of
        # sums that each need but one of the two, and the other's places.
        with_mean = share * (total * gone - squares)
        half = share * share * (total * total * alive / 2 + squares - 2 * total * gone)
        halves = half @ alive.T
        weighed, rooted = share * gone, np.sqrt(share) * gone
        # A matrix by its own transpose costs half of one by another.
        self._cross += gone @ gone.T
        self._own += squares @ alive.T
        self._mean_own += with_mean @ alive.T - rooted @ rooted.T
        self._mean += halves + halves.T + 2 * (weighed @ weighed.T)
        self._common += alive @ alive.T

    def tables(self) -> tuple[Table, Table, Table, Table]:
        """Likeness, residual, explained, common."""
        mean = np.maximum(self._mean, _TINY)
        left = self._own - self._mean_own**2 / mean
        rest = self._cross - self._mean_own * self._mean_own.T / mean
        explained = self._mean_own / np.sqrt(mean * np.maximum(self._own, _TINY))
        # What is left of nearly nothing is rounding.
        left = np.where(left > _NOTHING * self._own, left, 0)
        return _cosines(self._cross, self._own), _cosines(rest, left), explained, self._common


def _cosines(cross: Table, own: Table) -> Table:
    size = np.sqrt(np.maximum(own * own.T, 0))
    return np.asarray(np.where(size > 0, np.clip(cross / np.maximum(size, _TINY), -1, 1), 0.0))


def _add_equal(
    rows: Floats, base: Floats, models: Sequence[Trained], equal: Table, both: Table
) -> None:
    """Count the places with one trained value, each pair in the coarser of its two formats."""
    kinds = np.array([each.kind for each in models])
    for kind in (WHOLE, HALF, BRAIN):
        chosen = np.flatnonzero(kinds <= kind)
        if not (kinds == kind).any():
            continue
        seen = trained_values(rows[chosen], base, kind)
        here = (~np.isnan(seen)).astype(np.float32)
        wanted = np.maximum.outer(kinds[chosen], kinds[chosen]) == kind
        found = equal_counts(seen)
        places = np.ix_(chosen, chosen)
        equal[places] += np.where(wanted, found + found.T, 0)
        both[places] += np.where(wanted, here @ here.T, 0)


def trained_values(rows: Floats, base: Floats, kind: int) -> Floats:
    """The values as that format has them; NaN, which equals nothing, where none was trained."""
    start, seen = rounded(base, kind), rounded(rows, kind)
    gone = (rows != 0) & moved(seen, start, kind)
    return np.where(gone, seen, np.float32(np.nan))


class _Values:
    """Values that two models have, wherever they lie, and how many would be by chance."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.found, self.fewest, self.chance = (np.zeros((count, count)) for _ in range(3))

    def add(self, models: Sequence[Trained], key: Key, released: Samples) -> None:
        """One more layer; 16-bit numbers coincide everywhere and are left out."""
        base = released.values(key)
        own = [self._own(each, key, base) for each in models]
        sizes = np.array([each.size for each in own], dtype=np.float64)
        self.fewest += np.minimum.outer(sizes, sizes)
        heads = np.zeros((self._count, _HEADS))
        for number, each in enumerate(own):
            heads[number] = np.bincount(each >> np.uint32(_MANTISSA_BITS), minlength=_HEADS)
        self.chance += heads @ heads.T * _density(key[1])
        self._match(own)

    def _own(self, model: Trained, key: Key, base: Words) -> Words:
        if model.kind != WHOLE or key not in model.samples.keys:
            return np.empty(0, "<u4")
        own = model.samples.values(key)
        if not base.size:
            return own
        # The released values lie in order.
        at = np.minimum(np.searchsorted(base, own), base.size - 1)
        return np.asarray(own[base[at] != own])

    def _match(self, own: Sequence[Words]) -> None:
        everything = np.concatenate([np.empty(0, "<u4"), *own])
        owners = np.repeat(np.arange(self._count), [each.size for each in own])
        order = np.lexsort((owners, everything))
        everything, owners = everything[order], owners[order]
        cuts = np.flatnonzero(np.diff(everything)) + 1
        starts = np.concatenate([[0], cuts])
        ends = np.concatenate([cuts, [everything.size]])
        several = ends - starts > 1
        for start, end in zip(starts[several].tolist(), ends[several].tolist()):
            having = owners[start:end]
            self.found[np.ix_(having, having)] += 1


def _density(shape: Shape) -> float:
    """The chance that a value of one model is one of the other's, for each that has its size."""
    return float(2.0 ** (class_bits(shape) - _MANTISSA_BITS))


_TINY = 1e-12
_NOTHING = 1e-6
