"""Drawing on a terminal of 80 columns or more: marks that need no colour, nothing cut away."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

import click
from wcwidth import wcwidth

from grader.integrity.showing.aligned import MATCHED, Cell, Row
from leaderboard.display import apart
from leaderboard.terminal import cut, display_width
from validators.display import clean

NARROWEST, WIDEST = 80, 160
"""How narrow a window may be, and how wide lines are drawn at most."""
_NUMBER = 5
_GUTTER = _NUMBER + 3
# A letter may carry marks without end, which take no room; so many are shown.
_MOST_MARKS = 3


def room(width: Optional[int]) -> int:
    """How wide to draw for a window of that width; None is a file or a pipe."""
    return max(NARROWEST, min(WIDEST, NARROWEST if width is None else width))


def prose(text: str, width: int, indent: str = "") -> Iterator[str]:
    """A cleaned sentence over as many lines as it needs."""
    yield from textwrap.wrap(
        clean(text), width, initial_indent=indent, subsequent_indent=indent,
        break_on_hyphens=False,
    ) or [""]  # fmt: skip


def heading(text: str) -> Iterator[str]:
    """A heading with a line under it, and an empty line before."""
    shown = clean(text)
    yield ""
    yield click.style(shown, bold=True)
    yield "-" * display_width(shown)


def side_by_side(rows: Iterable[Row], heads: tuple[str, str], width: int) -> Iterator[str]:
    """Rows of two sides, `>` before each line that matches, `=` between two that read the same."""
    side = (width - 3) // 2
    first, second = (_padded(cut(clean(head), side), side) for head in heads)
    yield _joined(first, "|", second)
    yield "-" * side + "-+-" + "-" * side
    for row in rows:
        left, right = (list(_cell(cell, side)) for cell in (row.left, row.right))
        for place in range(max(len(left), len(right))):
            one, other = (e[place] if place < len(e) else " " * side for e in (left, right))
            yield _joined(one, (row.between if place == 0 else "") or "|", other)


def one_side(rows: Iterable[Row], width: int) -> Iterator[str]:
    """The left side alone, where the other one is hidden."""
    for row in rows:
        yield from (line.rstrip() for line in _cell(row.left, width))


def code_lines(lines: Sequence[tuple[int, str]], meant: Optional[int], width: int) -> Iterator[str]:
    """A few lines of a file, the one that is meant with a mark."""
    cells = (Cell(text, number, number == meant) for number, text in lines)
    yield from one_side((Row(cell) for cell in cells), width)


def _joined(left: str, between: str, right: str) -> str:
    return f"{left} {between} {right}".rstrip()


def _cell(cell: Optional[Cell], width: int) -> Iterator[str]:
    """One cell as lines of that width: the number and the mark first, then the text."""
    if cell is None:
        return
    mark = click.style(MATCHED, fg="cyan", bold=True) if cell.matched else " "
    number = "" if cell.number is None else str(cell.number)
    for place, piece in enumerate(wrapped(cell.text, width - _GUTTER)):
        gutter = f"{number if place == 0 else '':>{_NUMBER}} {mark} "
        yield gutter + _padded(apart(piece), width - _GUTTER)


def wrapped(text: str, width: int) -> list[str]:
    """The text in pieces of at most so many columns, at a space where there is one near."""
    pieces: list[str] = []
    piece, marks = "", 0
    for letter in text:
        marks = marks + 1 if wcwidth(letter) <= 0 else 0
        if marks > _MOST_MARKS:
            continue
        # Letters may be wider together than each alone, so the piece is measured as a whole.
        if display_width(piece + letter) > width:
            kept, piece = _broken(piece)
            pieces.append(kept)
        piece += letter
    return [*pieces, piece]


def _broken(text: str) -> tuple[str, str]:
    """What stays on a line and what goes to the next: cut after a space in its last third."""
    at = text.rfind(" ") + 1
    return (text[:at], text[at:]) if at * 3 > len(text) * 2 and at > 1 else (text, "")


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - display_width(text))
