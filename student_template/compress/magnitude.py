"""Magnitude pruning: small values go first.

The oldest method and a strong one, when the model is trained afterwards: Han et al., "Learning
both Weights and Connections for Efficient Neural Networks" (2015). Compared within each layer
(`magnitude`), every layer keeps the same share. Compared over the whole model
(`magnitude-global`), one threshold decides, and layers with small values may lose nearly all.
"""

from __future__ import annotations

from torch import Tensor


def scores(weight: Tensor) -> Tensor:
    """The size of each value, whatever its sign."""
    return weight.detach().float().abs()
