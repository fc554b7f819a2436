"""Which pairs of trained models stand out, and where the others lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from grader.integrity.weights.formats import WHOLE
from grader.integrity.weights.lineage import Lineage
from grader.integrity.weights.samples import Key, Samples
from grader.integrity.weights.sharing import Shared, difference, trained_values
from validators.rules.inspecting import WeightRules

How = Literal["placed", "values", "residual", "unexplained"]

LEAST_COMPARED = 200
"""So many sampled weights two models must have in common, or nothing is said of the pair."""

LEAST_EXPLAINED = 0.75
"""The others of the class must explain so much of both differences (as a cosine).

A student who prunes otherwise than the rest learns otherwise than the rest, and as the only other
one who does it like that.
"""

_SAME_FACTOR = 0.02
_EXPLAINED_HALF = 0.5
_MUCH_MORE = 2


@dataclass(frozen=True)
class Model:
    """One trained model that is compared."""

    samples: Samples
    lineage: Lineage


@dataclass(frozen=True)
class Standing:
    """One pair of models that stands out, by their numbers in the list, and its figures.

    `seen` of `compared` values are the same, by place or wherever they lie; by chance `chance`
    would be. `half` says that the numbers are so coarse that the higher threshold holds.
    """

    first: int
    second: int
    how: How
    seen: int
    compared: int
    chance: float
    likeness: float
    residual: float
    half: bool

    @property
    def share(self) -> float:
        """The share of values that are the same, beyond chance."""
        rest = max(1.0, self.compared - self.chance)
        return min(1.0, max(0.0, (self.seen - self.chance) / rest))


def standing_out(
    models: Sequence[Model], tables: Shared, released: Samples, rules: WeightRules
) -> Iterator[Standing]:
    """The pairs that stand out, by their numbers; the first reason in the order of `How` counts."""
    equal, values = tables.equal_share, tables.value_share
    whole_bar, half_bar = float(rules.least_equal), float(rules.least_equal_half)
    half = half_pairs(models)
    bar = np.where(half, half_bar, whole_bar)
    placed = (equal >= bar) & (tables.both >= LEAST_COMPARED)
    # Few different values are easily the same ones; by place they still have to be right.
    grid = np.array([each.lineage.coarse for each in models], dtype=np.bool_)
    free = (values >= bar) & (tables.fewest >= LEAST_COMPARED) & ~np.logical_or.outer(grid, grid)
    alike = _alike(models, tables, rules)
    for first, second in np.argwhere(np.triu(placed | free | alike, 1)).tolist():
        at = first, second
        if (placed[at] or free[at]) and not by_one_factor(
            models[first], models[second], released, bool(placed[at])
        ):
            elsewhere = free[at] and (not placed[at] or values[at] > _MUCH_MORE * equal[at])
            how: How = "values" if elsewhere else "placed"
            yield _standing(tables, at, how, bool(half[at]))
        elif alike[at]:
            enough = min(tables.explained[at], tables.explained[second, first]) >= LEAST_EXPLAINED
            yield _standing(tables, at, "residual" if enough else "unexplained", bool(half[at]))


def _alike(models: Sequence[Model], tables: Shared, rules: WeightRules) -> npt.NDArray[np.bool_]:
    if len(models) - 2 < rules.least_peers:
        return np.zeros((len(models), len(models)), dtype=np.bool_)
    enough = tables.common >= LEAST_COMPARED
    return np.asarray((tables.residual >= float(rules.least_residual)) & enough)


def half_pairs(models: Sequence[Model]) -> npt.NDArray[np.bool_]:
    """The pairs with so coarse numbers that many are the same by themselves."""
    kinds = np.array([each.lineage.kind for each in models])
    coarse = np.array([each.lineage.coarse for each in models], dtype=np.bool_)
    # One grid is not enough: numbers off it are not on it by chance.
    either, both = np.maximum.outer(kinds, kinds) != WHOLE, np.logical_and.outer(coarse, coarse)
    return np.asarray(either | both)


def _standing(tables: Shared, at: tuple[int, int], how: How, half: bool) -> Standing:
    counts = (tables.values, tables.fewest) if how == "values" else (tables.equal, tables.both)
    return Standing(
        *at, how, int(counts[0][at]), int(counts[1][at]),
        float(tables.chance[at]) if how == "values" else 0.0,
        float(tables.likeness[at]), float(tables.residual[at]), half,
    )  # fmt: skip


def by_one_factor(first: Model, second: Model, released: Samples, placed: bool) -> bool:
    """Whether the same values are mostly the released ones times one factor.

    Weight decay does that to weights that training doesn't reach, in every run with its settings.
    """
    ratios = []
    kind = max(first.lineage.kind, second.lineage.kind)
    for key in _common(first.samples, second.samples, released):
        base = released.placed(key)
        one, other = (
            trained_values(each.samples.placed(key), base, kind) for each in (first, second)
        )
        same = (one == other) & (base != 0)
        ratios.append((one[same].astype(np.float64) - base[same]) / base[same])
    found = np.concatenate([np.empty(0), *ratios])
    if not found.size:
        return False
    if not placed and found.size < LEAST_COMPARED:
        return False
    middle = float(np.median(found))
    near = np.abs(found - middle) <= _SAME_FACTOR * abs(middle)
    return bool(np.mean(near) > _EXPLAINED_HALF)


def layer_rows(first: Model, second: Model, released: Samples) -> tuple[tuple[str, ...], ...]:
    """One line for each layer: its name, compared places, the same values, and the likeness."""
    kind = max(first.lineage.kind, second.lineage.kind)
    rows = []
    for key in _common(first.samples, second.samples, released):
        base = released.placed(key)
        mine, theirs = first.samples.placed(key), second.samples.placed(key)
        one, other = (trained_values(each, base, kind) for each in (mine, theirs))
        both = int(np.count_nonzero(~np.isnan(one) & ~np.isnan(other)))
        same = int(np.count_nonzero(one == other))
        gone = [
            difference(each, base, model.lineage.kind)[(mine != 0) & (theirs != 0)]
            for each, model in ((mine, first), (theirs, second))
        ]
        sizes = float(np.sqrt((gone[0] @ gone[0]) * (gone[1] @ gone[1])))
        likeness = f"{float(gone[0] @ gone[1]) / sizes:.2f}" if sizes > 0 else "-"
        rows.append((key[0], f"{both:,}", f"{same:,}", likeness))
    return tuple(rows)


HEADERS = ("layer", "trained in both", "same to the last bit", "likeness of the changes")
"""What stands above the lines of a pair."""


def _common(first: Samples, second: Samples, released: Samples) -> list[Key]:
    return sorted(first.keys & second.keys & released.keys)


def released_share(samples: Samples, released: Samples) -> float:
    """The share of a model's sampled values that the released one has in the same layer."""
    found = total = 0
    for key in sorted(samples.keys & released.keys):
        own = samples.values(key)
        found += int(np.isin(own, released.values(key), assume_unique=True).sum())
        total += own.size
    return found / total if total >= LEAST_COMPARED else 0.0
