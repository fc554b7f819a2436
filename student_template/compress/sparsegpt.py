"""SparseGPT: the values that stay make up for those that go.

Frantar and Alistarh, "SparseGPT: Massive Language Models Can Be Accurately Pruned in One-Shot"
(2023). With H, the sum of x xᵀ over the layer's inputs, it is known what the layer's outputs lose
when one value goes, and how the values right of it must change so that they lose the least. That
is Optimal Brain Surgeon (Hassibi and Stork, 1993), made fast by two ideas:

- columns are settled from left to right, and only what is right of them still changes. Then all
  that is needed of the inverse of H is its Cholesky factor, computed once for all rows;
- which values go is chosen for a block of columns at a time, with the changes so far made.

A tied embedding is only masked: its rows are words as well, and a change that helps the head
would change what every word means.
"""

from __future__ import annotations

from typing import Optional

import torch
from torch import Tensor

from compress.budgets import shared_out
from compress.calibration import Inputs
from compress.masks import largest
from compress.patterns import pattern_mask
from compress.settings import Pattern

BLOCK = 128
"""Columns whose mask is chosen together."""

DAMPING = 0.01
"""This part of H's mean diagonal is added to its diagonal, so that it can be inverted."""


def scores(weight: Tensor, inputs: Inputs) -> Tensor:
    """What the outputs lose when one value alone goes and all others may make up for it."""
    diagonal = torch.cholesky_inverse(torch.linalg.cholesky(_hessian(inputs))).diagonal()
    lost = weight.detach().float().square() / diagonal.float().to(weight.device)
    return lost.masked_fill(_dead(inputs).to(weight.device), 0)


@torch.no_grad()
def pruned(
    weight: Tensor, inputs: Inputs, keep: int, pattern: Optional[Pattern]
) -> tuple[Tensor, Tensor]:
    """The mask that keeps `keep` values, or the pattern, and the layer's new values."""
    values = weight.detach().float().clone()
    factor = inverse_factor(inputs).float().to(values.device)
    dead = _dead(inputs).to(values.device)
    columns = values.shape[1]
    span = pattern.of if pattern else BLOCK
    block = max(span, BLOCK - BLOCK % span)  # a pattern never lies across two blocks
    counts = shared_out(keep, [min(span, columns - at) for at in range(0, columns, span)])
    mask = torch.zeros_like(values, dtype=torch.bool)
    for begin in range(0, columns, block):
        end = min(begin + block, columns)
        errors = torch.zeros_like(values[:, begin:end])
        for column in range(begin, end):
            if column % span == 0:
                here = slice(column, min(column + span, columns))
                lost = (values[:, here] / factor.diagonal()[here]).square()
                lost = lost.masked_fill(dead[here], 0)
                mask[:, here] = _chosen(lost, counts[column // span], pattern).to(mask.device)
            gone = values[:, column].masked_fill(mask[:, column], 0)
            error = gone / factor[column, column]
            values[:, column:end] -= torch.outer(error, factor[column, column:end])
            errors[:, column - begin] = error
        values[:, end:] -= errors @ factor[begin:end, end:]
    return mask, values.masked_fill(~mask, 0).to(weight.dtype)


def inverse_factor(inputs: Inputs) -> Tensor:
    """The upper Cholesky factor of the inverse of H."""
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(_hessian(inputs)))
    factor: Tensor = torch.linalg.cholesky(inverse, upper=True)
    return factor


def _chosen(lost: Tensor, keep: int, pattern: Optional[Pattern]) -> Tensor:
    return pattern_mask(lost, pattern) if pattern else largest(lost, keep)


def _hessian(inputs: Inputs) -> Tensor:
    """H with damping, in double precision on the CPU, where every torch can invert it."""
    if inputs.products is None:
        raise ValueError("SparseGPT needs the products of the inputs: inputs_of(products=True).")
    # First to the CPU, then to double: Apple's chips have no doubles. A copy, to be changed below.
    hessian = inputs.products.cpu().double().clone()
    diagonal = hessian.diagonal()
    diagonal += DAMPING * diagonal.mean()
    diagonal[_dead(inputs)] = 1  # any number will do: these inputs have to do with no other
    return hessian


def _dead(inputs: Inputs) -> Tensor:
    """Which inputs were always zero. Their weights have never done anything, so they go first."""
    return inputs.squares.cpu() == 0
