from __future__ import annotations

import dataclasses
import itertools

import pytest

from grader.metric import METRICS, PreparedAnswers, handout_row, rouge_row
from grader.metric.bootstrap import bootstrap_interval
from grader.metric.dialects import mean_in_order
from tests.grader.metric.golden import ROWS

LABELS = tuple(label for label, _ in ROWS)
PREDICTIONS = tuple(text for _, text in ROWS)


def test_a_files_rows_are_the_rows_alone() -> None:
    answers = PreparedAnswers(LABELS)
    for _ in range(2):
        assert answers.score(PREDICTIONS).rows == tuple(
            handout_row(*row) for row in zip(LABELS, PREDICTIONS)
        )
        for metric, stemmer in itertools.product(METRICS[1:], (False, True)):
            assert answers.score(PREDICTIONS, metric, stemmer=stemmer).rows == tuple(
                rouge_row(*row, stemmer=stemmer)[metric].fmeasure
                for row in zip(LABELS, PREDICTIONS)
            )


def test_the_value_is_the_sum_in_order_over_all_rows() -> None:
    # Exact summation, as in Python 3.12's sum, gives 1.0 / 3 and another last digit.
    rows = [0.1] * 9 + [0.3]
    total = 0.0
    for row in rows:
        total += row
    assert mean_in_order(rows) == total / 10
    found = PreparedAnswers(LABELS).score(PREDICTIONS)
    assert found.value == mean_in_order(found.rows)


@pytest.mark.parametrize(
    ("metric", "stemmer", "start"),
    [
        ("handout", False, "rouge-lsum|dialect:handout|rows:8|answers:"),
        ("rougeLsum", False, "rouge-lsum|dialect:reference|measure:f|stemmer:none|rows:8|answers:"),
        ("rouge1", True, "rouge-1|dialect:reference|measure:f|stemmer:porter|rows:8|answers:"),
    ],
)
def test_the_signature_says_what_was_computed(metric: str, stemmer: bool, start: str) -> None:
    answers = PreparedAnswers(LABELS)
    signature = answers.score(PREDICTIONS, metric, stemmer=stemmer).signature
    assert signature == f"{start}{answers.digest[:12]}|v1"


def test_the_digest_tells_answers_apart() -> None:
    cut = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("ab", "c"[::-1] + "\ud800")]
    digests = {PreparedAnswers(texts).digest for texts in cut}
    assert len(digests) == len(cut)
    assert PreparedAnswers(cut[0]).digest == PreparedAnswers(iter(cut[0])).digest


def test_a_score_is_frozen() -> None:
    found = PreparedAnswers(["a"]).score(["a"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.value = 2.0  # type: ignore[misc]


def test_the_interval_is_the_same_for_a_seed_and_holds_the_value() -> None:
    found = PreparedAnswers(LABELS * 10).score(PREDICTIONS * 10)
    interval = found.interval(resamples=200)
    assert interval == found.interval(resamples=200)
    assert interval != found.interval(resamples=200, seed=1)
    assert interval.low < found.value < interval.high
    wide = found.interval(resamples=200, confidence=0.99)
    assert wide.low <= interval.low < interval.high <= wide.high


def test_the_interval_of_known_rows() -> None:
    interval = bootstrap_interval([0.0, 1.0] * 50, resamples=2000)
    assert (interval.low, interval.high) == pytest.approx((0.402, 0.598), abs=0.02)
    assert bootstrap_interval([0.5], resamples=1).low == 0.5


@pytest.mark.parametrize(
    ("predictions", "metric", "stemmer", "said"),
    [
        (("a",), "handout", False, "1 predictions for 2 answers"),
        (("a", "b"), "bleu", False, "no metric 'bleu'"),
        (("a", "b"), "handout", True, "no stemmer"),
    ],
)
def test_wrong_calls_are_refused(
    predictions: tuple[str, ...], metric: str, stemmer: bool, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        PreparedAnswers(["a", "b"]).score(predictions, metric, stemmer=stemmer)


def test_answers_and_intervals_need_rows() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        PreparedAnswers([])
    with pytest.raises(ValueError, match="needs rows"):
        bootstrap_interval([])
