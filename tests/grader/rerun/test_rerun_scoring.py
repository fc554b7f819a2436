"""The score of a re-run is that of the same rows by the metric itself."""

from __future__ import annotations

from grader.metric import PreparedAnswers
from grader.rerun.records import Bill, BlindRow, BlindSet
from grader.rerun.scoring import CONFIDENCE, sample_score

ANSWERS = {row: f"the {row} act directs the secretary of number {row}" for row in range(20)}
SOURCES = (7, 3, 11, 0)
BLIND = BlindSet(
    (
        *(BlindRow("sample", row, Bill("")) for row in SOURCES),
        BlindRow("twin", 7, Bill("")),
        BlindRow("canary", 1, Bill("")),
    ),
    20,
)
MADE = ("the 7 act", "the secretary", None, "number 0", ANSWERS[7], ANSWERS[1])


def test_the_score_is_the_metrics_own_on_the_rows_with_a_text() -> None:
    submitted = {row: f"act {row}" for row in range(20)}
    found = sample_score(MADE, BLIND, ANSWERS, submitted, "handout")
    rows = {0: "number 0", 3: "the secretary", 7: "the 7 act"}
    key = PreparedAnswers(ANSWERS[row] for row in sorted(rows))
    score = key.score([rows[row] for row in sorted(rows)])
    interval = score.interval(confidence=CONFIDENCE)
    assert found is not None
    assert (found.rows, found.value, found.signature) == (3, score.value, score.signature)
    assert (found.low, found.high) == (interval.low, interval.high)
    assert found.submitted == key.score([submitted[row] for row in sorted(rows)]).value


def test_it_does_not_depend_on_the_order_of_the_rows() -> None:
    turned = BlindSet(tuple(reversed(BLIND.rows)), 20)
    one = sample_score(MADE, BLIND, ANSWERS, {}, "rougeL", stemmer=True)
    assert one == sample_score(tuple(reversed(MADE)), turned, ANSWERS, {}, "rougeL", stemmer=True)
    assert one is not None
    assert one.submitted is None


def test_rows_without_an_answer_do_not_count() -> None:
    found = sample_score(MADE, BLIND, {7: ANSWERS[7]}, {3: "x"}, "handout")
    assert found is not None
    assert (found.rows, found.submitted) == (1, None)
    assert sample_score(MADE, BLIND, {11: "x"}, {}, "handout") is None
    assert sample_score((), BLIND, ANSWERS, {}, "handout") is None
