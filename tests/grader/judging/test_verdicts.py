"""The handout's cases by hand, and what keeps a verdict open."""

from __future__ import annotations

from typing import Any

import pytest

from grader.judging import judge_class
from grader.outcomes import Case, Figure
from tests.grader.judging.classes import (
    ALIKE,
    BLOCK,
    FULL,
    HW4,
    LATE,
    ODD,
    OVER,
    Course,
    alone,
    case,
    earlier,
    found,
    numbered,
    part,
    points,
    with_marks,
    with_message,
    with_penalties,
)
from validators.catalogue import all_codes
from validators.class_codes import EARLY, NO_SCORE, NOTHING_HANDED_IN
from validators.class_codes import LATE as CAME_LATE
from validators.findings import Finding, Place
from validators.model.ratio_codes import OVER as RATIO_OVER
from validators.report import Fault

PLACE = Place("s1")
CODES = {code.name: code for code in all_codes()}
# What is found of s1, who is second of three by score: verdict, rank, mark, and the offences.
HANDOUT: list[tuple[str, Any, tuple[Finding, ...], tuple[Any, ...]]] = [
    ("in order", "0.2", (), ("accepted", 2, "90.00", [])),
    ("first", "0.4", (), ("accepted", 1, "100.00", [])),
    ("last", "0.12", (), ("accepted", 3, "80.00", [])),
    ("exactly at the baseline", "0.1134", (), ("accepted", 3, "80.00", [])),
    ("just below it", "0.11339", (), ("accepted", None, "0.00", [])),
    ("ratio over 0.3", "0.2", (RATIO_OVER.at(PLACE, "x"),),
     ("rejected", None, "0.00", [("invalid_model", 1, "remove")])),
    ("late", "0.2", (CAME_LATE.at(PLACE, "x"),),
     ("rejected", None, "0.00", [("late", 1, "remove")])),
    ("before the opening", "0.2", (EARLY.at(PLACE, "x"),),
     ("rejected", None, "0.00", [("before_opening", 1, "zero")])),
    ("nothing handed in", "0.2", (NOTHING_HANDED_IN.at(PLACE, "x"),),
     ("rejected", None, "0.00", [])),
    ("not on Kaggle", None, (NO_SCORE.at(PLACE, "x"),), ("rejected", None, "0.00", [])),
]  # fmt: skip


@pytest.mark.parametrize(("score", "findings", "comes_to"), [row[1:] for row in HANDOUT],
                         ids=[row[0] for row in HANDOUT])  # fmt: skip
def test_the_handouts_cases(
    score: Any, findings: tuple[Finding, ...], comes_to: tuple[Any, ...]
) -> None:
    cases = [case("s1", score, *findings), case("s0", "0.3"), case("s2", "0.15")]
    state = judge_class(cases, (), HW4, "private")  # by the real catalogue
    (judged,) = [each for each in state.judged if each.case.entrant.student.id == "s1"]
    assert (judged.verdict, judged.rank, judged.total, numbered(judged)) == comes_to
    assert state.ranked == (2 if judged.rank is None else 3)
    assert judged.waits == ()


def test_full_model_results_are_halved_and_the_second_time_zero() -> None:
    once, again = alone(found(FULL)), alone(found(FULL), earlier=earlier("full_model_results"))
    for course, total in ((once, "45.00"), (again, "0.00")):
        assert course.of().total == "90.00"
        assert course.of().waits == (FULL.name,)
        assert course.decide("confirm", FULL.name).total == total
    assert once.of().rank == 2
    assert again.of().rank is None
    assert once.state.ranked == 3
    assert again.state.ranked == 2


def test_a_halved_mark_is_explained_part_by_part() -> None:
    course = alone(found(FULL))
    judged = course.decide("confirm", FULL.name)
    assert [(each.name, str(each.points), each.why, each.cites) for each in judged.parts] == [
        ("baseline", "80", "0.2 reaches the baseline 0.1134", ("score",)),
        ("rank", "10", "rank 2 of 3", ("score",)),
        ("penalty: full_model_results (1st)", "-45",
         "full_model_results, 1st offence: half of the mark", ("made.full", "decision 1")),
    ]  # fmt: skip
    assert judged.reasons == ("made.full: full_model_results, 1st offence: half of the mark",)


def test_a_rejected_mark_is_explained() -> None:
    judged = Course([case("s1", "0.2", found(OVER), found(BLOCK, "no rows."))]).of()
    assert judged.reasons == (
        "made.over: invalid_model, 1st offence: the result is taken out", "made.block: no rows.",
    )  # fmt: skip
    assert [(each.name, str(each.points), each.why) for each in judged.parts] == [
        ("baseline", "0", "rejected: made.over, made.block"),
        ("rank", "0", "rejected: made.over, made.block"),
        ("penalty: invalid_model (1st)", "0",
         "invalid_model, 1st offence: the result is taken out"),
    ]  # fmt: skip


