"""Where a model comes from: its surviving weights beside those of the models that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import numpy.typing as npt

from grader.integrity.weights.formats import BRAIN, HALF, WHOLE, fineness, moved, rounded
from grader.integrity.weights.places import Floats
from grader.integrity.weights.samples import Key, Samples

LEAST_SURVIVORS = 200
"""So many sampled weights must be there, or nothing is said about them."""

LEAST_MOVED = 200
"""A model with fewer sampled weights that left the released values is only pruned."""

_FAR = 10.0
_HALF_STEP, _LAST = 0.51, 2.0**-17
_FARTHER, _NEARER, _SAME = 2 / 3, 0.8, 0.05
Values = Mapping[Key, Floats]


@dataclass(frozen=True)
class LayerLikeness:
    """One layer beside the released one: its surviving sampled weights, and their cosine."""

    name: str
    survivors: int
    cosine: float


@dataclass(frozen=True)
class Nearest:
    """The known model that is nearest.

    `way` is how far the weights are on the way from the released model to it: 0 is the released
    one, 1 the other. `layers` is the share of layers that are beyond the middle. `ratio` is the
    distance to it, in units of that to the released one.
    """

    name: str
    way: float
    layers: float
    ratio: float

    @property
    def clear(self) -> bool:
        """Whether this one is the origin beyond doubt.

        Training moves an honest model too, and towards others that were trained on the same data;
        so a little nearer than the released one is not enough.
        """
        return self.way > _FARTHER and self.layers > _FARTHER and self.ratio < _NEARER

    @property
    def same(self) -> bool:
        """Whether it is that model, pruned or rounded only."""
        return self.ratio < _SAME


@dataclass(frozen=True)
class Lineage:
    """What is known of one model's descent; `moved` weights are neither zero nor the released.

    `cosine` is the mean over the layers with two axes, each counted by its survivors.
    """

    sampled: int
    survivors: int
    cosine: float
    unchanged: float
    moved: int
    kind: int
    coarse: bool
    layers: tuple[LayerLikeness, ...]
    nearest: Optional[Nearest] = None

    @property
    def trained(self) -> bool:
        """Whether it is more than the released model with zeros."""
        return self.moved >= LEAST_MOVED

    @property
    def lowest(self) -> Optional[LayerLikeness]:
        """The layer that is least like the released one."""
        return min(self.layers, key=lambda each: (each.cosine, each.name), default=None)


def values_of(samples: Samples, keys: Sequence[Key]) -> Values:
    """The values at the sampled places of those layers that there are."""
    return {key: samples.placed(key) for key in keys if key in samples.keys}


def lineage_of(own: Values, released: Values, known: Sequence[tuple[str, Values]]) -> Lineage:
    """The descent of one model."""
    pairs = [(own[key], released[key]) for key in own]
    alive = [(mine[mine != 0], base[mine != 0]) for mine, base in pairs]
    mine = _joined([each for each, _ in alive])
    base = _joined([each for _, each in alive])
    changed = mine[mine != base]
    kind = fineness(changed)
    layers = tuple(_layers(own, released))
    weight = sum(each.survivors for each in layers)
    cosine = sum(each.survivors * each.cosine for each in layers) / max(1, weight)
    start = rounded(base, kind)
    coarse = _coarse(own)
    gone = _off_grid(own, released) if coarse else moved(mine, start, kind)
    return Lineage(
        sampled=sum(each.size for each, _ in pairs),
        survivors=mine.size,
        cosine=cosine,
        unchanged=float(np.mean(mine == start)) if mine.size else 0.0,
        moved=int(np.count_nonzero(gone)),
        kind=kind,
        coarse=coarse,
        layers=layers,
        nearest=_nearest(own, released, known),
    )  # fmt: skip


def same_model(one: Values, other: Values) -> bool:
    """Whether two models are the same one, as far as number formats let them be."""
    if one.keys() != other.keys():
        return False
    first = _joined([one[key] for key in sorted(one)])
    second = _joined([other[key] for key in sorted(one)])
    ways = ((first, second), (second, first))
    return any(
        bool(np.mean(rounded(left, kind) == right) > 0.5) if left.size else False
        for left, right in ways
        for kind in (WHOLE, HALF, BRAIN)
    )


def _joined(parts: Sequence[Floats]) -> Floats:
    return np.concatenate([np.empty(0, np.float32), *parts])


def _layers(own: Values, released: Values) -> list[LayerLikeness]:
    """The layers with two axes; the few numbers of norms are alike in all models."""
    found = []
    for name, shape in own:
        if len(shape) > 1:
            mine, base = own[name, shape].astype(np.float64), released[name, shape]
            here = mine != 0
            if here.any():
                cosine = _cosine(mine[here], base[here].astype(np.float64))
                found.append(LayerLikeness(name, int(np.count_nonzero(here)), cosine))
    return found


def _cosine(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    lengths = float(np.sqrt((one @ one) * (other @ other)))
    return float(np.clip((one @ other) / lengths, -1, 1)) if lengths > 0 else 0.0


def _coarse(own: Values) -> bool:
    """Whether its layers have few different values, as after rounding to a grid."""
    different = total = 0
    for values in own.values():
        alive = values[values != 0]
        different += np.unique(alive).size
        total += alive.size
    return total > 0 and different < total / 2


def _off_grid(own: Values, released: Values) -> npt.NDArray[np.bool_]:
    """Which survivors rounding to their layer's grid does not explain.

    A pruned model that is rounded only is the same one whoever rounds it.
    """
    found = [np.empty(0, np.bool_)]
    for key, values in own.items():
        alive = values != 0
        mine, base = values[alive].astype(np.float64), released[key][alive].astype(np.float64)
        steps = np.diff(np.unique(mine))
        step = float(steps.min()) if steps.size else 0.0
        found.append(np.abs(mine - base) > np.maximum(_HALF_STEP * step, _LAST * np.abs(base)))
    return np.concatenate(found)


def _nearest(
    own: Values, released: Values, known: Sequence[tuple[str, Values]]
) -> Optional[Nearest]:
    """The known model beyond whose middle the weights are, by layers and on the whole."""
    ways = []
    for name, other in known:
        way = _way(name, own, released, other)
        if way is not None:
            ways.append(way)
    return min(ways, key=lambda each: (each.ratio, each.name), default=None)


def _way(name: str, own: Values, released: Values, other: Values) -> Optional[Nearest]:
    above: list[float] = []
    below: list[float] = []
    gone_so_far = left = 0.0
    for key in own:
        if key in other and len(key[1]) > 1:
            base = released[key].astype(np.float64)
            here = (own[key] != 0) & (other[key] != released[key])
            scale = float(np.sqrt(np.mean(base * base))) or 1.0
            step = np.clip((other[key] - base)[here] / scale, -_FAR, _FAR)
            gone = np.clip((own[key] - base)[here] / scale, -_FAR, _FAR)
            if step.size:
                above.append(float(step @ gone))
                below.append(float(step @ step))
                gone_so_far += float(gone @ gone)
                left += float((gone - step) @ (gone - step))
    total = sum(below)
    if not total > 0:
        return None
    beyond = sum(1 for up, down in zip(above, below) if down > 0 and up > down / 2)
    ratio = float(np.sqrt(left / gone_so_far)) if gone_so_far > 0 else float("inf")
    return Nearest(name, sum(above) / total, beyond / len(below), ratio)
