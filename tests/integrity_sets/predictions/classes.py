"""A made-up class: its course, its honest files, and files with a breach of a known kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from grader.answer_files import AnswerKey
from grader.integrity.predictions.extract import Course, course_of, prediction_traits
from grader.integrity.records import PredictionTraits, Work
from grader.metric import PreparedAnswers
from tests.integrity_sets.predictions.models import Bills, Model, bill_texts, make_bills, written

PEOPLE = 1
"""The family of writers that the answers are by."""

CHANGES = (0.3, 0.45, 0.8, 1.2, 2.4)
"""How far honest models lie from the released one, from hardly to badly pruned."""

LENGTHS = (20, 48, 64)
RELEASED = Model(words=LENGTHS[1])

Texts = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Made:
    """A course with its texts."""

    bills: Bills
    answers: Texts
    full: Texts
    course: Course

    def work(self, name: str, texts: Sequence[str], sha256: str = "") -> Work[PredictionTraits]:
        """A submission with these predictions."""
        traits, arrays = prediction_traits(
            texts, f"{name}.csv", sha256 or f"of {name}", self.course
        )
        return Work(name, traits, arrays)

    @lru_cache(maxsize=4)  # noqa: B019 - a course is as long-lived as its tests
    def full_work(self) -> Work[PredictionTraits]:
        """The released model's texts, as the class is compared with them."""
        traits, arrays = prediction_traits(self.full, "released", "", course_of(None, (), None))
        return Work("released model", traits, arrays, True)

    def texts(self, model: Model) -> Texts:
        """What a model writes about the course's bills."""
        return written(self.bills, model)


@lru_cache(maxsize=4)
def make_course(rows: int = 300, seed: int = 0) -> Made:
    """A course of so many rows."""
    bills = make_bills(rows, seed)
    answers, full = written(bills, Model(words=52), PEOPLE), written(bills, RELEASED)
    ids = tuple(map(str, range(rows)))
    key = AnswerKey(ids, tuple(range(rows)), PreparedAnswers(answers), (), (), "made")
    return Made(bills, answers, full, course_of(key, bill_texts(bills), full))


def honest_models(count: int) -> tuple[Model, ...]:
    """Models of students who worked alone; a third of them trained by the same recipe."""
    found = []
    for number in range(count):
        change = CHANGES[number % len(CHANGES)]
        model = Model(number + 1, change, words=LENGTHS[number // 2 % len(LENGTHS)])
        if number % 3 == 0:
            model = replace(model, recipe=1, shared=0.5 * change)
        found.append(model)
    return tuple(found)


@lru_cache(maxsize=4)
def honest_works(made: Made, count: int) -> tuple[Work[PredictionTraits], ...]:
    """A class in which nobody did anything that is not allowed."""
    return tuple(
        made.work(f"honest {number:04}", made.texts(model))
        for number, model in enumerate(honest_models(count))
    )
