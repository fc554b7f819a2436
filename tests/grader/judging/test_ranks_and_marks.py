"""Laws of ranks, points and parts, against a slow derivation that shares nothing with the judge."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judging import judge_class, rounded
from grader.outcomes import Case, Decision, EarlierOffence, Judged, State
from tests.grader.judging.classes import (
    ALIKE,
    BLOCK,
    CODES,
    FULL,
    HW4,
    OVER,
    WARN,
    Course,
    case,
    found,
    part,
    points,
    with_marks,
    with_penalties,
)
from validators.report import Fault
from validators.rules import Rules
from validators.rules.marking import MarkRules

SCORES = st.sampled_from(["0", "0.1", "0.1134", "0.11340", "0.2", "0.20", "0.3", "0.31", "1"])
KINDS_OF_FINDING = [found(each) for each in (BLOCK, OVER, WARN, ALIKE, FULL)]
TENTHS = st.integers(0, 300).map(lambda tenths: Decimal(tenths) / 10)


@st.composite
def rule_sets(draw: st.DrawFn) -> Rules:
    most = draw(TENTHS)
    less = st.sampled_from([most, most / 2, Decimal(0)])
    return with_marks(
        with_penalties(invalid_model=draw(st.sampled_from([["none"], ["halve"], ["remove"]]))),
        baseline_points=draw(TENTHS), rank_points=most, last_rank_points=draw(less),
        single_rank_points=draw(less), rejected_points=draw(TENTHS),
        ranked=draw(st.sampled_from(["baseline", "accepted"])),
        ties=draw(st.sampled_from(["best", "mean", "worst"])),
        decimals=draw(st.integers(0, 6)),
        rounding=draw(st.sampled_from(["half-up", "half-even", "down", "up"])),
    )  # fmt: skip


@st.composite
def classes(draw: st.DrawFn) -> list[Case]:
    return [
        case(
            f"s{number}", draw(st.none() | SCORES),
            *draw(st.lists(st.sampled_from(KINDS_OF_FINDING), max_size=2)),
            unfinished=("check",) if draw(st.integers(0, 9)) == 0 else (),
        )
        for number in range(draw(st.integers(0, 8)))
    ]  # fmt: skip


@st.composite
def journals(draw: st.DrawFn) -> list[Decision]:
    """Decisions as nobody would take them: anything on anything."""
    codes = [
        *CODES,
        "offence.late",
        "offence.made-up",
        "mark.rank",
        "mark.penalties",
        "mark.x",
        "x",
    ]
    return [
        Decision(
            number, "2024-06-01", "ta", draw(st.sampled_from(["s0", "s1", "nobody"])),
            draw(st.sampled_from(codes)),
            draw(st.sampled_from(["confirm", "dismiss", "set", "withdraw", "appeal"])), "because",
            draw(st.none() | st.fractions(-200, 200, max_denominator=9)),
            draw(st.sampled_from(["", "e1", "e2"])), draw(st.sampled_from(["", "A", "B"])),
        )
        for number in range(1, draw(st.integers(1, 12)))
    ]  # fmt: skip


def judge(cases: list[Case], rules: Rules = HW4, journal: Sequence[Decision] = ()) -> State:
    return judge_class(cases, journal, rules, "private", codes=CODES)


def slow_points(own: Decimal, all_scores: list[Decimal], marks: MarkRules) -> Fraction:
    """A rank's points by counting those before and those alike."""
    better = sum(each > own for each in all_scores)
    alike = sum(each == own for each in all_scores)
    count = len(all_scores)
    if count == 1:
        return Fraction(marks.single_rank_points)
    ranks = {"best": [better + 1], "worst": [better + alike]}.get(
        marks.ties, list(range(better + 1, better + alike + 1))
    )
    rank = Fraction(sum(ranks), len(ranks))
    step = (Fraction(marks.rank_points) - Fraction(marks.last_rank_points)) / (count - 1)
    return Fraction(marks.rank_points) - step * (rank - 1)


@given(classes(), rule_sets())
@settings(max_examples=200, deadline=None)
def test_ranks_and_their_points_are_those_of_a_slow_derivation(
    cases: list[Case], rules: Rules
) -> None:
    state = judge(cases, rules)
    least = rules.metric.baseline if rules.marks.ranked == "baseline" else Decimal(0)
    able = {
        each.case.entrant.student.id: Decimal(each.case.figure.value)
        for each in state.judged
        if each.verdict == "accepted" and each.case.figure
        and Decimal(each.case.figure.value) >= least
    }  # fmt: skip
    assert state.ranked == len(able)
    for each in state.judged:
        own = able.get(each.case.entrant.student.id)
        if own is None:
            assert each.rank is None
            assert points(each).get("rank", 0) == 0
        else:
            assert each.rank == 1 + sum(other > own for other in able.values())
            assert part(each, "rank").points == slow_points(own, list(able.values()), rules.marks)


@given(classes(), rule_sets(), journals())
@settings(max_examples=200, deadline=None)
def test_parts_add_up_whatever_was_decided(
    cases: list[Case], rules: Rules, journal: list[Decision]
) -> None:
    most = Fraction(rules.marks.baseline_points) + Fraction(rules.marks.rank_points)
    for each in judge(cases, rules, journal).judged:
        if each.verdict == "withheld":
            assert (each.total, each.parts, each.rank, each.offences) == (None, (), None, ())
            assert each.reasons
            continue
        exact = sum(points(each).values(), Fraction(0))
        assert len(points(each)) == len(each.parts)
        assert 0 <= exact <= most
        assert each.total == str(rounded(exact, rules.marks))
        assert all(part.why for part in each.parts)
        assert bool(each.reasons) >= (each.verdict == "rejected")