def test_a_reason_names_each_code_once_with_its_first_finding() -> None:
    lines = [BLOCK.at(Place("file", line), f"line {line}.") for line in (3, 2)]
    course = Course([case("s1", "0.2", *lines)])
    for _ in range(2):
        course.decide("confirm", "offence.late")
    judged = course.of()
    assert judged.reasons[-1] == "made.block: line 2."
    assert part(judged, "baseline").why == "rejected: offence.late, made.block"


@pytest.mark.parametrize(("finding", "total"), [(BLOCK, "10.00"), (OVER, "10.00"), (LATE, "0.00")])
def test_points_of_the_rejected_are_lost_by_a_zero_alone(finding: Any, total: str) -> None:
    rules = with_penalties(with_marks(rejected_points=10), late=["zero"])
    judged = alone(found(finding), rules=rules).of()
    assert (judged.verdict, judged.total) == ("rejected", total)
    assert points(judged)["rejected"] == 10


OPEN: list[tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]] = [
    ({"faults": (Fault("fault.time", "s1", "took 120 s."),)}, ("fault.time: took 120 s.",), ()),
    ({"unfinished": ("check", "score")}, ("unfinished: check", "unfinished: score"), ()),
    (
        {"questions": ("team 7", "submission Lin_1_file/Lin.zip", "submission Lin_2_file/a.zip")},
        ("question: team", "question: submission"),
        ("team 7", "submission Lin_1_file/Lin.zip", "submission Lin_2_file/a.zip"),
    ),
]


@pytest.mark.parametrize(("open_things", "reasons", "waits"), OPEN)
def test_what_is_open_withholds_whatever_was_found(
    open_things: dict[str, Any], reasons: tuple[str, ...], waits: tuple[str, ...]
) -> None:
    judged = Course([case("s1", "0.2", found(OVER), found(BLOCK), **open_things)]).of()
    assert (judged.verdict, judged.reasons, judged.waits) == ("withheld", reasons, waits)
    assert (judged.rank, judged.total, judged.parts, judged.offences) == (None, None, (), ())


def test_faults_come_first_in_the_reasons() -> None:
    everything: dict[str, Any] = {name: value for row in OPEN for name, value in row[0].items()}
    reasons = Course([case("s1", "0.2", **everything)]).of().reasons
    assert [each.partition(":")[0] for each in reasons] == [
        "fault.time", "unfinished", "unfinished", "question", "question",
    ]  # fmt: skip


def test_suspicion_alone_neither_withholds_nor_costs() -> None:
    judged = alone(found(ALIKE), found(ODD)).of()
    assert (judged.verdict, judged.total, judged.reasons) == ("accepted", "90.00", ())
    assert judged.waits == (ALIKE.name, ODD.name)


def test_what_accuses_is_never_quoted_in_reasons_or_parts() -> None:
    finding = with_message(found(ODD), "like the code of 9900941")
    judged = alone(finding).of()
    assert "9900941" not in str((judged.reasons, judged.parts))
    course = alone(finding)
    judged = course.decide("confirm", ODD.name)
    assert judged.verdict == "rejected"
    assert "9900941" not in str((judged.reasons, judged.parts))


@pytest.mark.parametrize("score", ["n/a", "", "NaN", "sNaN", "-Infinity", "1e9999999999999999999"])
def test_a_score_that_is_no_number_is_our_fault(score: str) -> None:
    state = Course([case("s1", score), case("s2", "0.2")]).state
    assert [each.verdict for each in state.judged] == ["accepted", "withheld"]
    assert state.judged[1].reasons[0].startswith("fault.judge: the score ")
    assert state.judged[1].case.faults[0].code == "fault.judge"
    assert state.ranked == 1


def broken_cases() -> list[Case]:
    unknown = found(BLOCK.__class__("made.new\x1b", BLOCK.severity, "m", "r"))
    other = Case(case().entrant, Figure("0.2", "own", "x"))
    return [case("s1", "0.2", unknown), other]


@pytest.mark.parametrize("broken", broken_cases())
def test_what_we_cannot_judge_is_our_fault_until_it_is_mended(broken: Case) -> None:
    judged = Course([broken]).of()
    assert judged.verdict == "withheld"
    assert [each.code for each in judged.case.faults] == ["fault.judge"]
    assert judged.case.faults[0].message.isprintable()
    mended = Case(judged.case.entrant, case().figure, faults=judged.case.faults)
    assert Course([mended]).of().verdict == "accepted"


def test_two_cases_of_one_entrant_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one case of one entrant: s1"):
        _ = Course([case("s1"), case("s2"), case("s1")]).state


def test_a_dismissed_lack_of_a_score_gives_neither_points_nor_a_rank() -> None:
    finding = NO_SCORE.at(PLACE, "x")
    decided = Course([case("s1", None, finding), case("s2", "0.2")])
    state = judge_class(decided.cases, (), HW4, "private")
    assert state.judged[1].verdict == "rejected"
    code = found(BLOCK)
    course = Course([case("s1", None, code), case("s2", "0.2")])
    judged = course.decide("dismiss", BLOCK.name)
    assert (judged.verdict, judged.rank, judged.total) == ("accepted", None, "0.00")
    assert part(judged, "baseline").why == "there is no score"
    assert part(judged, "rank").why == "not ranked: there is no score"
    assert course.state.ranked == 1
