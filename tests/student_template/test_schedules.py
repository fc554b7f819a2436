"""The ratios of a schedule: where it ends, and how large its steps are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.schedules import ratios


@pytest.mark.parametrize(
    ("schedule", "steps", "expected"),
    [
        ("one-shot", 1, [0.2]),
        ("one-shot", 5, [0.2]),
        ("iterative", 1, [0.2]),
        ("iterative", 4, [0.8, 0.6, 0.4, 0.2]),
        ("cubic", 1, [0.2]),
        ("cubic", 2, [0.3, 0.2]),  # 0.2 + 0.8 / 8
        ("cubic", 4, [0.5375, 0.3, 0.2125, 0.2]),
    ],
)
def test_the_ratios(schedule: str, steps: int, expected: list[float]) -> None:
    assert ratios(schedule, 1.0, 0.2, steps) == pytest.approx(expected)


@given(
    st.sampled_from(["one-shot", "iterative", "cubic"]),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1, 60),
)
def test_they_fall_and_end_exactly_at_the_last(
    schedule: str, one: float, other: float, steps: int
) -> None:
    start, final = max(one, other), min(one, other)
    told = ratios(schedule, start, final, steps)
    assert told[-1] == final
    assert all(before >= after - 1e-12 for before, after in zip([start, *told], told))
    assert len(told) == (1 if schedule == "one-shot" else steps)


def test_cubic_goes_down_in_ever_smaller_steps() -> None:
    told = [1.0, *ratios("cubic", 1.0, 0.1, 10)]
    steps = [before - after for before, after in zip(told, told[1:])]
    assert steps == sorted(steps, reverse=True)


@pytest.mark.parametrize(
    ("schedule", "start", "steps", "told"),
    [
        ("cubic", 1.0, 0, "at least one step; 0"),
        ("cubic", 0.1, 3, "up from the ratio 0.1 to 0.2"),
        ("square", 1.0, 3, 'no schedule "square"'),
    ],
)
def test_what_makes_no_sense_is_told(schedule: str, start: float, steps: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ratios(schedule, start, 0.2, steps)
