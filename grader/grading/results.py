"""The book of stage results: those of earlier runs, and those that come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, Union

from grader.grading import keys
from grader.grading.cases import Results
from grader.looking import Want
from grader.outcomes import Checked, Scored
from grader.records import Entrant
from grader.runs import Plan
from grader.settings import MachineLimits
from grader.store import Kept, Store
from grader.workers import Answer, Task

# What a machine was too small or too slow for is not tried again until its limits change.
LASTING = frozenset({"fault.time", "fault.memory"})
Result = Union[Checked, Scored]
Kind = TypeVar("Kind", Checked, Scored)


class Book:
    """What is known of each submission by the plan of a run, and what has still to be done.

    A fault is not kept, so that the next run tries again; only what was given up at the limits
    of the machine stays, until these change or the entrant is asked for by name.
    """

    def __init__(self, store: Store, plan: Plan, limits: MachineLimits, again: bool) -> None:
        self.store = store
        self.limits = limits
        self.planned = {(each.subject, each.stage): each for each in plan.planned}
        self.scoring = bool(plan.basis.answers)
        self._again = again
        self.checked: dict[str, Checked] = self._read(keys.CHECK, Checked)
        self.scored: dict[str, Scored] = self._read(keys.SCORE, Scored)

    def tasks(self, entrants: Sequence[Entrant]) -> list[Task]:
        """What has to be looked at, in the order of the entrants."""
        found = []
        for entrant in entrants:
            if entrant.submission is None:
                continue
            source = entrant.submission.source
            wants: list[Want] = []
            if source not in self.checked:
                wants.append("check")
            if self.scoring and source not in self.scored:
                wants.append("score")
            if wants:
                found.append(Task(source, entrant.submission, tuple(wants)))
        return found

    def write(self, answer: Answer) -> None:
        """Take the answer in, and keep what a later run need not do again."""
        rows = []
        checked, scored = answer.look.checked, answer.look.scored
        if checked is not None:
            self.checked[answer.key] = checked
            rows += self._kept(answer.key, keys.CHECK, checked, b"")
        if scored is not None:
            self.scored[answer.key] = scored
            rows += self._kept(answer.key, keys.SCORE, scored, answer.look.rows)
        self.store.keep(rows)

    def results(self) -> Results:
        """All results as they stand."""
        return Results(dict(self.checked), dict(self.scored), self.scoring)

    def _kept(self, source: str, stage: str, result: Result, blob: bytes) -> list[Kept]:
        planned = self.planned[source, stage]
        if not result.faults:
            return [Kept(stage, planned.key, source, result, blob)]
        if all(fault.code in LASTING for fault in result.faults):
            key = keys.given_up_key(planned, self.limits)
            return [Kept(stage, key, source, result, blob)]
        return []

    def _read(self, stage: str, type_: type[Kind]) -> dict[str, Kind]:
        """The results of earlier runs, by submission."""
        own = [each for each in self.planned.values() if each.stage == stage]
        real: dict[str, str] = {each.key: each.subject for each in own}
        given_up: dict[str, str] = {}
        if not self._again:
            given_up = {keys.given_up_key(each, self.limits): each.subject for each in own}
        found = self.store.results(stage, (*real, *given_up), type_)
        # A real result stands above what was given up at these limits.
        book = {given_up[key]: found[key] for key in sorted(found) if key in given_up}
        return {**book, **{real[key]: found[key] for key in sorted(found) if key in real}}
