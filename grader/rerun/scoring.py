"""What the texts of a re-run score on the sampled rows, beside the submitted ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

from grader.metric import PreparedAnswers
from grader.rerun.records import BlindSet, SampleScore

CONFIDENCE = 0.99
"""How sure the interval is: at 0.95 one honest re-run in twenty would lie outside."""


def sample_score(
    made: Sequence[Optional[str]],
    blind: BlindSet,
    answers: Mapping[int, str],
    submitted: Mapping[int, str],
    metric: str,
    *,
    stemmer: bool = False,
) -> Optional[SampleScore]:
    """The score of the texts by new ID, with its interval; None where no row has one.

    `answers` and `submitted` are by row of the test split, `metric` is one of `grader.metric`. Rows
    without an answer don't count. What the submitted texts score is only told where each of the
    same rows has one. Twins and canaries are not scored.
    """
    rows = []
    for place in blind.at("sample"):
        text = made[place] if place < len(made) else None
        if text is not None and blind.rows[place].source in answers:
            rows.append((blind.rows[place].source, text))
    if not rows:
        return None
    rows.sort()  # A mean's last digits depend on the order; that of the test split is everybody's.
    key = PreparedAnswers(answers[source] for source, _ in rows)
    score = key.score([text for _, text in rows], metric, stemmer=stemmer)
    interval = score.interval(confidence=CONFIDENCE)
    theirs = None
    if all(source in submitted for source, _ in rows):
        texts = [submitted[source] for source, _ in rows]
        theirs = key.score(texts, metric, stemmer=stemmer).value
    return SampleScore(len(rows), score.value, interval.low, interval.high, score.signature, theirs)
