"""Rows compared with the submitted ones, and written files put in the order of the rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rerun.aligning import How, aligned
from grader.rerun.comparing import Likeness, agreement, compare, compare_runs, likeness
from grader.rerun.records import Agreement, Bill, BlindRow, BlindSet

TEN = "one two three four five six seven eight nine ten"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (TEN, TEN, "exact"),
        ('a, "b"\n c ', 'a. ""b"" c', "exact"),  # what the tutorial's CSV keeps of it
        ("", "   ", "exact"),
        (TEN, TEN.replace("five", "5"), "close"),  # 9 of 10 words
        (TEN, TEN.replace("five", "5").replace("nine", "9"), "different"),
        (TEN, f"{TEN} eleven", "close"),
        (TEN, f"{TEN} eleven twelve", "different"),  # 10 of 12
        (TEN, "ten nine eight seven six five four three two one", "different"),
        (TEN, "", "different"),
        ("same", "other", "different"),
    ],
)
def test_how_much_may_be_other(one: str, other: str, expected: Likeness) -> None:
    assert likeness(one, other)[0] == expected
    assert likeness(one, other)[:2] == likeness(other, one)[:2]


def test_a_text_cut_short_is_not_close() -> None:
    """Fewer tokens are another setting, however long the texts agree."""
    long = " ".join(f"w{n}" for n in range(64))
    kind, shared, begun = likeness(long, " ".join(long.split()[:48]))
    assert (kind, shared, begun) == ("different", Fraction(3, 4), 48)


@given(st.lists(st.sampled_from("abc"), max_size=20), st.lists(st.sampled_from("abc"), max_size=20))
def test_the_figures_of_a_row_fit_together(left: list[str], right: list[str]) -> None:
    kind, shared, begun = likeness(" ".join(left), " ".join(right))
    assert (kind == "exact") is (left == right)
    assert (
        left[:begun] == right[:begun] and left[: begun + 1] != right[: begun + 1]
    ) or left == right
    longest = max(len(left), len(right))
    assert Fraction(begun, max(1, longest)) <= shared <= 1


def blind_of(count: int, of_rows: int = 1000) -> BlindSet:
    """Samples of rows 10, 11, ... with a twin and a canary behind them."""
    rows = [BlindRow("sample", 10 + n, Bill(f"bill {n}")) for n in range(count)]
    extra = (BlindRow("twin", 10, Bill("bill 0")), BlindRow("canary", 10, Bill("other")))
    return BlindSet((*rows, *extra), of_rows)


def test_rows_add_up_and_twins_and_canaries_are_not_compared() -> None:
    texts: list[Optional[str]] = [TEN, f"{TEN} more", "nothing alike", None, TEN, "twin", "canary"]
    submitted = dict.fromkeys(range(10, 14), TEN)  # row 14 was not submitted
    found = agreement(texts, blind_of(5), submitted)
    assert found == Agreement(5, exact=1, close=1, different=1, missing=2, of_rows=1000)
    assert agreement((), blind_of(3), submitted).missing == 3


@pytest.mark.parametrize(
    ("different", "unlike", "differs", "holds"),
    [
        (0, 0, False, True),
        (13, 0, False, True),  # 15 % of 90 are 13.5
        (14, 0, True, False),
        (3, 3, False, True),  # 1 in 30 of 90 is 3
        (4, 4, True, False),
        (90, 90, True, False),
    ],
)
def test_how_many_rows_may_differ(different: int, unlike: int, differs: bool, holds: bool) -> None:
    turned = " ".join([*TEN.split()[:5], "v", "w", "x", "y", "z"])
    texts = [f"x y z {n}" for n in range(unlike)] + [turned] * (different - unlike)
    texts += [TEN] * (90 - different)
    found = compare(texts, blind_of(90), dict.fromkeys(range(10, 100), TEN))
    assert (len(found.unlike), found.agreement.different) == (unlike, different)
    assert (found.differs, found.holds) == (differs, holds)


def test_missing_rows_keep_it_from_holding_but_are_no_difference() -> None:
    texts: list[Optional[str]] = [TEN] * 70 + [None] * 20
    found = compare(texts, blind_of(90), dict.fromkeys(range(10, 100), TEN))
    assert (found.differs, found.holds, found.made) == (False, False, 70)
    nothing = compare((), blind_of(90), {})
    assert (nothing.differs, nothing.holds) == (False, False)


def test_two_runs_are_compared_like_a_run_and_a_file() -> None:
    one: list[Optional[str]] = [TEN, "a b", None, TEN]
    other: list[Optional[str]] = [TEN, "c d", TEN]
    found = compare_runs(one, other, blind_of(4)).agreement
    assert (found.exact, found.different, found.missing) == (1, 1, 2)


T = ("p", "q", "r")


@pytest.mark.parametrize(
    ("ids", "texts", "expected", "how"),
    [
        (("0", "1", "2"), T, T, "by ID"),
        (("2", "0", "1"), T, ("q", "r", "p"), "by ID"),
        (("2.0", " 0 ", "1"), T, ("q", "r", "p"), "by ID"),
        (("1", "3", "2"), T, ("p", "r", "q"), "by ID from 1"),
        (("0", "2"), ("p", "q"), ("p", None, "q"), "by ID"),
        ((), T, T, "in order"),
        ((), ("p",), ("p", None, None), "in order"),
        ((), (*T, "s"), T, "in order"),
        (("a", "b", "c"), T, T, "in order"),
        (("0", "0", "0"), T, T, "in order"),
        (("817", "3", "55"), T, T, "in order"),
        (("4", "2", "1", "0"), ("s", "r", "q", "p"), T, "by ID of a longer file"),
        (("x", "y", "z", "w"), (*T, "s"), T, "in order"),
        (("a", "b"), ("p", "q"), (None,) * 3, "not at all"),
        (("7", "8"), ("p", "q"), (None,) * 3, "not at all"),
        (("0", "1", "9" * 5000), T, T, "in order"),
        ((), (), (None,) * 3, "not at all"),
    ],
)
def test_texts_are_put_in_the_order_of_the_rows(
    ids: tuple[str, ...], texts: tuple[str, ...], expected: tuple[Optional[str], ...], how: How
) -> None:
    found = aligned(ids, texts, 3)
    assert (found.texts, found.how, found.written) == (expected, how, len(texts))


@given(st.lists(st.text(max_size=4)), st.lists(st.text(max_size=4)), st.integers(1, 6))
def test_whatever_was_written_there_is_one_place_for_each_row(
    ids: list[str], texts: list[str], count: int
) -> None:
    assert len(aligned(ids, texts, count).texts) == count
