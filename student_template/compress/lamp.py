"""LAMP: magnitudes that can be compared between layers.

Lee et al., "Layer-adaptive Sparsity for the Magnitude-based Pruning" (2021). A value's square is
divided by the sum of the squares that would still be there when it is the next to go: its own and
all larger ones of its layer. So the last value of every layer scores 1, and no layer is emptied.
One threshold over all layers then finds out how much each layer needs.
"""

from __future__ import annotations

import torch
from torch import Tensor


def scores(weight: Tensor) -> Tensor:
    """The LAMP score of each value of one layer, between 0 and 1."""
    # Sums of a million squares need doubles, which Apple's chips don't have: so on the CPU.
    squares = weight.detach().cpu().flatten().double().square()
    order = squares.argsort(descending=True, stable=True)
    ordered = squares[order]
    remaining = ordered.cumsum(0)  # itself and all larger ones
    score = torch.where(remaining > 0, ordered / remaining, 0)  # a layer of zeros scores 0
    return torch.empty_like(squares).scatter_(0, order, score).reshape(weight.shape)
