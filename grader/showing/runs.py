"""The runs of a work folder, as lines for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Optional

from grader.showing.documents import as_text
from grader.showing.folding import folded, table_lines
from grader.store import RunSummary
from leaderboard.terminal import fits
from validators.display import clean

_HEADERS = ("run", "at", "command", "state", "in force since", "by", "why")


def runs_lines(runs: Sequence[RunSummary], width: Optional[int] = None) -> Iterator[str]:
    """A table of the runs; the one that was published last is in force.

    In a window that is too narrow for the table each run has a few lines of its own. `width` is
    the window's, or None for a file or a pipe.
    """
    rows = [
        (str(each.number), each.at, clean(each.command), _state(each), *_publication(each))
        for each in runs
    ]
    lines = list(table_lines(_HEADERS, rows, None))
    if fits("\n".join(lines), width):
        yield from lines
    else:
        yield from folded((line for row in rows for line in _run_lines(*row)), width)


def _run_lines(
    number: str, at: str, command: str, state: str, since: str, by: str, why: str
) -> Iterator[str]:
    yield f"{number:<4}  {at}  {state}"
    yield f"      {command}"
    if since:
        yield f"      in force since {since} ({by}): {why}"


def runs_json(runs: Sequence[RunSummary]) -> str:
    """The runs with their publications."""
    return as_text({"runs": [asdict(each) for each in runs]})


def _state(run: RunSummary) -> str:
    if not run.finished:
        return "not finished"
    return "published" if run.publications else "preview"


def _publication(run: RunSummary) -> tuple[str, str, str]:
    if not run.publications:
        return "", "", ""
    last = run.publications[-1]
    return last.at, clean(last.who), clean(last.why)
