"""The metrics by name, and how rows make a score."""

from __future__ import annotations

from collections.abc import Sequence

from grader.metric.handout import handout_row
from grader.metric.rouge import ROUGE
from grader.metric.rouge_text import RougeText

HANDOUT = "handout"
METRICS = (HANDOUT, "rougeLsum", "rouge1", "rouge2", "rougeL")


def refuse_unknown(metric: str, *, stemmer: bool) -> None:
    """Raise ValueError where there is no such metric."""
    if metric not in METRICS:
        raise ValueError(f"there is no metric {metric!r}; there are {', '.join(METRICS)}")
    if metric == HANDOUT and stemmer:
        raise ValueError("the handout dialect has no stemmer")


def row_value(reference: str, prediction: str, metric: str = HANDOUT, *, stemmer: bool) -> float:
    """The value of one row: the handout's recall, or the F-measure of the ROUGE named."""
    if metric == HANDOUT:
        return handout_row(reference, prediction)
    ours = RougeText(reference, stemmer=stemmer)
    theirs = RougeText(prediction, stemmer=stemmer)
    return ROUGE[metric](ours, theirs).fmeasure


def mean_in_order(rows: Sequence[float]) -> float:
    """The mean of the rows, added one by one in their order.

    Python's sum, from 3.12 on, and numpy's add more exactly or in another order, and so give
    other last digits than the course's own code.
    """
    total = 0.0
    for row in rows:
        total += row
    return total / len(rows)
