"""The runs of a work folder, as lines for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from tabulate import tabulate

from grader.showing.documents import as_text
from grader.store import RunSummary
from validators.display import clean


def runs_lines(runs: Sequence[RunSummary]) -> Iterator[str]:
    """A table of the runs; the one that was published last is in force."""
    rows = [
        (str(each.number), each.at, clean(each.command), _state(each), *_publication(each))
        for each in runs
    ]
    headers = ("run", "at", "command", "state", "in force since", "by", "why")
    yield from tabulate(rows, headers, disable_numparse=True).splitlines()


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
