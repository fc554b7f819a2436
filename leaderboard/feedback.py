"""A mark in words for the one student whom it is of."""

from __future__ import annotations

import html
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from leaderboard.audience import Audience, View
from leaderboard.board import Entry
from leaderboard.cells import harmless
from leaderboard.display import clean

CLOSING = (
    "If something here is unclear or not so, ask whoever teaches the course: a decision can be "
    "appealed."
)
"""The last sentence of what a student reads about their mark."""
_VERDICTS = {
    "rejected": "rejected: the result doesn't count",
    "withheld": "withheld: not settled yet, so there is no mark so far. It is no verdict against "
    "you",
}
_PLACES = 2
_ENDS = tuple(".!?…。！？")


def rounded(points: str) -> Decimal:
    """Exact points as they are shown: a fraction to two decimals, half to even."""
    if "/" not in points:
        return Decimal(points)
    exact = Fraction(points)
    return Decimal(round(exact * 10**_PLACES)).scaleb(-_PLACES)


def ended(text: str) -> str:
    """The text as a sentence with its full stop; nothing stays nothing."""
    return text if not text or text.endswith(_ENDS) else f"{text}."


def joined(texts: Iterable[str]) -> str:
    """The texts in one line: a semicolon only where the one before has no end of its own."""
    line = ""
    for text in texts:
        between = " " if line.endswith(_ENDS) else "; "
        line += f"{between}{text}" if line else text
    return line


def verdict_told(entry: Entry) -> str:
    """The verdict, with what it means for the student where that isn't plain."""
    return _VERDICTS.get(entry.verdict, entry.verdict)


def mark_told(entry: Entry, max_mark: str) -> str:
    """`93.33 of 100`, or that there is none."""
    return "none yet" if entry.mark is None else f"{format(entry.mark.total, 'f')} of {max_mark}"


def own_lines(view: View) -> tuple[str, ...]:
    """How a student's own mark came about, line by line; nothing for any other audience."""
    if view.audience is not Audience.STUDENT:
        return ()
    own = next(row.own for row in view.rows if row.own is not None)
    parts = () if own.mark is None else own.mark.parts
    lines = (
        f"Your mark: {mark_told(own, view.max_mark)}",
        f"Verdict: {ended(verdict_told(own))}",
        *(f"{part.name}: {format(rounded(part.points), 'f')} ({part.why})" for part in parts),
        *map(ended, own.notes),
        *(f"{fact.name}: {fact.value}" for fact in own.quality),
        CLOSING,
    )
    return tuple(map(clean, lines))


def feedback_line(own: Entry, max_mark: str) -> str:
    """The parts of the mark, what the codes in them mean and whom to ask, in one line.

    It is harmless HTML text, which is what Moodle stores.
    """
    if own.mark is None:
        return ""
    parts = "; ".join(
        f"{part.name}: {format(rounded(part.points), 'f')} ({part.why})" for part in own.mark.parts
    )
    told = (f"{mark_told(own, max_mark)} points.", ended(parts), ended(joined(own.notes)), CLOSING)
    line = " ".join(filter(None, told))
    return harmless(html.escape(clean(" ".join(line.split())), quote=False))
