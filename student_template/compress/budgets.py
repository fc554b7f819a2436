"""How many values each layer may keep, so that the whole model meets its ratio exactly.

The ratio is of the whole model. What is never pruned (norms, for example) takes its part first,
then the groups with a share of their own, and the rest is divided evenly. All of it is counted in
whole numbers and exact fractions: 0.3 means 3/10, and one value over the limit is over the limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import floor
from typing import TYPE_CHECKING

from compress.settings import SettingsError

if TYPE_CHECKING:
    from compress.layers import Layer


@dataclass(frozen=True)
class Pool:
    """Layers that share one allowance."""

    layers: tuple[Layer, ...]
    keep: int
    """How many of all their values stay."""


def kept(
    layers: Sequence[Layer], dense: int, total: int, ratio: float, shares: Mapping[str, float]
) -> dict[str, int]:
    """How many values each layer keeps, by its name. Raises SettingsError when it can't be.

    `dense` values are never pruned; `total` is the released model's number of parameters.
    """
    numbers: dict[str, int] = {}
    for pool in pools(layers, dense, total, ratio, shares):
        counts = shared_out(pool.keep, [layer.weight.numel() for layer in pool.layers])
        numbers.update(zip((layer.name for layer in pool.layers), counts))
    return {layer.name: numbers[layer.name] for layer in layers}


def pools(
    layers: Sequence[Layer], dense: int, total: int, ratio: float, shares: Mapping[str, float]
) -> tuple[Pool, ...]:
    """One pool for each group with a share of its own, and one for all the others."""
    allowed = floor(_exact(ratio) * total)
    own = [_own_pool(layers, group, shares[group]) for group in sorted(shares)]
    rest = tuple(layer for layer in layers if layer.group not in shares)
    left = allowed - dense - sum(pool.keep for pool in own)
    if left < 0:
        shared = sum(pool.keep for pool in own)
        raise SettingsError(
            f"The ratio {ratio} allows {allowed:,} of {total:,} values, but {dense:,} are never "
            f"pruned and the shares in [prune.keep] take {shared:,}. "
            "Choose a larger ratio or smaller shares."
        )
    return (*own, Pool(rest, min(left, _size(rest))))


def shared_out(count: int, sizes: Sequence[int]) -> list[int]:
    """The count divided in proportion to the sizes: each part is less than one away from it.

    Part i ends where i parts together have had their due, rounded down. So nothing is lost, and
    what doesn't divide is spread over all the parts.
    """
    whole = sum(sizes)
    ends = [count * end // whole if whole else 0 for end in accumulate(sizes)]
    return [end - begin for begin, end in zip([0, *ends], ends)]


def _own_pool(layers: Sequence[Layer], group: str, share: float) -> Pool:
    """The pool of a group that has a share of its own."""
    if not 0 <= share <= 1:
        raise SettingsError(f"The share of {group} is {share}; expected 0 to 1.")
    members = tuple(layer for layer in layers if layer.group == group)
    if not members:
        raise SettingsError(f'The model has no weights in the group "{group}": leave it out.')
    return Pool(members, floor(_exact(share) * _size(members)))


def _size(layers: Sequence[Layer]) -> int:
    """How many values the layers have."""
    return sum(layer.weight.numel() for layer in layers)


def _exact(number: float) -> Fraction:
    """The number as it is written: 0.3 is 3/10, which no binary float is."""
    return Fraction(str(number))
