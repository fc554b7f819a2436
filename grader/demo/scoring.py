"""The course's metric for the made-up bills."""

from __future__ import annotations

from collections.abc import Sequence

from grader.demo.corpus import Bill
from grader.demo.course import as_course_writes
from grader.metric.handout import handout_row


def score(bills: Sequence[Bill], texts: Sequence[str]) -> float:
    """The mean over bills and texts, with commas as the course writes them."""
    total = 0.0
    for bill, text in zip(bills, texts):
        total += handout_row(as_course_writes(bill.summary), as_course_writes(text))
    return total / len(bills)
