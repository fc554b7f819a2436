"""What an export is given besides a view, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Optional


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


def count(number: int, what: str) -> str:
    """`1 grade`, `2 grades`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
