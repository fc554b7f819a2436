"""What predictions are compared with, made ready once for a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional

import numpy as np

from grader.integrity.predictions.bills import Bills, bills_of
from grader.integrity.predictions.measures import key_run, near_rows
from grader.integrity.predictions.words import Cut, Hashes, cut, words_of
from grader.metric.dialects import HANDOUT

if TYPE_CHECKING:
    from grader.answer_files import AnswerKey


@dataclass(frozen=True)
class Ready:
    """The course's texts as words; what the course doesn't have is None."""

    key: Optional[Cut] = None
    bills: Optional[Bills] = None
    full_model: Optional[Cut] = None
    full_model_grams: Optional[Hashes] = None
    """All runs of four words in the released model's texts, sorted."""
    full_model_near: float = 0.0
    """The share of rows in which the released model lies near the answer."""
    full_model_run: float = 0.0
    """Its longest run of the answer's words, ninetieth percentile of the rows."""


@dataclass(frozen=True)
class Course:
    """What a class's predictions are compared with, each in the order of the key's rows.

    `bills` are the texts to be summarised, and `full_model` what the released model writes about
    them. All are of the same rows; without a key there are still these two.
    """

    key: Optional[AnswerKey]
    bills: tuple[str, ...] = ()
    full_model: Optional[tuple[str, ...]] = None
    ready: Optional[Ready] = field(default=None, repr=False, compare=False)
    """Made by `course_of`, so that forked workers share it."""


def course_of(
    key: Optional[AnswerKey], bills: Sequence[str], full_model: Optional[Sequence[str]]
) -> Course:
    """The course's texts, with all made ready that takes long.

    Raises ValueError where bills or texts are not of as many rows as the key scores.
    """
    counts = {
        "answers": None if key is None else len(key.rows),
        "bills": len(bills) or None,
        "texts of the released model": None if full_model is None else len(full_model),
    }
    if len({count for count in counts.values() if count is not None}) > 1:
        told = ", ".join(f"{count} {what}" for what, count in counts.items() if count is not None)
        raise ValueError(f"the course's rows don't fit together: {told}")
    texts = None if full_model is None else tuple(full_model)
    full = None if texts is None else cut(map(words_of, texts))
    answers = None if key is None else _key(key)
    near = run = 0.0
    if key is not None and answers is not None and texts is not None and full is not None:
        near = len(near_rows(key.answers, texts)) / max(len(texts), 1)
        run = key_run(answers, full)
    ready = Ready(
        answers,
        bills_of(bills) if bills else None,
        full,
        None if full is None else np.unique(full.grams(4)[0]),
        near,
        run,
    )
    return Course(key, tuple(bills), texts, ready)


def ready_of(course: Course) -> Ready:
    """What was made ready with the course, or now, where nothing was."""
    if course.ready is not None:
        return course.ready
    ready = course_of(course.key, course.bills, course.full_model).ready
    assert ready is not None
    return ready


def _key(key: AnswerKey) -> Cut:
    # The metric prepares its answers when it first scores; here once for all workers.
    nothing = [""] * len(key.rows)
    for metric in (HANDOUT, "rougeL", "rougeLsum"):
        key.answers.score(nothing, metric)
    return cut(map(words_of, key.answers.references))
