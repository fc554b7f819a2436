"""Rounding: an exact mark as the decimal number that is shown, once and without floats."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from validators.rules.marking import MarkRules


def rounded(exact: Fraction, rules: MarkRules) -> Decimal:
    """The number with `rules.decimals` decimals, rounded by `rules.rounding`.

    `up` is away from zero and `down` towards it; the halves go up, or to the even digit.
    """
    scaled = abs(exact) * 10**rules.decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    above_half = 2 * rest - scaled.denominator
    goes_up = {
        "half-up": above_half >= 0,
        "half-even": above_half > 0 or (above_half == 0 and whole % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[rules.rounding]
    whole += goes_up
    # Made of its digits, since a Decimal's own arithmetic would round to the context's precision.
    sign = int(exact < 0 and whole > 0)
    return Decimal((sign, tuple(map(int, str(whole))), -rules.decimals))
