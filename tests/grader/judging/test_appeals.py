"""Appeals: the student's word waits for the TA, and changes nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judging import appealable
from grader.outcomes import Judged, Word
from tests.grader.judging.classes import (
    ALIKE,
    BLOCK,
    FULL,
    HINT,
    ODD,
    OVER,
    WARN,
    Course,
    alone,
    found,
    numbered,
    standings,
)
from validators.findings import Code

BREACH = "offence.full_model_results"
BASE = found(FULL, "old")


def decided(course: Course, code: str, *words: Word) -> Judged:
    for word in words:
        course.decide(word, code)
    return course.of()


# What is decided one after the other, how it stands then, by which decision, and whether it costs.
WORDS: list[tuple[tuple[Word, ...], str, int, bool]] = [
    (("confirm", "appeal"), "appealed", 1, True),
    (("confirm", "appeal", "appeal"), "appealed", 1, True),
    (("confirm", "appeal", "confirm"), "confirmed", 3, True),
    (("confirm", "appeal", "dismiss"), "dismissed", 3, False),
    (("confirm", "appeal", "withdraw"), "waits", 0, False),
    (("confirm", "appeal", "confirm", "appeal"), "appealed", 3, True),
    (("appeal",), "waits", 0, False),
    (("dismiss", "appeal"), "dismissed", 1, False),
    (("confirm", "withdraw", "appeal"), "waits", 0, False),
]


@pytest.mark.parametrize(("words", "standing", "number", "costs"), WORDS)
def test_how_a_suspicion_stands(
    words: Sequence[Word], standing: str, number: int, costs: bool
) -> None:
    judged = decided(alone(found(FULL)), FULL.name, *words)
    (ruling,) = judged.rulings
    assert (ruling.standing, ruling.decision) == (standing, number)
    assert judged.total == ("45.00" if costs else "90.00")
    assert judged.waits == ((FULL.name,) if standing in ("waits", "appealed") else ())
    assert [each.cites for each in judged.offences] == (
        [(FULL.name, f"decision {number}")] if costs else []
    )


STEPS: list[tuple[Word, int, str]] = [
    ("confirm", 1, "confirmed"), ("appeal", 1, "appealed"), ("confirm", 1, "confirmed"),
    ("confirm", 2, "confirmed"), ("appeal", 2, "appealed"), ("dismiss", 1, "confirmed"),
    ("appeal", 1, "appealed"), ("withdraw", 0, ""), ("appeal", 0, ""), ("confirm", 1, "confirmed"),
]  # fmt: skip


def test_an_answered_appeal_is_no_second_breach() -> None:
    course = alone()
    for word, offences, standing in STEPS:
        judged = course.decide(word, BREACH)
        assert len(judged.offences) == offences
        assert [each.standing for each in judged.rulings] == [standing] * bool(standing)
        assert judged.waits == ((BREACH,) if standing == "appealed" else ())


@pytest.mark.parametrize("answer", ["confirm", "dismiss", "withdraw"])
def test_an_appeal_about_an_earlier_package_waits_though_its_finding_has_gone(
    answer: Word,
) -> None:
    course = alone(BASE)
    course.decide("confirm", FULL.name)
    course.hand_in("NEW")
    half = ("45.00", [("full_model_results", 1, "halve")])
    judged = course.decide("appeal", FULL.name)
    assert (judged.total, numbered(judged)) == half
    assert [(each.code, each.standing, each.decision) for each in judged.rulings] == [
        (FULL.name, "appealed", 1)
    ]
    judged = course.decide(answer, FULL.name)
    assert (judged.rulings, judged.waits) == ((), ())
    assert (judged.total, numbered(judged)) == (half if answer == "confirm" else ("90.00", []))


@pytest.mark.parametrize("code", [ODD, HINT, WARN, FULL])
def test_what_has_gone_and_costs_nothing_waits_for_nobody(code: Code) -> None:
    course = alone(found(code))
    decided(course, code.name, "confirm", "appeal")
    assert course.hand_in("A").waits == ()  # the same package, so no earlier offence either
    gone = course.hand_in("NEW")
    assert gone.waits == ((FULL.name,) if code is FULL else ())


def test_a_stale_confirmation_does_nothing_though_it_was_appealed() -> None:
    course = alone(found(ALIKE))
    decided(course, ALIKE.name, "confirm", "appeal")
    judged = course.hand_in("A", found(ALIKE, "another thing"))
    assert standings(judged) == {ALIKE.name: "stale"}
    assert (judged.offences, judged.total, judged.waits) == ((), "90.00", (ALIKE.name,))


def test_an_appeal_leaves_a_set_part_of_the_mark_in_force() -> None:
    course = alone(found(FULL))
    course.decide("confirm", FULL.name)
    course.decide("set", "mark.penalties", points=None)
    course.journal[-1] = replace(course.journal[-1], points=-9)  # type: ignore[arg-type]
    before = course.of()
    judged = course.decide("appeal", FULL.name)
    assert standings(judged) == {FULL.name: "appealed", "mark.penalties": "confirmed"}
    assert (judged.parts, judged.total) == (before.parts, "81.00")


APPEALABLE: list[tuple[str, tuple[Word, ...], bool]] = [
    (FULL.name, (), False),
    (FULL.name, ("dismiss",), False),
    (FULL.name, ("confirm",), True),
    (FULL.name, ("confirm", "appeal"), True),
    (FULL.name, ("confirm", "withdraw"), False),
    (OVER.name, (), False),
    (OVER.name, ("confirm",), True),
    (BREACH, (), False),
    (BREACH, ("confirm",), True),
    (BREACH, ("confirm", "dismiss"), False),
    ("mark.rank", ("set",), False),
    ("mark.rank", ("confirm",), False),
]


@pytest.mark.parametrize(("code", "words", "possible"), APPEALABLE)
def test_only_what_is_confirmed_can_be_appealed(
    code: str, words: Sequence[Word], possible: bool
) -> None:
    course = alone(found(FULL), found(OVER))
    judged = decided(course, code, *words)
    assert appealable(judged, code, course.journal) is possible
    assert not appealable(judged, code, [replace(e, entrant="s2") for e in course.journal])


CODES = (FULL.name, OVER.name, BLOCK.name, WARN.name, BREACH, "mark.rank")
SAYING: tuple[Word, ...] = ("confirm", "dismiss", "withdraw", "set", "appeal")
SAID: list[tuple[Word, str]] = [
    (word, code)
    for word in SAYING
    for code in CODES
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(SAID), max_size=6),
    st.sampled_from(CODES), st.sampled_from(["", "A", "NEW"]),
)  # fmt: skip
def test_an_appeal_changes_nothing_but_how_its_code_stands(
    said: list[tuple[Word, str]], code: str, package: str
) -> None:
    course = alone(found(FULL), found(OVER), found(BLOCK), found(WARN))
    for word, on in said:
        course.decide(word, on)
    if package:
        course.hand_in(package, found(OVER))
    before = course.of()
    after = course.decide("appeal", code)
    assert replace(after, rulings=()) == replace(before, rulings=())
    assert {each for each in after.rulings if each.code != code} == {
        each for each in before.rulings if each.code != code
    }
    assert set(before.waits) <= set(after.waits)
