"""A mark in words for the one student whom it is of."""

from __future__ import annotations

import html
from decimal import Decimal
from fractions import Fraction

from leaderboard.board import Entry
from leaderboard.cells import harmless
from leaderboard.display import clean

_PLACES = 2


def rounded(points: str) -> Decimal:
    """Exact points as they are shown: a fraction to two decimals, half to even."""
    if "/" not in points:
        return Decimal(points)
    exact = Fraction(points)
    return Decimal(round(exact * 10**_PLACES)).scaleb(-_PLACES)


def feedback_line(own: Entry, max_mark: str) -> str:
    """The parts of the mark in one line of harmless HTML text, which is what Moodle stores."""
    if own.mark is None:
        return ""
    parts = "; ".join(
        f"{part.name}: {format(rounded(part.points), 'f')} ({part.why})" for part in own.mark.parts
    )
    line = f"{format(own.mark.total, 'f')} of {max_mark} points. {parts}"
    return harmless(html.escape(clean(" ".join(line.split())), quote=False))
