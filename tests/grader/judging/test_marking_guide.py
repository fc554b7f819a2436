"""The figures in docs/guides/marking.md are what the judge comes to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Callable

import pytest

from grader.judging import rounded
from grader.outcomes import Judged, Word
from tests.grader.judging.classes import (
    ALIKE,
    BLOCK,
    FULL,
    GRAVE,
    HINT,
    HW4,
    LATE,
    NOTE,
    ODD,
    OVER,
    WARN,
    Course,
    alone,
    case,
    earlier,
    found,
    numbered,
    with_marks,
    with_penalties,
)  # fmt: skip
from validators.findings import Code
from validators.rules.marking import PenaltyRules

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "marking.md"
KINDS = tuple(PenaltyRules.model_fields)


def table(*header: str) -> list[tuple[str, ...]]:
    """The rows below the header in the guide."""
    lines = iter(GUIDE.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if cells(line) == header:
            next(lines)
            return list(iter_rows(lines))
    raise AssertionError(f"the guide has no table {header}")


def iter_rows(lines: Iterator[str]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield cells(line)


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("| ").split("|"))


def number(text: str) -> Fraction:
    return Fraction(text.replace("−", "-"))


KIND_OF_FINDING: dict[str, tuple[Code, ...]] = {
    "suspicion of an offence": (ALIKE, FULL, GRAVE),
    "suspicion that blocks, without an offence": (ODD,),
    "suspicion that only warns or notes, without an offence": (HINT,),
    "breach by arithmetic": (OVER, LATE),
    "other, blocks": (BLOCK,),
    "other, warns or notes": (WARN, NOTE),
}


def effect(judged: Judged) -> str:
    does = "offence" if judged.offences else judged.verdict.replace("accepted", "nothing")
    return f"{does}, waits" if judged.waits else does


def after(decision: str, code: Code) -> Judged:
    course = alone(found(code))
    if decision == "stale decision":
        course.decide("dismiss", code.name)
        return course.hand_in("A", found(code, "another thing"))
    words: dict[str, tuple[Word, ...]] = {
        "confirm": ("confirm",), "dismiss": ("dismiss",), "appealed": ("confirm", "appeal")
    }  # fmt: skip
    for word in words.get(decision, ()):
        course.decide(word, code.name)
    return course.of()


def test_every_kind_of_finding_under_every_decision() -> None:
    decisions = ("undecided", "confirm", "dismiss", "appealed", "stale decision")
    rows = table("kind of finding", *decisions)
    assert [row[0] for row in rows] == list(KIND_OF_FINDING)
    for kind, *effects in rows:
        for code in KIND_OF_FINDING[kind]:
            assert [effect(after(each, code)) for each in decisions] == effects, code


def first_package(*then: Word) -> Course:
    """Full-model results confirmed for the first package, then this; another one is handed in."""
    course = alone(found(FULL, "old"))
    course.decide("confirm", FULL.name)
    for word in then:
        course.decide(word, FULL.name)
    course.hand_in("NEW", found(FULL, "new"))
    return course


def same_facts() -> Course:
    course = first_package()
    course.hand_in("NEW", found(FULL, "old"))
    return course


def same_package() -> Course:
    course = first_package()
    course.hand_in("A", found(FULL, "new"))
    return course


BEFORE: dict[str, Callable[[], Course]] = {
    "nothing": lambda: alone(found(FULL)),
    "one in homework 3": lambda: alone(found(FULL), earlier=earlier("full_model_results")),
    "two in homework 3": lambda: alone(found(FULL), earlier=earlier("full_model_results", 2)),
    "one of another kind in homework 3": lambda: alone(found(FULL), earlier=earlier("late")),
    "confirmed about the first package": first_package,
    "confirmed about the first package, then dismissed": lambda: first_package("dismiss"),
    "confirmed about the first package, then withdrawn": lambda: first_package("withdraw"),
    "confirmed about the first package, then appealed": lambda: first_package("appeal"),
    "confirmed about the first package, for the same facts": same_facts,
    "confirmed about the present package, for other facts": same_package,
}


def test_the_ledger_counts_as_the_guide_says() -> None:
    rows = table("what went before", "number", "penalty")
    assert [row[0] for row in rows] == list(BEFORE)
    for before, count, penalty in rows:
        judged = BEFORE[before]().decide("confirm", FULL.name)
        assert numbered(judged)[-1] == ("full_model_results", int(count), penalty), before


def test_every_penalty_costs_what_the_guide_says() -> None:
    for penalties, verdict, rank, mark in table("penalty", "verdict", "rank", "mark"):
        names = penalties.split(", ")
        ladders: Any = {kind: [each] for kind, each in zip(KINDS, names)}
        course = alone(rules=with_penalties(**ladders))
        for kind in KINDS[: len(names)]:
            course.decide("confirm", f"offence.{kind}")
        judged = course.of()
        assert [each.penalty for each in judged.offences] == names
        assert (judged.verdict, str(judged.rank or "–"), judged.total) == (verdict, rank, mark)


def test_the_ranks_and_their_points() -> None:
    for scores, ties, ranks, points in table("scores", "ties", "ranks", "points for the rank"):
        cases = [case(f"s{n}", score) for n, score in enumerate(scores.split())]
        state = Course(cases, with_marks(ties=ties)).state
        judged = sorted(state.judged, key=lambda each: each.case.entrant.student.id)
        assert " ".join(str(each.rank or "–") for each in judged) == ranks
        worth = [part.points for each in judged for part in each.parts if part.name == "rank"]
        assert worth == [number(each) for each in points.split()]


def test_the_parts_that_are_set() -> None:
    for told, parts, mark in table("set", "parts", "mark"):
        course = alone(found(FULL), rules=HW4)
        course.decide("confirm", FULL.name)
        for name, worth in re.findall(r"(mark\.\w+) (\S+?)(?:,|$)", told):
            course.decide("set", name, points=number(worth))
        judged = course.of()
        assert [each.points for each in judged.parts] == list(map(number, parts.split()))
        assert judged.total == mark


@pytest.mark.parametrize("way", ["half-up", "half-even", "down", "up"])
def test_the_rounding(way: str) -> None:
    ways = ("half-up", "half-even", "down", "up")
    for row in table("exact", *ways):
        rules = with_marks(rounding=way).marks
        assert str(rounded(number(row[0]), rules)) == row[1 + ways.index(way)]
