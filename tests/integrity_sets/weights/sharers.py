"""What becomes of a model that somebody else hands in: each kind hides what it is in its way.

All but those that train on are done by numpy, on the arrays of a model by parameter's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from grader.integrity.weights.formats import BRAIN, HALF, rounded

Arrays = dict[str, npt.NDArray[np.float32]]
Change = Callable[[Arrays, np.random.Generator], Arrays]
_MATRIX = 2


def exact(arrays: Arrays, random: np.random.Generator) -> Arrays:
    """The very same weights."""
    return dict(arrays)


def pruned_again(arrays: Arrays, random: np.random.Generator) -> Arrays:
    """A fifth of what survives is pruned, the smallest of each layer."""
    return {name: _without_smallest(values, 0.2) for name, values in arrays.items()}


def _without_smallest(values: npt.NDArray[np.float32], share: float) -> npt.NDArray[np.float32]:
    if values.ndim < _MATRIX or not values.any():
        return values
    cut = np.quantile(np.abs(values[values != 0]), share)
    return np.where(np.abs(values) > cut, values, np.float32(0))


def in_bfloat16(arrays: Arrays, random: np.random.Generator) -> Arrays:
    """Rounded to bfloat16."""
    return {name: rounded(values, BRAIN) for name, values in arrays.items()}


def in_float16(arrays: Arrays, random: np.random.Generator) -> Arrays:
    """Rounded to float16."""
    return {name: rounded(values, HALF) for name, values in arrays.items()}


def noise(size: float) -> Change:
    """A change that adds noise to what survives, in units of each layer's spread."""

    def add(arrays: Arrays, random: np.random.Generator) -> Arrays:
        return {name: _noisy(values, size, random) for name, values in sorted(arrays.items())}

    return add


def _noisy(
    values: npt.NDArray[np.float32], size: float, random: np.random.Generator
) -> npt.NDArray[np.float32]:
    alive = values != 0
    if not alive.any():
        return values
    spread = float(values[alive].std())
    drawn = random.standard_normal(values.shape, dtype=np.float32) * np.float32(size * spread)
    return np.where(alive, values + drawn, np.float32(0))


def on_a_grid(levels: int) -> Change:
    """A change that rounds each layer to so many steps on either side of zero."""

    def round_to(arrays: Arrays, random: np.random.Generator) -> Arrays:
        return {
            name: _on_grid(values, levels) if values.ndim == _MATRIX else values
            for name, values in arrays.items()
        }

    return round_to


def _on_grid(values: npt.NDArray[np.float32], levels: int) -> npt.NDArray[np.float32]:
    step = np.float32(np.abs(values).max() / levels)
    if not step > 0:
        return values
    return (np.round(values / step) * step).astype(np.float32)


def soup(own: Arrays, share: float = 0.5) -> Change:
    """A change that mixes in another model, and keeps the zeros of the first."""

    def mix(arrays: Arrays, random: np.random.Generator) -> Arrays:
        first, second = np.float32(1 - share), np.float32(share)
        return {
            name: np.where(values != 0, first * values + second * own[name], np.float32(0))
            for name, values in arrays.items()
        }

    return mix


def permuted(arrays: Arrays, random: np.random.Generator) -> Arrays:
    """The same T5 with its channels in another order: it computes the same everywhere."""
    width = arrays["shared.weight"].shape[1]
    order = random.permutation(width)
    inner: dict[str, npt.NDArray[np.intp]] = {}
    changed = {}
    for name, values in sorted(arrays.items()):
        part = name.rsplit(".", 2)[-2]
        if values.ndim < _MATRIX or part in ("o", "wo"):
            changed[name] = values[order]
        elif part == "relative_attention_bias":
            changed[name] = values
        else:
            changed[name] = np.ascontiguousarray(values[:, order])
        if part in ("wi", "wo"):
            block = name.rsplit(".", 2)[0]
            hidden = values.shape[0] if part == "wi" else values.shape[1]
            within = inner.setdefault(block, random.permutation(hidden))
            rows = changed[name]
            changed[name] = rows[within] if part == "wi" else np.ascontiguousarray(rows[:, within])
    return changed


CHANGES: Mapping[str, Change] = {
    "exact": exact,
    "pruned again": pruned_again,
    "permuted": permuted,
    "bfloat16": in_bfloat16,
    "float16": in_float16,
    "noise 1e-2": noise(1e-2),
    "noise 5e-2": noise(5e-2),
    "8-bit grid": on_a_grid(127),
    "4-bit grid": on_a_grid(7),
}
"""The kinds that need nothing but the model."""
