"""What a sample of rows shows about all of them, as exact numbers and as a sentence.

Rows are drawn without replacement, so how many of the drawn ones differ follows the hypergeometric
distribution. All of it is counted in whole numbers; only the sentence rounds, and never in favour
of what it claims.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import comb

SHARE = Fraction(1, 20)
"""The share of differing rows that a sample should not miss, where nothing else is asked."""

CONFIDENCE = Fraction(99, 100)
"""How probably it should not."""


@dataclass(frozen=True)
class Guarantee:
    """What so many drawn rows show about all of them; `str` of it is the sentence for a report.

    `chance` is how probably at least one of the drawn rows had been different, had more than
    `share` of all rows been. `most` is how many of all rows are different at most, as surely as
    `confidence`, given that `differing` of the drawn ones are.
    """

    rows: int
    differing: int
    of_rows: int
    share: Fraction
    confidence: Fraction
    chance: Fraction
    most: int

    def __str__(self) -> str:
        if not self.rows:
            return "no row was compared, which shows nothing"
        if self.rows == self.of_rows:
            return _of_all(self)
        return _of_none_different(self) if not self.differing else _of_some_different(self)


def guarantee(
    rows: int,
    of_rows: int,
    differing: int = 0,
    share: Fraction = SHARE,
    confidence: Fraction = CONFIDENCE,
) -> Guarantee:
    """What it shows that `differing` of `rows` rows, drawn from `of_rows`, are different."""
    sure = chance(rows, of_rows, share)
    most = most_differing(rows, differing, of_rows, confidence)
    return Guarantee(rows, differing, of_rows, share, confidence, sure, most)


def rows_for(of_rows: int, share: Fraction = SHARE, confidence: Fraction = CONFIDENCE) -> int:
    """How many rows to draw so that a difference in more than `share` of all would be seen.

    It is the smallest number whose `chance` is at least `confidence`.
    """
    _refuse(0, 0, of_rows, confidence)
    return _first(lambda rows: chance(rows, of_rows, share) >= confidence, 0, of_rows)


def chance(rows: int, of_rows: int, share: Fraction = SHARE) -> Fraction:
    """How probably at least one drawn row is different when more than `share` of all rows are."""
    _refuse(rows, 0, of_rows)
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    fewest = share.numerator * of_rows // share.denominator + 1
    if fewest > of_rows:  # More than all of them can't be different.
        return Fraction(1)
    return 1 - Fraction(comb(of_rows - fewest, rows), comb(of_rows, rows))


def most_differing(
    rows: int, differing: int, of_rows: int, confidence: Fraction = CONFIDENCE
) -> int:
    """How many of all rows are different at most: the upper end of the exact one-sided interval.

    It is the largest number under which so few differing rows in the sample would still have come
    out with a probability over `1 - confidence`.
    """
    _refuse(rows, differing, of_rows, confidence)
    if rows == of_rows:
        return differing
    ways = comb(of_rows, rows) * (1 - confidence)
    alike = of_rows - (rows - differing)

    def improbable(guess: int) -> bool:
        few = range(max(0, rows - (of_rows - guess)), differing + 1)
        return sum(comb(guess, k) * comb(of_rows - guess, rows - k) for k in few) <= ways

    return _first(improbable, differing, alike + 1) - 1


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first number from `low` on for which it holds; from `high` on it is known to."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _refuse(rows: int, differing: int, of_rows: int, confidence: Fraction = CONFIDENCE) -> None:
    if not 0 <= differing <= rows <= of_rows or of_rows < 1:
        raise ValueError(f"{differing} of {rows} rows of {of_rows} can't be")
    if not 0 <= confidence < 1:
        raise ValueError("a confidence lies between 0 and 1, and is never 1")


def _of_all(found: Guarantee) -> str:
    if not found.differing:
        return f"all {found.of_rows:,} rows were compared and none was different"
    share = percent_up(Fraction(found.differing, found.of_rows))
    return f"all {found.of_rows:,} rows were compared; {found.differing:,} ({share}) were different"


def _of_none_different(found: Guarantee) -> str:
    return (
        f"{found.rows:,} of {found.of_rows:,} rows were made again; had more than"
        f" {percent_up(found.share)} of the rows been different, at least one of these would have"
        f" been with {percent_down(found.chance)} probability"
    )


def _of_some_different(found: Guarantee) -> str:
    were = "was" if found.differing == 1 else "were"
    seen = (
        f"{found.rows:,} of {found.of_rows:,} rows were made again and {found.differing:,} of these"
        f" {were} different"
    )
    if found.most == found.of_rows:
        return f"{seen}; so all rows may be"
    share = percent_up(Fraction(found.most, found.of_rows))
    return (
        f"{seen}; with {percent_down(found.confidence)} confidence at most {found.most:,} of all"
        f" rows ({share}) are different"
    )


def sentence(found: Guarantee) -> str:
    """What a guarantee says, with a capital and a full stop."""
    said = str(found)
    return f"{said[0].upper()}{said[1:]}."


def percent_down(share: Fraction) -> str:
    """The share in percent, rounded down to one decimal: `99 %`, `78.1 %`."""
    return _percent(share.numerator * 1000 // share.denominator)


def percent_up(share: Fraction) -> str:
    """The share in percent, rounded up to one decimal."""
    return _percent(-(-share.numerator * 1000 // share.denominator))


def _percent(thousandths: int) -> str:
    whole, tenth = divmod(thousandths, 10)
    return f"{whole}.{tenth} %" if tenth else f"{whole} %"
