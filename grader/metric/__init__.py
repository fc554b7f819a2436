"""The metric: both dialects of ROUGE, exact to the last bit, in pure Python.

`handout_row` and `rouge_row` score one pair of texts, `PreparedAnswers` whole files. Nothing
here needs more than the standard library, since it is also what Kaggle runs.
"""

from __future__ import annotations

from grader.metric.answers import PreparedAnswers, Score
from grader.metric.bootstrap import Interval
from grader.metric.dialects import METRICS
from grader.metric.handout import handout_row
from grader.metric.rouge import Rouge, rouge_row

__all__ = [
    "METRICS",
    "Interval",
    "PreparedAnswers",
    "Rouge",
    "Score",
    "handout_row",
    "rouge_row",
]
