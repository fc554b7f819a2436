"""A view as a table of plain cells: the same columns for terminals, pages and spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Union

from leaderboard.audience import Audience, Row, View
from leaderboard.display import clean
from leaderboard.feedback import joined

Cell = Union[str, int, Decimal]


@dataclass(frozen=True)
class Table:
    """Headers and rows; a number is a number, everything else is text.

    `aside` has the places of the columns that may be told below a board which is too wide.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    aside: tuple[int, ...] = ()


def table_of(view: View) -> Table:
    """The view's rows under the columns that its audience has; no ratio where nobody has one."""
    facts = tuple(dict.fromkeys(fact.name for row in view.rows for fact in row.quality))
    whole = view.audience is not Audience.PUBLIC
    marked = whole or any(row.mark is not None for row in view.rows)
    sized = any(row.ratio is not None for row in view.rows)
    optional = (*(("ratio",) if sized else ()), *(("mark",) if marked else ()))
    headers = ("rank", "name", "score", *optional, *facts)
    aside = tuple(range(len(headers) - len(facts), len(headers)))
    if whole:
        headers += ("entrant", "verdict", "notes")
        aside += (len(headers) - 1,)
    rows = tuple(_cells(row, optional, facts, whole) for row in view.rows)
    return Table(tuple(map(clean, headers)), rows, aside)


def _cells(
    row: Row, optional: tuple[str, ...], facts: tuple[str, ...], whole: bool
) -> tuple[Cell, ...]:
    quality = {fact.name: fact.value for fact in row.quality}
    cells: list[Cell] = [
        "" if row.rank is None else row.rank,
        clean(row.label),
        "" if row.score is None else Decimal(row.score),
    ]
    if "ratio" in optional:
        cells.append("" if row.ratio is None else ratio_text(row.ratio))
    if "mark" in optional:
        cells.append("" if row.mark is None else Decimal(row.mark))
    cells += [clean(quality.get(name, "")) for name in facts]
    if whole:
        entry = row.entry
        own = ("", "", "") if entry is None else (entry.entrant, entry.verdict, _notes(row))
        cells += map(clean, own)
    return tuple(cells)


def _notes(row: Row) -> str:
    return joined(row.entry.notes) if row.entry is not None else ""


def ratio_text(ratio: tuple[int, int]) -> Decimal:
    """The ratio to six decimals, rounded up: it never looks smaller than it is."""
    nonzero, parameters = ratio
    return Decimal(-(-nonzero * 10**6 // parameters)).scaleb(-6)


def shown(cell: Cell) -> str:
    """The cell as text."""
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
