"""Pruning a model: score, choose, set to zero.

`prune` may be called again and again with smaller ratios, with training in between: what is zero
scores lowest, so it stays zero. (SparseGPT may bring a value back in place of another.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

import torch
from torch import Tensor, nn

from compress import lamp, magnitude, sparsegpt, wanda
from compress.budgets import kept, pools
from compress.calibration import Inputs
from compress.layers import Layer, layers, parameter_count
from compress.masks import Masks, largest, largest_together
from compress.patterns import pattern_mask
from compress.settings import Pattern, Prune, SettingsError, read_pattern

CALIBRATED = ("wanda", "sparsegpt")
"""The methods that look at calibration rows."""

TOGETHER = ("magnitude-global", "lamp")
"""The methods whose scores are compared between layers; the others keep a number in each."""


@torch.no_grad()
def prune(
    model: nn.Module,
    settings: Prune,
    ratio: float,
    total: int,
    inputs: Optional[dict[str, Inputs]],
) -> Masks:
    """Make the zeros, and return the masks of what is kept.

    At most `ratio` of `total` values stay, those that are never pruned included. With a pattern,
    every layer keeps just that pattern, whatever the ratio says. Raises SettingsError.
    """
    found = layers(model)
    _refuse(found, settings.method, inputs)
    seen = inputs or {}
    pattern = read_pattern(settings.pattern) if settings.pattern else None
    dense = parameter_count(model) - sum(layer.weight.numel() for layer in found)
    shares = shares_on_the_way(settings, ratio)
    if pattern is None and settings.method in TOGETHER:
        chosen: dict[str, Tensor] = {}
        for pool in pools(found, dense, total, ratio, shares):
            scored = {layer.name: _scores(settings.method, layer, seen) for layer in pool.layers}
            chosen.update(largest_together(scored, pool.keep))
    else:
        numbers = {} if pattern else kept(found, dense, total, ratio, shares)
        chosen = {
            layer.name: _one(settings.method, layer, seen, numbers.get(layer.name, 0), pattern)
            for layer in found
        }
    masks = Masks({layer.name: chosen[layer.name].to(layer.weight.device) for layer in found})
    masks.apply(model)
    return masks


def shares_on_the_way(settings: Prune, ratio: float) -> dict[str, float]:
    """The groups' shares at a ratio on the way to the final one.

    A schedule starts with all of a group and takes it down to its share as the model goes down to
    its ratio, so that no group jumps to its end in the first step.
    """
    if ratio <= settings.ratio:
        return dict(settings.keep)
    way = (1 - min(ratio, 1.0)) / (1 - settings.ratio)
    return {group: 1 - (1 - share) * way for group, share in settings.keep.items()}


def _one(
    method: str,
    layer: Layer,
    inputs: Mapping[str, Inputs],
    keep: int,
    pattern: Optional[Pattern],
) -> Tensor:
    """The mask of one layer by itself. SparseGPT changes the layer's values as well."""
    if method == "sparsegpt" and layer.modules and not layer.looked_up:
        mask, values = sparsegpt.pruned(layer.weight, inputs[layer.name], keep, pattern)
        layer.weight.copy_(values)
        return mask
    scored = _scores(method, layer, inputs)
    if pattern is not None:
        return pattern_mask(scored, pattern)
    if method == "wanda" and layer.modules:
        return wanda.mask(scored, keep)
    return largest(scored, keep)


def _scores(method: str, layer: Layer, inputs: Mapping[str, Inputs]) -> Tensor:
    """The scores of one layer. A table that is only looked up has no inputs: its sizes count."""
    if method == "lamp":
        return lamp.scores(layer.weight)
    if method == "wanda" and layer.modules:
        return wanda.scores(layer.weight, inputs[layer.name])
    if method == "sparsegpt" and layer.modules:
        return sparsegpt.scores(layer.weight, inputs[layer.name])
    return magnitude.scores(layer.weight)


def _refuse(found: Sequence[Layer], method: str, inputs: Optional[Mapping[str, Inputs]]) -> None:
    """Raise SettingsError where nothing can be compared."""
    for layer in found:
        if not torch.isfinite(layer.weight).all():
            raise SettingsError(f"{layer.name} holds values that are no numbers: load it anew.")
        if method not in CALIBRATED or not layer.modules:
            continue
        seen = (inputs or {}).get(layer.name)
        if seen is None:
            raise SettingsError(
                f"{method} needs calibration rows; there are none for {layer.name}."
            )
        if not torch.isfinite(seen.squares).all():
            told = f"The calibration inputs of {layer.name} are no numbers"
            raise SettingsError(f"{told}: calibrate in fp32.")
