"""A view on a terminal: columns aligned in any script, long texts cut where the window ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from wcwidth import wcswidth

from leaderboard.audience import View
from leaderboard.display import apart, clean
from leaderboard.tables import shown, table_of

# The columns that give way in a narrow window, the first one first: what stands in them is prose.
_YIELD = ("notes", "name")
_LEAST = 8


def page(view: View, width: Optional[int]) -> str:
    """The whole answer; `width` is the window's, or nothing for a file or a pipe."""
    table = table_of(view)
    rows = [[shown(cell) for cell in row] for row in table.rows]
    text = fitted(table.headers, rows, width, _YIELD)
    head = f"{clean(view.competition)} · {clean(view.metric)} · {clean(view.published_at)}"
    baseline = "" if view.baseline is None else f"\nbaseline {view.baseline}"
    facts = "".join(f"\n{clean(fact.name)}: {clean(fact.value)}" for fact in view.facts)
    return f"{head}{baseline}{facts}\n\n{text}"


def fitted(
    headers: Sequence[str], rows: Sequence[Sequence[str]], width: Optional[int],
    yields: Sequence[str],
) -> str:  # fmt: skip
    """The table, of which the columns in `yields` give way in turn until it fits the window."""
    text = _drawn(headers, rows)
    for name in yields:
        over = 0 if width is None else _widest(text.splitlines()) - width
        if over > 0 and name in headers:
            at = headers.index(name)
            room = max(_LEAST, _widest([row[at] for row in rows]) - over)
            rows = [[*row[:at], cut(row[at], room), *row[at + 1 :]] for row in rows]
            text = _drawn(headers, rows)
    return text


def display_width(text: str) -> int:
    """How many columns a terminal gives the text."""
    return max(0, wcswidth(text))


def cut(text: str, room: int) -> str:
    """The text in at most so many columns, with … where some was left out."""
    if display_width(text) <= room:
        return text
    # The longest beginning that fits, found by halves: a name may have two thousand letters.
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if display_width(text[:middle]) <= room - 1:
            low = middle
        else:
            high = middle - 1
    return text[:low] + "…"


def _widest(texts: Sequence[str]) -> int:
    return max(map(display_width, texts), default=0)


def _drawn(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The columns, each as wide as its widest cell and no wider."""
    widths = [_widest([head, *cells]) for head, *cells in zip(headers, *rows)]
    lines = [headers, ["-" * width for width in widths], *rows]
    return "\n".join(_line(cells, widths) for cells in lines)


def _line(cells: Sequence[str], widths: list[int]) -> str:
    padded = (apart(c) + " " * (width - display_width(c)) for c, width in zip(cells, widths))
    return "  ".join(padded).rstrip()
