"""What is kept of a run's inspection, for whoever looks at its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

from grader.grading import keys
from grader.grading.traits_book import TraitsBook, planned_by_source
from grader.integrity.code.arrays import code_lines
from grader.integrity.reading import CODE
from grader.integrity.records import Inspection, Traits
from grader.runs import Run
from grader.settings import MachineLimits
from grader.store import Store

Lines = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Inspected:
    """An inspection with what it was made of; `lines` and `seen` are asked by a submission's name.

    `lines` gives the code as it was compared, by file: nothing where it isn't kept any more, or
    lies in an earlier year's work.
    """

    inspection: Inspection
    lines: Callable[[str], Lines]
    seen: Callable[[str], Traits]


def inspected_of(store: Store, run: Run) -> Optional[Inspected]:
    """The inspection of a run; None where none was made, or not all could be compared."""
    key = next((each.key for each in run.plan.planned if each.stage == keys.INSPECT), "")
    inspection = store.result(keys.INSPECT, key, Inspection)
    if inspection is None:
        return None
    planned = planned_by_source(run.plan.planned)
    book = TraitsBook(store, MachineLimits())
    book.look_up(list(planned.values()))

    def seen(name: str) -> Traits:
        found = book.of(planned[name]) if name in planned else None
        return found or Traits()

    def lines(name: str) -> Lines:
        arrays = book.arrays(planned[name], CODE) if name in planned else b""
        return code_lines(arrays) if arrays else {}

    return Inspected(inspection, lines, seen)
