"""What distillation computes, in plain Python from the formulas, for the tests."""

from __future__ import annotations

import math
from collections.abc import Sequence

Matrix = Sequence[Sequence[float]]


def softened(logits: Sequence[float], temperature: float) -> list[float]:
    """The probabilities of the logits at this temperature."""
    powers = [math.exp(each / temperature) for each in logits]
    return [each / sum(powers) for each in powers]


def soft_targets(student: Matrix, teacher: Matrix, temperature: float) -> float:
    """T² · the mean over the rows of Σ p_teacher · log(p_teacher / p_student)."""
    rows = []
    for ours, theirs in zip(student, teacher):
        wanted, given = softened(theirs, temperature), softened(ours, temperature)
        rows.append(sum(p * math.log(p / q) for p, q in zip(wanted, given)))
    return temperature**2 * sum(rows) / len(rows)


def mean_square(student: Matrix, teacher: Matrix) -> float:
    """The mean over all values of the squared difference."""
    found = [(a - b) ** 2 for x, y in zip(student, teacher) for a, b in zip(x, y)]
    return sum(found) / len(found)


def row_square(student: Matrix, teacher: Matrix) -> float:
    """The mean over the rows of the summed squared difference."""
    found = [sum((a - b) ** 2 for a, b in zip(x, y)) for x, y in zip(student, teacher)]
    return sum(found) / len(found)
