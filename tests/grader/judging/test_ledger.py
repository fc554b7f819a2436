"""The ledger: numbers of offences, ladders, and what counts as an earlier one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judging import OFFENCE, PART
from grader.judging.ledger import nth
from grader.outcomes import EarlierOffence, Word
from tests.grader.judging.classes import (
    ALIKE,
    FULL,
    GRAVE,
    HW4,
    OVER,
    alone,
    earlier,
    found,
    numbered,
    with_penalties,
)
from validators.catalogue import all_codes
from validators.findings import Code, Severity
from validators.rules.marking import Penalty, PenaltyRules

KINDS = tuple(PenaltyRules.model_fields)
COMES_TO = {
    Penalty.NONE: ("accepted", 2, "90.00"),
    Penalty.HALVE: ("accepted", 2, "45.00"),
    Penalty.REMOVE: ("rejected", None, "0.00"),
    Penalty.ZERO: ("rejected", None, "0.00"),
}


@pytest.mark.parametrize(("kind", "penalty"), list(product(KINDS, Penalty)))
def test_every_kind_of_offence_with_every_penalty(kind: str, penalty: Penalty) -> None:
    ladder: Any = {kind: [penalty.value]}
    rules = with_penalties(**ladder)
    course = alone(rules=rules)
    judged = course.decide("confirm", OFFENCE + kind)
    assert numbered(judged) == [(kind, 1, penalty.value)]
    assert (judged.verdict, judged.rank, judged.total) == COMES_TO[penalty]
    named = f"penalty: {kind} (1st)"
    assert (named in [each.name for each in judged.parts]) == (penalty is not Penalty.NONE)
    assert bool(judged.reasons) == (penalty is not Penalty.NONE)
    # By arithmetic it is the same, whatever the severity: the ladder decides.
    for severity in Severity:
        code = Code("made.arithmetic", severity, "m", "r", offence=kind)
        judged = alone(found(code), rules=rules, codes={code.name: code}).of()
        assert numbered(judged) == [(kind, 1, penalty.value)]
        assert (judged.verdict, judged.rank, judged.total) == COMES_TO[penalty]


@pytest.mark.parametrize("code", all_codes(), ids=lambda code: code.name)
def test_every_code_of_the_catalogue_can_be_judged(code: Code) -> None:
    assert code.offence in (*KINDS, "")
    assert not code.name.startswith((OFFENCE, PART))


@given(st.lists(st.sampled_from(Penalty), min_size=1, max_size=4), st.integers(0, 6))
def test_the_last_step_of_a_ladder_holds_from_there(ladder: list[Penalty], before: int) -> None:
    rules = with_penalties(late=[each.value for each in ladder])
    course = alone(rules=rules, earlier=earlier("late", before))
    (offence,) = course.decide("confirm", "offence.late").offences
    steps = ladder + [ladder[-1]] * before
    assert (offence.number, offence.penalty) == (before + 1, steps[before].value)


def test_offences_of_one_case_are_numbered_by_code_and_then_by_decision() -> None:
    course = alone(found(GRAVE), found(FULL), found(FULL, "again"), found(ALIKE))
    for code in ("offence.full_model_results", GRAVE.name, FULL.name, ALIKE.name):
        course.decide("confirm", code)
    assert [(each.kind, each.number, each.cites) for each in course.of().offences] == [
        ("special_rule", 1, (ALIKE.name, "decision 4")),
        ("full_model_results", 1, (FULL.name, "decision 3")),
        ("full_model_results", 2, (GRAVE.name, "decision 2")),
        ("full_model_results", 3, ("offence.full_model_results", "decision 1")),
    ]


def test_earlier_offences_are_cited() -> None:
    others = (
        EarlierOffence("s1", "invalid_model", "homework 3", "w"),
        EarlierOffence("s1", "invalid_model", "homework\x1b 2", "w"),
        EarlierOffence("s2", "invalid_model", "homework 1", "w"),
        EarlierOffence("s1", "no_such_kind", "homework 1", "w"),
    )
    course = alone(found(OVER), earlier=others)
    course.decide("confirm", OVER.name)
    past, offence = course.hand_in("NEW", found(OVER, "other")).offences
    assert (past.number, past.penalty, offence.number, offence.penalty) == (3, "zero", 4, "zero")
    assert past.cites == (
        OVER.name, "decision 1", "earlier: homework\\x1b 2", "earlier: homework 3",
    )  # fmt: skip
    assert offence.cites == (
        OVER.name, "earlier: homework\\x1b 2", "earlier: homework 3", "earlier: decision 1",
    )  # fmt: skip


def test_what_decided_by_itself_counts_later_only_when_it_was_confirmed() -> None:
    course = alone(found(OVER, "first"))
    assert numbered(course.of()) == [("invalid_model", 1, "remove")]
    course.hand_in("B", found(OVER, "second"))
    assert numbered(course.of()) == [("invalid_model", 1, "remove")]
    course.decide("confirm", OVER.name)
    judged = course.hand_in("C", found(OVER, "third"))
    both = [("invalid_model", 1, "none"), ("invalid_model", 2, "zero")]
    assert numbered(judged) == both
    assert judged.waits == (OVER.name,)
    course.decide("confirm", OVER.name)
    assert numbered(course.of()) == both
    assert numbered(course.hand_in("D", found(OVER, "fourth")))[-1][1] == 3


def test_a_new_package_lifts_a_removal_and_no_other_penalty() -> None:
    course = alone(found(FULL))
    course.decide("confirm", "offence.invalid_model")
    judged = course.hand_in("B")
    assert (numbered(judged), judged.total) == ([("invalid_model", 1, "none")], "90.00")
    course.decide("confirm", "offence.full_model_results")
    judged = course.hand_in("C")
    assert (numbered(judged)[0], judged.total) == (("full_model_results", 1, "halve"), "45.00")
    course.decide("confirm", "offence.special_rule")
    judged = course.hand_in("D")
    assert (numbered(judged)[0], judged.total) == (("special_rule", 1, "zero"), "0.00")
    assert judged.waits == ()


def test_a_look_back_at_the_first_package_finds_its_own_decision() -> None:
    course = alone(found(FULL, "one"))
    course.decide("confirm", FULL.name)
    course.hand_in("B", found(FULL, "two"))
    course.decide("dismiss", FULL.name)
    judged = course.hand_in("C", found(FULL, "three"))
    course.decide("confirm", FULL.name)
    assert judged.waits == (FULL.name,)
    assert numbered(course.of())[-1] == ("full_model_results", 2, "zero")


def test_a_withdrawal_takes_back_the_newest_decision_whatever_it_was_about() -> None:
    course = alone(found(FULL, "one"))
    course.decide("confirm", FULL.name)
    course.hand_in("B", found(FULL, "two"))
    course.decide("confirm", FULL.name)
    assert numbered(course.of())[-1][1] == 2
    course.decide("withdraw", FULL.name)  # of the second
    course.decide("confirm", FULL.name)
    assert numbered(course.of())[-1][1] == 2
    course.decide("withdraw", FULL.name)
    course.decide("withdraw", FULL.name)  # of the first
    assert numbered(course.decide("confirm", FULL.name))[-1][1] == 1


def test_one_matter_is_one_offence_however_often_it_was_confirmed() -> None:
    course = alone(found(FULL, "one"))
    course.decide("confirm", FULL.name)
    for package, told in (("A", "two"), ("B", "two"), ("B", "three")):
        course.hand_in(package, found(FULL, told))
        course.decide("confirm", FULL.name)
    course.hand_in("C", found(FULL, "four"))
    assert numbered(course.decide("confirm", FULL.name))[-1][1] == 2


def test_without_evidence_every_package_is_a_matter_of_its_own() -> None:
    course = alone()
    for package in ("B", "C", "D"):
        course.decide("confirm", FULL.name)
        course.hand_in(package)
    course.hand_in("D", found(FULL))
    assert numbered(course.decide("confirm", FULL.name))[-1][1] == 4


def test_points_set_on_a_finding_change_nothing_about_its_confirmation() -> None:
    course = alone(found(FULL, "one"))
    course.decide("confirm", FULL.name)
    course.decide("set", FULL.name)
    course.hand_in("B", found(FULL, "two"))
    assert numbered(course.decide("confirm", FULL.name))[-1][1] == 2


def test_earlier_decisions_are_cited_in_their_order_and_taken_back_from_the_newest() -> None:
    course = alone(found(GRAVE))
    course.decide("confirm", GRAVE.name)
    for package in ("B", "C"):
        course.hand_in(package, found(FULL, package))
        course.decide("confirm", FULL.name)
    course.hand_in("D")
    course.decide("confirm", "offence.full_model_results")
    for left in ((1, 2, 3), (1, 2), (1,), (1,)):
        offence = course.of().offences[-1]
        own = ("offence.full_model_results", "decision 4")
        assert offence.cites == (*own, *(f"earlier: decision {number}" for number in left))
        course.decide("dismiss", FULL.name)


@pytest.mark.parametrize("word", ["dismiss", "withdraw"])
def test_what_was_confirmed_can_be_taken_back_when_the_finding_has_gone(word: Word) -> None:
    course = alone(found(FULL, "one"))
    course.decide("confirm", FULL.name)
    course.hand_in("B")
    course.decide(word, FULL.name)
    judged = course.decide("confirm", "offence.full_model_results")
    assert numbered(judged) == [("full_model_results", 1, "halve")]


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (102, "102nd"), (111, "111th")],
)  # fmt: skip
def test_ordinals(number: int, told: str) -> None:
    assert nth(number) == told


def test_the_presets_ladders_are_the_handouts() -> None:
    shown = {kind: [each.value for each in getattr(HW4.penalties, kind)] for kind in KINDS}
    assert shown == {
        "special_rule": ["zero"], "full_model_results": ["halve", "zero"],
        "invalid_model": ["remove", "zero"], "daily_limit": ["zero"],
        "before_opening": ["zero"], "late": ["remove"],
    }  # fmt: skip
