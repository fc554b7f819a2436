"""How far a class is, as lines for a terminal and as JSON."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.grading.needs import Need, again, needs_of
from grader.outcomes import Decision
from grader.runs import Run
from grader.showing.documents import as_text, needs_json, run_json
from grader.showing.run import needs_lines, summary_lines, without_sandbox
from grader.work_folder import BOARD
from validators.display import clean


@dataclass(frozen=True)
class Found:
    """The newest run, the one in force, and how many stage results of the newest are there.

    `published` is the run whose board lies in the work folder, `decisions` are the journal.
    """

    newest: Run
    in_force: Optional[Run]
    done: int
    published: Optional[int]
    decisions: tuple[Decision, ...] = ()

    def needs(self, work: str) -> tuple[Need, ...]:
        """What waits, a board that a killed command could not write any more included."""
        found = needs_of(self.newest, self.in_force, work, self.decisions)
        if self.in_force is None or self.published == self.in_force.number:
            return found
        says = f"{BOARD} is not that of run {self.in_force.number}, which is in force"
        return (Need("unfinished", "", says, again(self.newest, work)), *found)


def status_lines(found: Found, work: Path, shown: Optional[int]) -> Iterator[str]:
    """What is done, what is withheld, what waits for the TA, and the next command to type."""
    newest, in_force = found.newest, found.in_force
    place = clean(os.fspath(work))
    needs = found.needs(place)
    yield f"{clean(newest.plan.submissions)}: run {newest.number}, {newest.at}"
    if newest.state is None:
        yield f"{found.done:,} of {len(newest.plan.planned):,} stage results are there"
        yield from needs_lines(needs, shown)
    else:
        yield from summary_lines(newest.state, needs, shown)
    if in_force is None:
        yield "no run is in force yet"
        return
    publication = in_force.publications[-1]
    yield clean(
        f"run {in_force.number} is in force since {publication.at} "
        f"({publication.who}: {publication.why}): {place}/{BOARD}"
    )
    if not needs:
        yield from _next_lines(f"{place}/{BOARD}")


def _next_lines(board: str) -> Iterator[str]:
    """What is done with a board that nothing holds up: it is shown, and the marks are handed on."""
    typed = shlex.quote(board)
    yield f"  → leaderboard show {typed}"
    yield (
        f"  → leaderboard export {typed} --format moodle-gradebook --audience ta --output marks.csv"
    )


def status_json(found: Found, work: Path) -> str:
    """The same as JSON."""
    newest, in_force = found.newest, found.in_force
    return as_text(
        {
            "newest": run_json(newest),
            "in_force": None if in_force is None else run_json(in_force),
            "results_done": found.done,
            "results_planned": len(newest.plan.planned),
            "without_sandbox": () if newest.state is None else without_sandbox(newest.state),
            "needs": needs_json(found.needs(os.fspath(work))),
        }
    )
