"""The course's own metric, and what texts that need no model score by it."""

from __future__ import annotations

from collections.abc import Sequence

from compress.bills import Bill
from compress.predictions_csv import plain
from compress.trouble import Trouble

ONE_SENTENCE = (
    "Amends the law to direct the Secretary to establish a program, to make grants to States, "
    "and to report to Congress. Authorizes appropriations."
)
"""A summary that fits every bill a little, and none of them well."""


class ScoringError(Trouble, RuntimeError):
    """The metric is not installed; the text says how to get it."""


def score(predictions: Sequence[str], summaries: Sequence[str]) -> float:
    """The score of the predictions, from 0 to 1, as the course and Kaggle count it."""
    try:
        from grader.metric import (  # type: ignore[import,unused-ignore]
            PreparedAnswers,
        )
    except ImportError:
        told = "The course's metric is not installed here, so there is no score"
        raise ScoringError(f"{told}: pip install /path/to/course-competition-toolkit") from None
    # As the course's key and our predictions file have them.
    labels = [summary.replace(",", ".") for summary in summaries]
    value: float = PreparedAnswers(labels).score([plain(text) for text in predictions]).value
    return value


def baselines(bills: Sequence[Bill]) -> dict[str, list[str]]:
    """Predictions that need no model, by what they are. A model should beat them."""
    return {
        "first 20 words of the bill": [_first_words(bill, 20) for bill in bills],
        "first 64 words of the bill": [_first_words(bill, 64) for bill in bills],
        "first 1,500 words of the bill": [_first_words(bill, 1500) for bill in bills],
        "one sentence for every bill": [ONE_SENTENCE] * len(bills),
    }


def _first_words(bill: Bill, words: int) -> str:
    return " ".join(bill.text.split()[:words])
