"""A view as one whole HTML page: to open in a browser or to put on a course's site as it is."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from leaderboard.audience import Audience, View
from leaderboard.board import Entry, plain
from leaderboard.class_table import class_table, is_own
from leaderboard.display import clean
from leaderboard.feedback import CLOSING, ended, mark_told, verdict_told
from leaderboard.heading import under_title
from leaderboard.tables import Cell, shown

_STYLE = """\
:root { color-scheme: light dark; --back: #fff; --text: #1b1b1f; --soft: #55555f; --line: #d4d4da;
  --head: #f1f1f4; --own: #fff1c2; }
@media (prefers-color-scheme: dark) { :root { --back: #16171b; --text: #e9e9ee; --soft: #b2b2bd;
  --line: #44454f; --head: #23242a; --own: #3d3310; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1.25rem 3rem; background: var(--back);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .soft { color: var(--soft); }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .3rem .75rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); max-width: 40ch; overflow-wrap: break-word; }
thead th { background: var(--head); } .number { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; } .own { background: var(--own); }
@media print { body { max-width: none; padding: 0; } }
"""

_NUMBERS = frozenset({"rank", "score", "ratio", "mark"})


def as_page(view: View) -> bytes:
    """The page: escaped, without a script, needing no other file; a student's own part first."""
    title = _text(view.competition)
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>\n{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
        *_facts(view),
        *_own_part(view),
        *_table(view),
        "</body></html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _facts(view: View) -> Iterator[str]:
    yield f'<p class="soft">{_text(under_title(view))}</p>'
    for fact in view.facts:
        yield f'<p class="soft">{_text(fact.name)}: {_text(fact.value)}</p>'


def _own_part(view: View) -> Iterator[str]:
    """How a student's own mark came about; nothing for anybody else."""
    if view.audience is not Audience.STUDENT:
        return
    for row in view.rows:
        if row.entry is not None:
            yield from _mark(row.entry, view.max_mark)


def _mark(entry: Entry, most: str) -> Iterator[str]:
    yield f"<h2>Your mark: {_text(mark_told(entry, most))}</h2>"
    yield f"<p>Verdict: {_text(ended(verdict_told(entry)))}</p>"
    yield from (f"<p>{_text(ended(note))}</p>" for note in entry.notes)
    if entry.mark is not None:
        rows: list[Sequence[Cell]] = [
            (each.name, each.points, each.why) for each in entry.mark.parts
        ]
        rows.append(("mark", plain(entry.mark.total), ""))
        yield from _drawn(("part", "points", "why"), rows, numbers=(1,))
    if entry.quality:
        facts = [(fact.name, fact.value) for fact in entry.quality]
        yield from _drawn(("seen beside the score", ""), facts, numbers=())
    yield f"<p>{_text(CLOSING)}</p>"
    yield "<h2>The class</h2>"


def _table(view: View) -> Iterator[str]:
    """The class; what a student alone has of themselves stands above it."""
    table = class_table(view)
    numbers = [place for place, name in enumerate(table.headers) if name in _NUMBERS]
    yield from _drawn(table.headers, table.rows, numbers, [is_own(row, view) for row in view.rows])


def _drawn(
    headers: Sequence[str], rows: Sequence[Sequence[Cell]], numbers: Sequence[int],
    owned: Sequence[bool] = (),
) -> Iterator[str]:  # fmt: skip
    yield '<div class="wide"><table>'
    heads = (f'<th scope="col"{_kind(n in numbers)}>{_text(h)}</th>' for n, h in enumerate(headers))
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>"
    for place, row in enumerate(rows):
        mine = ' class="own"' if place < len(owned) and owned[place] else ""
        cells = (
            f"<td{_kind(n in numbers)}><bdi>{_text(shown(cell))}</bdi></td>"
            for n, cell in enumerate(row)
        )
        yield f"<tr{mine}>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _kind(number: bool) -> str:
    return ' class="number"' if number else ""


def _text(value: str) -> str:
    return html.escape(clean(value))