@given(classes(), rule_sets(), journals(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_what_is_given_makes_no_difference(
    cases: list[Case], rules: Rules, journal: list[Decision], chance: Any
) -> None:
    earlier = [EarlierOffence("s0", "late", f"homework {n}", "told") for n in range(3)]
    expected = judge_class(cases, journal, rules, "private", earlier, CODES)
    for given_list in (cases, journal, earlier):
        chance.shuffle(given_list)
    assert judge_class(cases, journal, rules, "private", earlier, CODES) == expected


@given(classes(), rule_sets())
@settings(max_examples=100, deadline=None)
def test_a_better_score_never_gets_fewer_points(cases: list[Case], rules: Rules) -> None:
    honest = [case(f"s{n}", each.figure.value) for n, each in enumerate(cases) if each.figure]
    judged = judge(honest, rules).judged
    by_score = sorted(judged, key=score_of)
    for worse, better in zip(by_score, by_score[1:]):
        same = score_of(worse) == score_of(better)
        assert total_of(worse) == total_of(better) if same else total_of(worse) <= total_of(better)


def score_of(judged: Judged) -> Decimal:
    assert judged.case.figure is not None
    return Decimal(judged.case.figure.value)


def total_of(judged: Judged) -> Fraction:
    return sum(points(judged).values(), Fraction(0))


@given(classes(), rule_sets())
@settings(max_examples=50, deadline=None)
def test_judging_what_was_judged_changes_nothing(cases: list[Case], rules: Rules) -> None:
    state = judge(cases, rules)
    assert judge([each.case for each in state.judged], rules) == state


def test_the_order_of_a_state_is_by_rank_then_by_id() -> None:
    cases = [
        case("s9", "0.3"), case("s5", "0.2"), case("s4", "0.20"), case("s3", "0.1"),
        case("s2", "0.9", found(BLOCK)), case("s1", None, faults=(Fault("fault.x", "p", "m"),)),
    ]  # fmt: skip
    shown = [(each.rank, each.case.entrant.student.id) for each in judge(cases).judged]
    assert shown == [(1, "s9"), (2, "s4"), (2, "s5"), (None, "s1"), (None, "s2"), (None, "s3")]


@pytest.mark.parametrize(
    ("cases", "marks"),
    [
        ([], []),
        ([case("s1", "0.1"), case("s2", "0.05")], ["0.00", "0.00"]),
        ([case("s1", "0.2", found(BLOCK)), case("s2", None, found(OVER))], ["0.00", "0.00"]),
        ([case("s1", "0.2", unfinished=("score",)), case("s2", questions=("choice s2",))],
         [None, None]),
    ],
)  # fmt: skip
def test_a_class_in_which_nobody_is_ranked(cases: list[Case], marks: list[Optional[str]]) -> None:
    state = judge(cases)
    assert state.ranked == 0
    assert [each.total for each in state.judged] == marks


def test_scores_of_many_digits_are_compared_exactly() -> None:
    long = "0." + "3" * 60
    state = judge([case("s1", long), case("s2", long + "1"), case("s3", "2E-1")])
    ranks = {each.case.entrant.student.id: each.rank for each in state.judged}
    assert ranks == {"s2": 1, "s1": 2, "s3": 3}


def test_who_stands_below_the_baseline_may_be_ranked() -> None:
    course = Course([case("s1", "0.1"), case("s2", "0.2")], with_marks(ranked="accepted"))
    low = course.of("s1")
    assert (low.rank, low.total) == (2, "0.00")
    assert part(low, "baseline").why == "0.1 is below the baseline 0.1134"
    assert part(low, "rank").why == "rank 2 of 2"
    assert course.of("s2").total == "100.00"


@pytest.mark.parametrize(
    ("ties", "why"),
    [
        ("best", "2 share rank 1 of 3; ties count as the best of the shared ranks"),
        ("mean", "2 share rank 1 of 3; ties count as the mean of the shared ranks, 1.5"),
        ("worst", "2 share rank 1 of 3; ties count as the worst of the shared ranks, 2"),
    ],
)
def test_a_shared_rank_is_told(ties: str, why: str) -> None:
    cases = [case("s1", "0.2"), case("s2", "0.2"), case("s3", "0.15")]
    assert part(Course(cases, with_marks(ties=ties)).of("s1"), "rank").why == why


@given(st.fractions(-300, 300), rule_sets())
@settings(max_examples=200, deadline=None)
def test_rounding_stays_within_one_unit(exact: Fraction, rules: Rules) -> None:
    unit = Fraction(1, 10**rules.marks.decimals)
    shown = Fraction(rounded(exact, rules.marks))
    assert abs(shown - exact) < unit
    assert (shown / unit).denominator == 1
    if rules.marks.rounding.startswith("half"):
        assert abs(shown - exact) <= unit / 2
    elif rules.marks.rounding == "up":
        assert abs(shown) >= abs(exact)
    else:
        assert abs(shown) <= abs(exact)


def test_nothing_is_never_minus_nothing() -> None:
    assert str(rounded(Fraction(-1, 1000), HW4.marks)) == "0.00"
    assert str(rounded(Fraction(0), with_marks(decimals=0).marks)) == "0"
    assert str(rounded(Fraction(-3, 2), with_marks(decimals=0).marks)) == "-2"
