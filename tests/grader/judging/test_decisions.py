"""Decisions: what they are bound to, when they go stale, and how they are taken back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judging import MARK_PARTS, OFFENCE, PART, binding, decidable, evidence_of
from grader.outcomes import Case, Decision, Word
from tests.grader.judging.classes import (
    ALIKE,
    BLOCK,
    CODES,
    FULL,
    HW4,
    OVER,
    WARN,
    Course,
    alone,
    case,
    found,
    part,
    standings,
)
from validators.findings import Code, Finding, Place, Severity

BASE = found(FULL, "told", rows=3, share=0.5)
OTHER = found(FULL, "told as well")
# What is changed about the findings of a code, and whether it is still the same evidence.
CHANGES: list[tuple[str, tuple[Finding, ...], bool]] = [
    ("another order", (OTHER, BASE), True),
    ("a finding of another code", (BASE, OTHER, found(BLOCK)), True),
    ("another severity", (replace(BASE, severity=Severity.NOTES), OTHER), True),
    ("another remedy", (replace(BASE, remedy="Do it."), OTHER), True),
    ("facts in another order", (replace(BASE, evidence=BASE.evidence[::-1]), OTHER), True),
    ("one finding less", (BASE,), False),
    ("one twice", (BASE, OTHER, OTHER), False),
    ("another message", (replace(BASE, message="Told"), OTHER), False),
    ("another place", (replace(BASE, place=Place("file", 1)), OTHER), False),
    ("another fact", (replace(BASE, evidence=(("rows", 4), ("share", 0.5))), OTHER), False),
    ("another type", (replace(BASE, evidence=(("rows", 3.0), ("share", 0.5))), OTHER), False),
    ("true for one", (replace(BASE, evidence=(("rows", True), ("share", 0.5))), OTHER), False),
]  # fmt: skip


@pytest.mark.parametrize(("findings", "same"), [row[1:] for row in CHANGES],
                         ids=[row[0] for row in CHANGES])  # fmt: skip
def test_a_decision_is_bound_to_the_evidence(findings: tuple[Finding, ...], same: bool) -> None:
    course = alone(BASE, OTHER)
    course.decide("confirm", FULL.name)
    judged = course.hand_in("A", *findings)
    assert standings(judged)[FULL.name] == ("confirmed" if same else "stale")
    assert (FULL.name in judged.waits) == (not same)
    assert bool(judged.offences) == same


@given(st.text())
def test_evidence_of_any_text_has_a_digest(text: str) -> None:
    finding = Finding("x", Severity.WARNS, Place(text), text, "", (("text", (text, None, -0.0)),))
    one = evidence_of(case("s1", "0.2", finding), "x")
    assert len(one) == 64
    assert one != evidence_of(case("s1", "0.2", replace(finding, message=text + "x")), "x")
    assert evidence_of(case("s1", "0.2", finding), "y") == ""


def test_a_finding_that_has_gone_waits_for_nobody() -> None:
    course = alone(BASE)
    course.decide("confirm", FULL.name)
    judged = course.hand_in("A")
    assert (judged.rulings, judged.waits, judged.total) == ((), (), "90.00")


WORDS: list[tuple[list[Word], str, int]] = [
    ([], "waits", 0),
    (["confirm"], "confirmed", 1),
    (["confirm", "dismiss"], "dismissed", 2),
    (["dismiss", "confirm"], "confirmed", 2),
    (["confirm", "withdraw"], "waits", 0),
    (["withdraw"], "waits", 0),
    (["confirm", "withdraw", "dismiss"], "dismissed", 3),
    (["set"], "stale", 1),
]


@pytest.mark.parametrize(("words", "standing", "number"), WORDS)
def test_the_newest_decision_is_in_force(words: list[Word], standing: str, number: int) -> None:
    course = alone(found(FULL))
    for word in words:
        course.decide(word, FULL.name)
    (ruling,) = course.of().rulings
    assert (ruling.standing, ruling.decision) == (standing, number)
    assert ruling.evidence == evidence_of(course.of().case, FULL.name)


def test_a_mere_warning_has_a_ruling_only_when_it_was_decided_on() -> None:
    course = alone(found(WARN))
    assert course.of().rulings == ()
    assert standings(course.decide("dismiss", WARN.name)) == {WARN.name: "dismissed"}


@pytest.mark.parametrize("code", [OVER, BLOCK])
def test_what_decides_by_itself_does_so_again_when_its_dismissal_is_stale(code: Code) -> None:
    course = alone(found(code))
    name = code.name
    assert course.decide("dismiss", name).verdict == "accepted"
    judged = course.hand_in("B", found(code, "worse"))
    assert (judged.verdict, judged.waits) == ("rejected", (name,))


def test_breaches_that_the_ta_found_add_up_and_are_taken_back_one_by_one() -> None:
    course, code = alone(), "offence.full_model_results"
    steps: list[tuple[Word, int]] = [
        ("confirm", 1), ("confirm", 2), ("withdraw", 1), ("dismiss", 0), ("dismiss", 0),
        ("confirm", 1),
    ]  # fmt: skip
    for word, standing in steps:
        judged = course.decide(word, code)
        cited = [each.cites for each in judged.offences]
        newest = len(course.journal) if word == "confirm" else 1
        assert len(cited) == standing
        assert [(each.standing, each.decision) for each in judged.rulings] == (
            [("confirmed", newest)] if standing else []
        )
        assert not cited or cited[-1] == (code, f"decision {newest}")
    judged = course.hand_in("NEW")
    assert [each.number for each in judged.offences] == [1]
    assert [(each.standing, each.decision) for each in judged.rulings] == [("confirmed", 6)]
    _, offence = course.decide("confirm", code).offences
    assert (offence.number, offence.cites) == (2, (code, "decision 7", "earlier: decision 6"))


UNUSABLE: list[tuple[str, Word, Optional[Fraction]]] = [
    ("offence.made_up", "confirm", None), ("offence.late", "set", Fraction(3)),
    ("mark.made_up", "set", Fraction(3)), ("mark.rank", "confirm", None),
    ("mark.rank", "confirm", Fraction(3)), ("mark.rank", "set", None),
    ("mark.penalties", "set", Fraction(1)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "word", "points"), UNUSABLE)
def test_what_can_not_be_carried_out_is_shown(
    code: str, word: Word, points: Optional[Fraction]
) -> None:
    course = alone()
    judged = course.decide(word, code, points=points)
    assert (judged.total, judged.waits) == ("90.00", (code,))
    assert code in decidable(judged, CODES, HW4, course.journal)
    assert course.decide("withdraw", code).waits == ()


def test_decisions_on_strangers_and_unknown_codes_touch_nobody() -> None:
    course = alone()
    course.journal += [
        Decision(1, "2024-06-01", "ta", "s9", "offence.late", "confirm", "w", submission="A"),
        Decision(2, "2024-06-01", "ta", "s1", "no.such-code", "confirm", "w", submission="A"),
    ]
    assert course.of() == alone().of()


def test_a_part_that_was_set_says_by_whom_and_what_was_computed() -> None:
    judged = alone().decide("set", "mark.rank", points=Fraction(40, 3))
    rank = part(judged, "rank")
    assert rank.why == "set by ta: because; computed: 10"
    assert rank.cites == ("decision 1",)
    assert (judged.rank, judged.total) == (2, "93.33")
    assert standings(judged) == {"mark.rank": "confirmed"}


def test_what_was_set_is_stale_when_the_computed_part_is_another() -> None:
    course = alone()
    course.decide("set", "mark.rank", points=Fraction(20))
    course.decide("set", "mark.baseline", points=Fraction(70))
    assert course.of().total == "90.00"
    course.cases.append(case("s3", "0.14", package="D"))  # now s1 is second of four
    judged = course.of()
    assert standings(judged) == {"mark.baseline": "confirmed", "mark.rank": "stale"}
    assert (judged.total, judged.waits) == ("83.33", ("mark.rank",))
    assert course.decide("set", "mark.rank", points=Fraction(20)).total == "90.00"
    assert course.decide("withdraw", "mark.rank").total == "83.33"


def test_what_was_set_is_stale_when_the_reason_alone_is_another() -> None:
    course = alone()
    course.decide("set", "mark.baseline", points=Fraction(70))
    course.cases[0] = case("s1", "0.21")  # still 80 points, still second
    assert course.of().waits == ("mark.baseline",)


def test_reasons_of_a_mark_can_not_steer_a_terminal() -> None:
    course = Course([case("s1", "0.2\n")])
    assert all(each.why.isprintable() for each in course.of().parts)
    course.decide("set", "mark.rank", points=Fraction(1))
    course.journal[0] = replace(course.journal[0], why="\x1b[2J", who="\u202eta")
    judged = course.of()
    assert standings(judged) == {"mark.rank": "confirmed"}
    assert all(each.why.isprintable() for each in judged.parts)


def test_the_parts_of_a_rejected_mark_may_be_set() -> None:
    course = alone(found(OVER))
    judged = course.decide("set", "mark.baseline", points=Fraction(80))
    assert (judged.verdict, judged.rank, judged.total) == ("rejected", None, "80.00")


def test_penalties_are_computed_after_what_was_set_and_may_go_stale_by_it() -> None:
    course = alone(found(FULL))
    course.decide("confirm", FULL.name)
    judged = course.decide("set", "mark.penalties", points=Fraction(-9))
    assert part(judged, "penalties").why == "set by ta: because; computed: −45"
    judged = course.decide("set", "mark.rank", points=Fraction(20))
    assert (judged.total, judged.waits) == ("50.00", ("mark.penalties",))


def test_what_may_be_decided_on() -> None:
    course = alone(found(WARN), found(ALIKE))
    kinds = ("special_rule", "full_model_results", "invalid_model", "daily_limit",
             "before_opening", "late")  # fmt: skip
    breaches = tuple(OFFENCE + kind for kind in kinds)
    parts = tuple(PART + name for name in MARK_PARTS)
    names = (ALIKE.name, WARN.name)
    assert decidable(course.of(), CODES, HW4) == (*names, *breaches, *parts)
    course.decide("confirm", ALIKE.name)
    gone = course.hand_in("NEW", found(WARN))
    assert decidable(gone, CODES, HW4) == (WARN.name, *breaches, *parts)
    assert decidable(gone, CODES, HW4, course.journal) == (*names, *breaches, *parts)
    assert decidable(gone, (), HW4) == (*breaches, *parts)
    open_case = Case(gone.case.entrant, unfinished=("check",))
    assert decidable(Course([open_case]).of(), CODES, HW4) == breaches


@given(st.sampled_from(MARK_PARTS), st.booleans(), st.booleans())
def test_a_part_is_bound_to_the_same_digest_before_and_after_it_is_set(
    name: str, fined: bool, clipped: bool
) -> None:
    course = alone(found(FULL))
    if fined:
        course.decide("confirm", FULL.name)
    bound = binding(course.of(), PART + name)
    assert len(bound) == 64
    points = Fraction(-200 if clipped else -1)
    assert binding(course.decide("set", PART + name, points=points), PART + name) == bound
    assert binding(course.decide("withdraw", PART + name), PART + name) == bound
