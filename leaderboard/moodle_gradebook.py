"""A CSV for Moodle's gradebook import, with nothing in it that would fail the whole import."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from typing import Optional

from leaderboard.audience import Row, View
from leaderboard.board import Entry, folded
from leaderboard.cells import harmless
from leaderboard.display import clean
from leaderboard.exporting import Exported, ExportError, Given, count
from leaderboard.feedback import feedback_line
from leaderboard.raw_csv import BOM

HEADERS = {"id": "ID number", "email": "Email address", "username": "Username"}
"""The header over each kind of key; Moodle asks which field it is."""
# What Moodle takes where unlimited grades are off, which is how it comes.
_USUAL_MOST = 100


def gradebook(view: View, given: Given) -> Exported:
    """One row for each entrant with a mark and a key that Moodle will know; the others named."""
    kind = given.key or "id"
    column = clean((given.column or view.competition).strip())
    if folded(column) in (folded(HEADERS[kind]), ""):
        raise ExportError(f'--column "{column}" can\'t head the marks. Give another with --column.')
    said = _fits(view, given.max_points)
    repeated = Counter(key for row in view.rows if (key := _folded_key(row, kind)))
    rows = [[HEADERS[kind], harmless(column)]]
    if given.feedback:
        rows[0].append(harmless(f"{column} feedback"))
    left: list[str] = []
    for row in view.rows:
        reason = _left_out(row, kind, repeated)
        if row.entry is None or row.mark is None or reason:
            left.append(f"{_name(row)}: left out: {reason}")
            continue
        told = [feedback_line(row.own, view.max_mark)] if given.feedback and row.own else []
        rows.append([_key(row.entry, kind), row.mark, *told])
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    done = f"{count(len(rows) - 1, 'mark')} written, {len(left)} left out"
    return Exported((("", (BOM + out.getvalue()).encode()),), (done, *said, *map(clean, left)))


def _fits(view: View, max_points: Optional[Decimal]) -> tuple[str, ...]:
    """What to say about the grade item's maximum; refuses marks that are out of more."""
    most = Decimal(view.max_mark)
    if max_points is None:
        note = f"the grade item in Moodle must take {view.max_mark} points"
        extra = f"; over {_USUAL_MOST} the site must allow it" if most > _USUAL_MOST else ""
        return (f"{note}{extra}: one mark over its maximum fails the whole import",)
    if most > max_points:
        raise ExportError(
            f"the marks are out of {view.max_mark}, the grade item takes {max_points:f} points: "
            "one mark over its maximum fails the whole import. Set the item's maximum in Moodle to "
            f"{view.max_mark}."
        )
    if most < max_points:
        return (f"warning: the full mark is {view.max_mark} of the item's {max_points:f} points",)
    return ()


def _key(entry: Entry, kind: str) -> str:
    # Moodle's account names are in lower case; where they are the student ids, this is one.
    keys = {"id": entry.entrant, "email": entry.email or "", "username": entry.entrant.lower()}
    return keys[kind].strip()


def _folded_key(row: Row, kind: str) -> str:
    return folded(_key(row.entry, kind)) if row.entry is not None else ""


def _left_out(row: Row, kind: str, repeated: Counter[str]) -> str:
    """Why the row is left out, or nothing."""
    if row.entry is None or row.mark is None:
        return "has no mark yet"
    key = _key(row.entry, kind)
    if not key or key == "0":  # Moodle takes "0" for an empty cell, and for the row above
        return f"has no {HEADERS[kind].lower()}" + (" that Moodle reads" if key else "")
    if repeated[folded(key)] > 1:
        return f"shares the {HEADERS[kind].lower()} with another entrant"
    if harmless(key) != key or clean(key) != key:
        return f"its {HEADERS[kind].lower()} holds what a spreadsheet would execute or hide"
    return ""


def _name(row: Row) -> str:
    return row.entry.entrant if row.entry is not None else row.label
