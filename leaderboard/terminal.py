"""A view on a terminal: columns aligned in any script, names cut where the window ends."""

from __future__ import annotations

from typing import Optional

from tabulate import tabulate
from wcwidth import wcswidth

from leaderboard.audience import View
from leaderboard.tables import clean, shown, table_of

NAME = 1  # the column that gives way in a narrow window
_LEAST = 8


def page(view: View, width: Optional[int]) -> str:
    """The whole answer; `width` is the window's, or nothing for a file or a pipe."""
    table = table_of(view)
    rows = [[shown(cell) for cell in row] for row in table.rows]
    text = _drawn(table.headers, rows)
    over = 0 if width is None else max(map(display_width, text.splitlines()), default=0) - width
    if over > 0 and rows:
        widest = max(display_width(row[NAME]) for row in rows)
        room = max(_LEAST, widest - over)
        text = _drawn(
            table.headers, [[*row[:NAME], cut(row[NAME], room), *row[NAME + 1 :]] for row in rows]
        )
    head = f"{clean(view.competition)} · {clean(view.metric)} · {clean(view.published_at)}"
    baseline = "" if view.baseline is None else f"\nbaseline {view.baseline}"
    facts = "".join(f"\n{clean(fact.name)}: {clean(fact.value)}" for fact in view.facts)
    return f"{head}{baseline}{facts}\n\n{text}"


def display_width(text: str) -> int:
    """How many columns a terminal gives the text."""
    return max(0, wcswidth(text))


def cut(text: str, room: int) -> str:
    """The text in at most so many columns, with … where some was left out."""
    if display_width(text) <= room:
        return text
    while text and display_width(text) > room - 1:
        text = text[:-1]
    return text + "…"


def _drawn(headers: tuple[str, ...], rows: list[list[str]]) -> str:
    return tabulate(rows, headers=headers, disable_numparse=True)
