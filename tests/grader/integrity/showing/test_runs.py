"""What two sequences have in common: true, in order, and found in linear time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.integrity.showing.runs import Run, common_runs

FEW = st.lists(st.sampled_from("abc"), max_size=40)
MANY = st.lists(st.integers(0, 30).map(str), max_size=60)


@given(st.one_of(FEW, MANY), st.one_of(FEW, MANY))
def test_runs_are_the_same_in_both_and_follow_each_other(one: list[str], two: list[str]) -> None:
    at = other = 0
    for run in common_runs(one, two):
        assert run.size > 0
        assert run.left >= at
        assert run.right >= other
        assert one[run.left : run.left + run.size] == two[run.right : run.right + run.size]
        at, other = run.left + run.size, run.right + run.size
    assert at <= len(one)
    assert other <= len(two)


@given(MANY)
def test_a_sequence_has_all_of_itself_in_common(one: list[str]) -> None:
    assert common_runs(one, one) == ([Run(0, 0, len(one))] if one else [])


@given(st.lists(st.integers(), unique=True, min_size=4, max_size=30), FEW, FEW)
def test_a_part_that_stands_once_in_each_is_found(
    part: list[int], one: list[str], two: list[str]
) -> None:
    own = list(map(str, part))
    runs = common_runs(["left", *one, *own, *one], ["right", *two, *own, *two, "end"])
    assert any(run.size >= len(own) for run in runs)


def test_what_says_one_thing_without_end_takes_no_long_time() -> None:
    assert common_runs(["x", *"ab" * 15_000, "y"], ["z", *"ba" * 15_000, "w"]) == []
    far = [str(n) for n in range(20_000)]
    assert len(common_runs(far, far[::-1])) <= 1
