"""The table of the class, for a page that tells a student's own part above or below it."""

from __future__ import annotations

from leaderboard.audience import Audience, Row, View
from leaderboard.tables import Table, table_of

_ALWAYS = frozenset({"rank", "name", "score"})


def class_table(view: View) -> Table:
    """The view's table; a student's without the columns that hold nothing but their own."""
    table = table_of(view)
    owned = [is_own(row, view) for row in view.rows]
    if not any(owned):
        return table
    others = [row for row, own in zip(table.rows, owned) if not own]
    kept = [
        place
        for place, name in enumerate(table.headers)
        if name in _ALWAYS or any(row[place] != "" for row in others)
    ]
    headers = tuple(table.headers[place] for place in kept)
    return Table(headers, tuple(tuple(row[place] for place in kept) for row in table.rows))


def is_own(row: Row, view: View) -> bool:
    """Whether the row is the very student's who reads the view."""
    return view.audience is Audience.STUDENT and row.entry is not None
