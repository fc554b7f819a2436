"""The methods once more, from the papers' formulas: slow, in float64, one value at a time.

Nothing of the template is used here. Equal scores are settled by position: the first is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def keep_highest(scores: Sequence[float], keep: int) -> list[bool]:
    """Which of a list of scores are kept."""
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    kept = set(order[:keep])
    return [at in kept for at in range(len(scores))]


def layer_mask(scores: Array, keep: int) -> Array:
    """The highest of a matrix."""
    return np.array(keep_highest(list(scores.ravel()), keep)).reshape(scores.shape)


def global_masks(scores: Sequence[Array], keep: int) -> list[Array]:
    """The highest of several matrices together, as if they were one list."""
    every = []
    for layer, s in enumerate(scores):
        every += [(-value, layer, at) for at, value in enumerate(s.flat)]
    chosen = {(layer, at) for _, layer, at in sorted(every)[:keep]}
    masks = []
    for layer, s in enumerate(scores):
        flat = [(layer, at) in chosen for at in range(s.size)]
        masks.append(np.array(flat).reshape(s.shape))
    return masks


def lamp_scores(weight: Array) -> Array:
    """w² over the sum of the squares that are pruned no sooner than it (Lee et al., equation 3)."""
    squares = [float(value) ** 2 for value in weight.flat]
    scores = []
    for at, square in enumerate(squares):
        rest = [s for i, s in enumerate(squares) if s > square or (s == square and i <= at)]
        scores.append(square / sum(rest) if sum(rest) else 0.0)
    return np.array(scores).reshape(weight.shape)


def part(whole: int, index: int, parts: int) -> int:
    """How much of a whole number the part with this index gets when all get the same."""
    return whole * (index + 1) // parts - whole * index // parts


def wanda_scores(weight: Array, inputs: Array) -> Array:
    """|W_ij| times the norm of column j of the inputs (Sun et al., equation 1)."""
    scores = np.zeros(weight.shape)
    for column in range(weight.shape[1]):
        norm = sum(float(x) ** 2 for x in inputs[:, column]) ** 0.5
        for row in range(weight.shape[0]):
            scores[row, column] = abs(float(weight[row, column])) * norm
    return scores


def wanda_mask(weight: Array, inputs: Array, keep: int) -> Array:
    """Each row by itself."""
    scores, rows = wanda_scores(weight, inputs), weight.shape[0]
    return np.array([keep_highest(list(scores[r]), part(keep, r, rows)) for r in range(rows)])


def pattern_mask(scores: Array, keep: int, of: int) -> Array:
    """The highest `keep` among each `of` neighbours of each row."""
    mask = np.zeros(scores.shape, dtype=bool)
    for row in range(scores.shape[0]):
        for begin in range(0, scores.shape[1], of):
            here = slice(begin, begin + of)
            mask[row, here] = keep_highest(list(scores[row, here]), keep)
    return mask


def hessian(inputs: Array, damping: float = 0.01) -> Array:
    """The sum of x xᵀ, damped by a part of its mean diagonal."""
    inputs = inputs.astype(np.float64)
    products = inputs.T @ inputs
    damped = products + damping * np.mean(np.diag(products)) * np.eye(len(products))
    for column in range(len(products)):
        if products[column, column] == 0:
            damped[column, column] = 1.0
    return damped


def surgeon_scores(weight: Array, inputs: Array) -> Array:
    """w² / [H⁻¹]_jj (Hassibi and Stork), nothing for an input that is always zero."""
    diagonal = np.diag(np.linalg.inv(hessian(inputs)))
    alive = np.any(inputs != 0, axis=0)
    return np.where(alive, weight.astype(np.float64) ** 2 / diagonal, 0.0)


def sparsegpt(
    weight: Array, inputs: Array, keep: int, pattern: Optional[tuple[int, int]], block: int
) -> tuple[Array, Array]:
    """Mask and values, with the inverse of what is left of H taken anew for every column."""
    full, values = hessian(inputs), weight.astype(np.float64).copy()
    alive = np.any(inputs != 0, axis=0)
    rows, columns = values.shape
    mask = np.zeros(values.shape, dtype=bool)
    span = pattern[1] if pattern else block
    choose = _chooser(keep, pattern, columns, block)
    for column in range(columns):
        if column % span == 0:
            end = min(column + span, columns)
            lost = np.zeros((rows, end - column))
            for j in range(column, end):
                saliency = values[:, j] ** 2 / np.linalg.inv(full[j:, j:])[0, 0]
                lost[:, j - column] = saliency if alive[j] else 0.0
            mask[:, column:end] = choose(lost, column)
        inverse = np.linalg.inv(full[column:, column:])
        for row in range(rows):
            if not mask[row, column]:
                values[row, column:] -= values[row, column] / inverse[0, 0] * inverse[0]
    return mask, np.where(mask, values, 0.0)


def _chooser(
    keep: int, pattern: Optional[tuple[int, int]], columns: int, block: int
) -> Callable[[Array, int], Array]:
    """How the mask of the columns from `begin` is chosen."""
    if pattern is not None:
        n, m = pattern
        return lambda lost, begin: pattern_mask(lost, n, m)

    def by_count(lost: Array, begin: int) -> Array:
        end = min(begin + block, columns)
        return layer_mask(lost, keep * end // columns - keep * begin // columns)

    return by_count
