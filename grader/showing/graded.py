"""What `grade` answers: the class, what moved, and what needs the TA."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from grader.grading.moves import moves_between
from grader.grading.needs import needs_of
from grader.grading.request import Graded
from grader.showing.moves import moves_lines
from grader.showing.run import class_table, summary_lines
from grader.showing.veiling import veiled, veiled_decisions
from grader.work_folder import BOARD
from validators.display import clean


def graded_lines(
    graded: Graded, work: Path, anonymous: bool, width: Optional[int]
) -> Iterator[str]:
    """The table of the class, the moves since the run that was in force, and what to do next.

    `width` is the window's, or None for a file or a pipe.
    """
    run, in_force, decisions = graded.run, graded.in_force, graded.decisions
    if anonymous:
        decisions = veiled_decisions(decisions, run)
        run, in_force = veiled(run), veiled(in_force)
    assert run.state is not None
    yield class_table(run.state, width)
    yield ""
    pending = run.number != in_force.number
    if pending:
        yield f"Regrade: run {run.number} is not in force. It would change run {in_force.number}:"
        yield ""
        yield from moves_lines(moves_between(in_force.state, run.state), width)
        yield ""
    elif graded.before is not None and graded.before.number != run.number:
        before = veiled(graded.before) if anonymous else graded.before
        yield f"Since run {before.number}:"
        yield ""
        yield from moves_lines(moves_between(before.state, run.state), width)
        yield ""
    place = clean(os.fspath(work))
    yield from summary_lines(run.state, needs_of(run, in_force, place, decisions))
    same = graded.before is not None and graded.before.number == run.number
    told = "nothing changed; " if same else ""
    yield f"{told}run {in_force.number} is in force: {place}/{BOARD}"
    typed, board = shlex.quote(place), shlex.quote(f"{place}/{BOARD}")
    yield f"next: grade status --work {typed} · leaderboard show {board} --audience ta"
