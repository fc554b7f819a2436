"""Numbers as a report writes them."""

from __future__ import annotations

from fractions import Fraction
from typing import Optional

_DECIMALS = 3
_MOST_DECIMALS = 12


def decimals(value: Fraction, places: int) -> str:
    """The value with so many decimals, rounded half up without floating point."""
    scale = 10**places
    whole = (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)
    return f"{whole // scale}.{whole % scale:0{places}d}"


def ratio_text(part: int, total: int, limit: Optional[Fraction] = None) -> str:
    """The ratio with three decimals, or as many as show on which side of the limit it is."""
    ratio = Fraction(part, total) if total else Fraction(0)
    places = _DECIMALS
    if limit is not None and ratio != limit:
        while decimals(ratio, places) == decimals(limit, places) and places < _MOST_DECIMALS:
            places += 1
    return decimals(ratio, places)


def counted(number: int, noun: str) -> str:
    """The number with its noun: `1 tensor`, `2,000 tensors`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("y") else f"{number:,} {noun}s"
