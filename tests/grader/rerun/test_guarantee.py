"""The numbers of a sample, against counting every possible one, and the sentences."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rerun.guarantee import (
    CONFIDENCE,
    SHARE,
    chance,
    guarantee,
    most_differing,
    percent_down,
    percent_up,
    rows_for,
)
from validators.rules import load_rules


def counted(rows: int, of_rows: int, fewest: int) -> Fraction:
    """The chance by looking at every sample there is."""
    samples = list(combinations(range(of_rows), rows))
    return Fraction(sum(any(row < fewest for row in each) for each in samples), len(samples))


@pytest.mark.parametrize(("rows", "of_rows"), [(1, 4), (3, 7), (5, 11), (11, 11), (0, 6)])
@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)])
def test_the_chance_is_what_counting_gives(rows: int, of_rows: int, share: Fraction) -> None:
    fewest = share.numerator * of_rows // share.denominator + 1
    assert chance(rows, of_rows, share) == counted(rows, of_rows, fewest)


def test_the_rows_of_the_homework_hold_what_the_rules_say_of_them() -> None:
    rules = load_rules()
    assert rules.rerun is not None
    rows = rules.rerun.rows
    assert rows == 90
    assert chance(rows, 3269) > Fraction(99, 100)
    assert rows_for(3269) == 89
    assert chance(88, 3269) < Fraction(99, 100) <= chance(89, 3269)


@given(st.integers(1, 200), st.fractions(0, Fraction(1, 2)), st.fractions(0, Fraction(999, 1000)))
def test_so_many_rows_are_enough_and_no_fewer_are(
    of_rows: int, share: Fraction, confidence: Fraction
) -> None:
    rows = rows_for(of_rows, share, confidence)
    assert chance(rows, of_rows, share) >= confidence
    assert rows == 0 or chance(rows - 1, of_rows, share) < confidence


@given(st.data())
def test_the_bound_is_the_last_number_that_is_not_improbable(data: st.DataObject) -> None:
    of_rows = data.draw(st.integers(1, 60))
    rows = data.draw(st.integers(0, of_rows))
    differing = data.draw(st.integers(0, rows))

    def at_most_so_many(bad: int) -> Fraction:
        ways = sum(comb(bad, k) * comb(of_rows - bad, rows - k) for k in range(differing + 1))
        return Fraction(ways, comb(of_rows, rows))

    most = most_differing(rows, differing, of_rows)
    assert differing <= most <= of_rows - rows + differing
    assert rows == of_rows or at_most_so_many(most) > 1 - CONFIDENCE
    assert most == of_rows - rows + differing or at_most_so_many(most + 1) <= 1 - CONFIDENCE


def test_what_is_seen_with_so_much_probability_bounds_what_was_not_seen() -> None:
    assert most_differing(89, 0, 3269) * SHARE.denominator <= 3269
    assert most_differing(88, 0, 3269) * SHARE.denominator > 3269


@pytest.mark.parametrize(
    ("rows", "of_rows", "differing", "sentence"),
    [
        (90, 3269, 0, "90 of 3,269 rows were made again; had more than 5 % of the rows been "
         "different, at least one of these would have been with 99 % probability"),
        (90, 3269, 3, "90 of 3,269 rows were made again and 3 of these were different; with 99 % "
         "confidence at most 347 of all rows (10.7 %) are different"),
        (30, 300, 1, "30 of 300 rows were made again and 1 of these was different; with 99 % "
         "confidence at most 58 of all rows (19.4 %) are different"),
        (30, 300, 30, "30 of 300 rows were made again and 30 of these were different; so all rows "
         "may be"),
        (24, 160, 0, "24 of 160 rows were made again; had more than 5 % of the rows been "
         "different, at least one of these would have been with 77.7 % probability"),
        (3269, 3269, 0, "all 3,269 rows were compared and none was different"),
        (3269, 3269, 7, "all 3,269 rows were compared; 7 (0.3 %) were different"),
        (0, 12, 0, "no row was compared, which shows nothing"),
    ],
)  # fmt: skip
def test_the_sentence_says_its_numbers(
    rows: int, of_rows: int, differing: int, sentence: str
) -> None:
    assert str(guarantee(rows, of_rows, differing)) == sentence


@given(st.fractions(0, 1))
def test_percents_never_claim_more(share: Fraction) -> None:
    low, high = (
        Fraction(text.split()[0]) / 100 for text in (percent_down(share), percent_up(share))
    )
    assert low <= share <= high
    assert high - low <= Fraction(1, 1000)


@pytest.mark.parametrize("given_", [(5, 4, 0), (4, 4, 5), (-1, 4, 0), (0, 0, 0)])
def test_what_can_not_be_is_refused(given_: tuple[int, int, int]) -> None:
    rows, of_rows, differing = given_
    with pytest.raises(ValueError, match="can't be"):
        guarantee(rows, of_rows, differing)


def test_full_confidence_is_refused() -> None:
    with pytest.raises(ValueError, match="never 1"):
        rows_for(10, confidence=Fraction(1))
