"""N:M patterns: N of every M neighbours are kept, as "2:4" says.

Some GPUs multiply twice as fast when two of every four neighbours are zero: Mishra et al.,
"Accelerating Sparse Deep Neural Networks" (2021). Neighbours are values of one row, which are
multiplied with neighbouring inputs. Any method's scores can choose among them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from compress.masks import largest_in_rows
from compress.settings import Pattern


def pattern_mask(scores: Tensor, pattern: Pattern) -> Tensor:
    """A mask of the highest scores among each `of` neighbours of a row.

    Where the row doesn't divide, its last few keep at most `keep` as well.
    """
    rows, columns = scores.shape
    missing = -columns % pattern.of
    padded = torch.nn.functional.pad(scores, (0, missing), value=float("-inf"))
    neighbours = padded.reshape(-1, pattern.of)
    keep = torch.full((neighbours.shape[0],), pattern.keep)
    return largest_in_rows(neighbours, keep).reshape(rows, columns + missing)[:, :columns]
