"""What running one submission again has shown, in full, for whoever decides on it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tabulate import tabulate

from grader.rerun.guarantee import guarantee
from grader.rerun.records import Asked, Ran, Rerun
from validators.display import clean, size

_INDENT = "  "


def rerun_lines(reran: Rerun) -> Iterator[str]:
    """What was run and why that, how it ended, how it compares, and what it asked for."""
    yield ""
    yield "re-run"
    for fact in reran.facts:
        yield clean(f"{_INDENT}{fact}")
    if reran.entry is not None:
        yield clean(f"{_INDENT}ran      {shlex.join(reran.entry.command)}")
        yield clean(f"{_INDENT}found by {reran.entry.found_by}")
    if reran.settings is not None:
        yield clean(f"{_INDENT}settings {reran.settings}")
    yield from _agreement(reran)
    for number, ran in enumerate(reran.ran, 1):
        yield from _run(number, ran)


def _agreement(reran: Rerun) -> Iterator[str]:
    found = reran.agreement
    if found is None:
        return
    yield (
        f"{_INDENT}{found.rows:,} rows: {found.exact:,} exactly, {found.close:,} closely, "
        f"{found.different:,} different, {found.missing:,} missing"
    )
    differing = found.rows - found.agree
    yield f"{_INDENT}{guarantee(found.rows, found.of_rows, differing)}."


def _run(number: int, ran: Ran) -> Iterator[str]:
    yield ""
    took = f"{ran.wall_seconds:.1f} s, {ran.cpu_seconds:.1f} s of CPU"
    yield clean(f"run {number}: {ran.ended} ({took}, {size(ran.peak_memory_bytes)} of memory)")
    yield clean(f"{_INDENT}isolation: {', '.join(ran.layers)}")
    if ran.asked:
        yield f"{_INDENT}what the program says that it asked for (it can be forged):"
        rows = [_asked(each) for each in ran.asked]
        for line in tabulate(rows, tablefmt="plain", disable_numparse=True).splitlines():
            yield f"{_INDENT * 2}{line.rstrip()}"
    if ran.streams:
        yield f"{_INDENT}the end of what it printed:"
        for line in ran.streams.splitlines():
            yield f"{_INDENT * 2}{clean(line)}"


def _asked(asked: Asked) -> tuple[str, ...]:
    times = f"{asked.count:,} times" if asked.count > 1 else ""
    return (asked.what, clean(asked.name), clean(asked.answer), clean(asked.where), times)
