"""Moodle's grading worksheet, filled in place, with every row named that Moodle would skip."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Optional

from leaderboard.audience import Row, View
from leaderboard.board import folded
from leaderboard.raw_csv import Cell, Rows, SheetError, parsed, written

# The header of the grade in the languages that we know it in; --grade-column names any other.
_GRADE = ("grade", "成績", "成绩", "評点", "bewertung", "calificación")


@dataclass(frozen=True)
class Filled:
    """The worksheet's new bytes, how many grades changed, and what stays as it was and why."""

    data: bytes
    changed: int
    skipped: tuple[str, ...]


def fill(name: str, data: bytes, view: View, column: Optional[str] = None) -> Filled:
    """Put the marks of the view into the worksheet: rows are found by ID number or e-mail."""
    rows = parsed(name, data)
    at = _grade_column(name, rows, column)
    entries = _by_identifier(view)
    seen: set[str] = set()
    skipped: list[str] = []
    filled = [rows[0]]
    for line, row in enumerate(rows[1:], 2):
        if len(row) <= at + 2:
            if any(cell.raw for cell in row):
                skipped.append(f"line {line}: has {len(row)} cells; the header has {len(rows[0])}")
            filled.append(row)
            continue
        found = {id(entries[key]): entries[key] for key in _keys(row[:at]) if key in entries}
        reason, mark = _outcome(tuple(found.values()), row[at : at + 3])
        seen |= {entry.entry.entrant for entry in found.values() if entry.entry is not None}
        if reason:
            skipped.append(f"line {line}, {row[0].text}: {reason}")
        filled.append((*row[:at], row[at].saying(mark), *row[at + 1 :]) if mark else row)
    for entry in view.rows:
        if entry.mark is not None and entry.entry is not None and entry.entry.entrant not in seen:
            skipped.append(f"{entry.entry.entrant}: has a mark, but no row on the worksheet")
    changed = sum(old != new for old, new in zip(rows, filled))
    return Filled(written(tuple(filled)), changed, tuple(skipped))


def _grade_column(name: str, rows: Rows, column: Optional[str]) -> int:
    wanted = (folded(column),) if column else _GRADE
    header = [folded(cell.text.lstrip("\ufeff").strip('"')) for cell in rows[0]] if rows else []
    places = [place for place, text in enumerate(header) if text in wanted]
    if len(places) != 1 or places[0] + 2 >= len(header):
        raise SheetError(f"{name}: no one column is the grade's; name it with --grade-column.")
    return places[0]


def _by_identifier(view: View) -> dict[str, Row]:
    return {
        folded(key): row
        for row in view.rows
        if row.entry is not None
        for key in (row.entry.entrant, row.entry.email)
        if key
    }


def _keys(cells: tuple[Cell, ...]) -> list[str]:
    return [folded(cell.text.strip()) for cell in cells]


def _outcome(found: tuple[Row, ...], cells: tuple[Cell, ...]) -> tuple[str, str]:
    """Why Moodle would skip the row, or the text of its new grade."""
    grade, most, changeable = (cell.text.strip() for cell in cells)
    if len(found) != 1:
        return ("is two entrants of the board" if found else "is no entrant of the board"), ""
    mark = found[0].mark
    if mark is None:
        return "has no mark yet", ""
    largest, old = _number(most), _number(grade)
    if largest is None:
        return f'its maximum grade is "{most}", which is no number', ""
    if not 0 <= Decimal(mark) <= largest:
        return f"{mark} is out of range; at most {most}", ""
    if folded(changeable) in ("no", "否", "いいえ", "nein", "non"):
        return "is locked", ""
    if old == Decimal(mark):
        return f"unchanged at {mark}", ""
    return "", mark.replace(".", ",") if "," in most else mark


def _number(text: str) -> Optional[Decimal]:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
