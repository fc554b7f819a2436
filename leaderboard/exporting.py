"""What an export is given besides a view, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from leaderboard.audience import View


class ExportError(ValueError):
    """An export that can't be made of what was given; the text says why and what to do."""


@dataclass(frozen=True)
class Source:
    """A file of the course site's, as it came."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Given:
    """What the caller gave besides the board; every format names what it takes of these."""

    worksheet: Optional[Source] = None
    gradebook: Optional[Source] = None
    grade_column: Optional[str] = None
    feedback: Optional[bool] = None
    feedback_column: Optional[str] = None
    key: Optional[str] = None
    column: Optional[str] = None
    max_points: Optional[Decimal] = None
    assignment: Optional[str] = None


@dataclass(frozen=True)
class Exported:
    """The bytes of each file, and what to tell: what was done, what was left out and why.

    A format of one file names it with the empty text; one of a folder, by the path in the folder.
    """

    files: tuple[tuple[str, bytes], ...]
    said: tuple[str, ...] = ()


def waiting(view: View) -> tuple[str, ...]:
    """One line on the marks that may change by a decision; nothing for who may not know of it."""
    found = [row.entry for row in view.rows if row.entry is not None and row.mark is not None]
    listed = [f"{entry.entrant} ({', '.join(entry.waits)})" for entry in found if entry.waits]
    if not listed:
        return ()
    wait = "mark waits" if len(listed) == 1 else "marks wait"
    return (f"{len(listed):,} {wait} for a decision and may change: {'; '.join(listed)}",)


def count(number: int, what: str) -> str:
    """`1 grade`, `2 grades`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
