"""A view as bytes in each of the formats that `leaderboard export` writes."""

from __future__ import annotations

import csv
import html
import io
import json
from decimal import Decimal
from typing import Callable

from leaderboard.audience import View
from leaderboard.cells import harmless
from leaderboard.class_table import class_table
from leaderboard.display import apart, clean
from leaderboard.feedback import own_lines
from leaderboard.heading import under_title
from leaderboard.html_page import as_page
from leaderboard.raw_csv import BOM
from leaderboard.tables import Cell, shown, table_of
from leaderboard.xlsx import as_xlsx

_KAGGLE = (
    "Rank",
    "TeamId",
    "TeamName",
    "LastSubmissionDate",
    "Score",
    "SubmissionCount",
    "TeamMemberUserNames",
)
_STYLE = "border-collapse:collapse;font-variant-numeric:tabular-nums"
# A name of any length breaks within its cell and leaves the other columns their place.
_CELL_STYLE = "max-width:40ch;overflow-wrap:anywhere"


def as_csv(view: View) -> bytes:
    """A CSV that spreadsheets open as UTF-8, no cell of which they would execute."""
    table = table_of(view)
    return _csv([tuple(table.headers), *table.rows])


def as_kaggle(view: View) -> bytes:
    """The ranked rows in the columns of Kaggle's own export."""
    rows: list[tuple[Cell, ...]] = [_KAGGLE]
    for number, row in enumerate(view.rows, 1):
        if row.rank is not None and row.score is not None:
            rows.append((row.rank, number, clean(row.label), "", Decimal(row.score), "", ""))
    return _csv(rows)


def as_json(view: View) -> bytes:
    """The view as JSON, numbers exact as text, whole entries where the audience has them."""
    rows = []
    for row in view.rows:
        ratio = None if row.ratio is None else dict(zip(("nonzero", "parameters"), row.ratio))
        quality = [fact.model_dump() for fact in row.quality]
        found: dict[str, object] = {
            "name": row.label,
            "rank": row.rank,
            "score": row.score,
            "ratio": ratio,
        }
        found.update(mark=row.mark, quality=quality)
        if row.entry is not None:
            found["entry"] = row.entry.model_dump(mode="json")
        rows.append(found)
    answer = {
        "audience": view.audience.value,
        "competition": view.competition,
        "published_at": view.published_at,
        "metric": view.metric,
        "baseline": view.baseline,
        "facts": [fact.model_dump() for fact in view.facts],
        "rows": rows,
    }
    return (json.dumps(answer, ensure_ascii=False, indent=2) + "\n").encode()


def as_md(view: View) -> bytes:
    """A Markdown page with the table; nothing in a name is taken for Markdown or HTML.

    A student's begins with how their mark came about.
    """
    table = class_table(view)
    lines = [f"# {_md(view.competition)}", "", _md(under_title(view)), ""]
    for part in (own_lines(view), tuple(f"{fact.name}: {fact.value}" for fact in view.facts)):
        lines += [*(f"- {_md(line)}" for line in part), *([""] if part else [])]
    lines += [_md_row(table.headers), "|" + " --- |" * len(table.headers)]
    lines += [_md_row(row) for row in table.rows]
    return ("\n".join(lines) + "\n").encode()


def as_html(view: View) -> bytes:
    """One table for a page: escaped, without a script, needing nothing else."""
    table = table_of(view)
    caption = f"{_html(view.competition)}<br>{_html(under_title(view))}"
    lines = [f'<table style="{_STYLE}">', f"<caption>{caption}</caption>"]
    heads = "".join(f'<th scope="col">{_html(name)}</th>' for name in table.headers)
    lines += [f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
    for row in table.rows:
        cells = "".join(
            f'<td style="{_CELL_STYLE}"><bdi>{_html(shown(cell))}</bdi></td>' for cell in row
        )
        lines.append(f"<tr>{cells}</tr>")
    return ("\n".join([*lines, "</tbody>", "</table>"]) + "\n").encode()


PAGES: dict[str, Callable[[View], bytes]] = {
    "csv": as_csv,
    "json": as_json,
    "md": as_md,
    "html": as_page,
    "html-table": as_html,
    "xlsx": lambda view: as_xlsx(table_of(view)),
    "kaggle-style": as_kaggle,
}
"""The formats that need nothing but a view."""


def _csv(rows: list[tuple[Cell, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return (BOM + out.getvalue()).encode()


def _safe(cell: Cell) -> str:
    """A number as it is, text as a spreadsheet may read it."""
    return harmless(cell) if isinstance(cell, str) else shown(cell)


def _html(text: str) -> str:
    return html.escape(clean(text))


def _md(text: str) -> str:
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|~" else c for c in apart(text))
    return html.escape(escaped, quote=False).replace("://", ":&#47;&#47;").replace("@", "&#64;")


def _md_row(cells: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(_md(shown(cell)) for cell in cells) + " |"
