"""The traits of submissions: those that are kept, and those that have still to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Optional

from grader.grading import keys
from grader.grading.results import LASTING
from grader.integrity.blobs import part_of
from grader.integrity.orders import Orders, orders_text
from grader.integrity.records import Traits
from grader.records import Submission
from grader.runs import Planned
from grader.settings import MachineLimits
from grader.store import Kept, Store
from grader.workers import Answer, Setup, Task, looked_at

ENTRY, READY = "grader.integrity.reading:look_for_traits", "grader.integrity.reading:make_ready"


@dataclass(frozen=True)
class Reading:
    """Submissions that lie below one folder, to be read by the same orders."""

    root: Path
    orders: Orders
    planned: Mapping[str, Planned]
    """By the submission's source."""
    submissions: tuple[Submission, ...]
    answers: Optional[Path] = None


class TraitsBook:
    """Traits by the key of their reading; a fault is not kept, so the next run tries again."""

    def __init__(self, store: Store, limits: MachineLimits, again: bool = False) -> None:
        self.store, self._limits, self._again = store, limits, again
        self._traits: dict[str, Traits] = {}
        self._arrays: dict[str, bytes] = {}
        self._kept: dict[str, str] = {}

    def look_up(self, planned: Sequence[Planned]) -> None:
        """Take in what earlier runs have kept of these."""
        wanted = {each.key: each.key for each in planned}
        given_up: dict[str, str] = {}
        if not self._again:
            given_up = {keys.given_up_key(each, self._limits): each.key for each in planned}
        found = self.store.results(keys.TRAITS, (*given_up, *wanted), Traits)
        # A real result stands above what was given up at these limits.
        for key, own in ({**given_up, **wanted}).items():
            if key in found:
                self._traits[own], self._kept[own] = found[key], key

    def read(
        self, reading: Reading, setup: Setup, watch: Callable[[int, int, Answer], None]
    ) -> int:
        """Read those that have no traits yet, and say how many."""
        tasks = [
            Task(each.source, each, ("traits",))
            for each in reading.submissions
            if reading.planned[each.source].key not in self._traits
        ]
        given = replace(
            setup, root=reading.root, answers=reading.answers, entry=ENTRY, ready=READY,
            orders=orders_text(reading.orders),
        )  # fmt: skip
        for done, answer in enumerate(looked_at(tasks, given), 1):
            self._write(answer, reading.planned[answer.key])
            watch(done, len(tasks), answer)
        return len(tasks)

    def of(self, planned: Planned) -> Optional[Traits]:
        """The traits that were read or kept; None where there are none."""
        return self._traits.get(planned.key)

    def arrays(self, planned: Planned, part: str) -> bytes:
        """One part of the arrays, read when it is asked for: those of a class are large."""
        if planned.key in self._arrays:
            return part_of(self._arrays[planned.key], part)
        kept = self._kept.get(planned.key)
        return b"" if kept is None else part_of(self.store.blob(keys.TRAITS, kept), part)

    def _write(self, answer: Answer, planned: Planned) -> None:
        traits, arrays = answer.look.traits, answer.look.arrays
        assert traits is not None
        self._traits[planned.key] = traits
        if traits.faults and not all(each.code in LASTING for each in traits.faults):
            self._arrays[planned.key] = arrays
            return
        lasting = bool(traits.faults)
        key = keys.given_up_key(planned, self._limits) if lasting else planned.key
        self.store.keep([Kept(keys.TRAITS, key, planned.subject, traits, arrays)])
        self._kept[planned.key] = key


def planned_by_source(planned: Sequence[Planned]) -> dict[str, Planned]:
    """The readings of a plan by the submission that each is of."""
    return {each.subject: each for each in planned if each.stage == keys.TRAITS}
