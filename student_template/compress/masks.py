"""Masks say which values of a layer are kept, and hold the others at zero.

The score of a value says how much it matters; a method is a way to score. What follows is the
same for all: keep the so many highest, exactly that many. Of two equal scores the one that stands
first is kept, so that the same model gives the same masks everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Callable

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle


@dataclass(frozen=True)
class Handles:
    """Gradient hooks that are in force until they are released."""

    hooks: tuple[RemovableHandle, ...]

    def release(self) -> None:
        """Let gradients reach every value again."""
        for hook in self.hooks:
            hook.remove()


@dataclass(frozen=True)
class Masks:
    """For each layer, by its name, which values are kept (True) and which are zero."""

    by_layer: Mapping[str, Tensor]

    @torch.no_grad()
    def apply(self, model: nn.Module) -> None:
        """Set everything to zero that is not kept, in place."""
        for weight, mask in self._pairs(model):
            weight.masked_fill_(~mask.to(weight.device), 0)

    def hold(self, model: nn.Module) -> Handles:
        """Gradient hooks, so that what is zero gets no gradient.

        They alone don't keep a zero at zero: momentum from before and weight decay still move it.
        So `apply` is called after each optimizer step as well.
        """
        return Handles(
            tuple(
                weight.register_hook(_without(~mask.to(weight.device)))  # type: ignore[no-untyped-call]
                for weight, mask in self._pairs(model)
                if weight.requires_grad
            )
        )

    def _pairs(self, model: nn.Module) -> list[tuple[nn.Parameter, Tensor]]:
        weights = dict(model.named_parameters())
        for name, mask in self.by_layer.items():
            if name not in weights or weights[name].shape != mask.shape:
                raise ValueError(f"The masks are another model's: {name} {tuple(mask.shape)}.")
        return [(weights[name], mask) for name, mask in self.by_layer.items()]


def largest(scores: Tensor, keep: int) -> Tensor:
    """A mask of the `keep` highest scores."""
    flat = scores.flatten().cpu()
    if keep <= 0 or keep >= flat.numel():
        return torch.full(scores.shape, keep > 0, dtype=torch.bool)
    lowest_kept = flat.kthvalue(flat.numel() - keep + 1).values
    mask = flat > lowest_kept
    equal = (flat == lowest_kept).nonzero().flatten()
    mask[equal[: keep - int(mask.sum())]] = True
    return mask.reshape(scores.shape)


def largest_together(scores: Mapping[str, Tensor], keep: int) -> dict[str, Tensor]:
    """Masks of the `keep` highest scores of all layers together: one threshold for all."""
    if not scores:
        return {}
    every = largest(torch.cat([part.flatten().cpu() for part in scores.values()]), keep)
    cut = torch.split(every, [part.numel() for part in scores.values()])
    return {name: mask.reshape(scores[name].shape) for name, mask in zip(scores, cut)}


def largest_in_rows(scores: Tensor, keep: Tensor) -> Tensor:
    """A mask of the highest scores of each row; `keep` says for each row how many."""
    order = scores.cpu().argsort(dim=1, descending=True, stable=True)
    first = torch.arange(scores.shape[1]) < keep.unsqueeze(1)
    return torch.zeros(scores.shape, dtype=torch.bool).scatter_(1, order, first)


def _without(removed: Tensor) -> Callable[[Tensor], Tensor]:
    """A hook that sets the removed places of a gradient to zero, also where it is infinite."""
    return lambda gradient: gradient.masked_fill(removed, 0)
