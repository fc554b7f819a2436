"""Wanda: a value matters as much as it is large and its input is.

Sun et al., "A Simple and Effective Pruning Approach for Large Language Models" (2023). The score
is |W| times the norm of the input feature that it is multiplied with, seen on a few training rows.
Values are compared within their own row only: each output keeps as many inputs as the others.
"""

from __future__ import annotations

import torch
from torch import Tensor

from compress.budgets import shared_out
from compress.calibration import Inputs
from compress.masks import largest_in_rows


def scores(weight: Tensor, inputs: Inputs) -> Tensor:
    """|W| times the norm of each column's input."""
    norms = inputs.squares.float().sqrt().to(weight.device)
    return weight.detach().float().abs() * norms


def mask(scores: Tensor, keep: int) -> Tensor:
    """A mask of `keep` values in all, as many in one row as in another, or one more."""
    rows = scores.shape[0]
    return largest_in_rows(scores, torch.tensor(shared_out(keep, [1] * rows)))
