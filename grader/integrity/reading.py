"""Reading a submission once for all that it is compared by: its traits."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from grader.integrity.blobs import packed_parts
from grader.integrity.orders import Orders, read_orders
from grader.integrity.records import FileSeen, Traits
from grader.integrity.seeds import seeds_of
from grader.integrity.settings_read import settings_digest
from grader.looking.one_look import Look, Want
from grader.looking.placing import placed
from grader.records import Submission
from grader.rerun.handed import best_predictions, rows_of
from validators.digests import digest_file
from validators.display import clean
from validators.faults import fault_of
from validators.package import Workspace
from validators.predictions.ids import IdSet
from validators.report import Fault
from validators.rules import Rules

if TYPE_CHECKING:
    from grader.answer_files import AnswerKey
    from grader.integrity.predictions.extract import Course

CODE, WEIGHTS, PREDICTIONS = "code", "weights", "predictions"
"""The parts that have arrays, by the name of these."""
_MEND = "Verdict withheld, not the student's fault."
_READERS = {
    CODE: "grader.integrity.code.extract",
    WEIGHTS: "grader.integrity.weights.extract",
    PREDICTIONS: "grader.integrity.predictions.extract",
    "data": "grader.integrity.data.observe",
}


@dataclass(frozen=True)
class Ready:
    """What all looks share: the parts that are wanted, and the course's texts, made ready."""

    parts: tuple[str, ...]
    course: Optional[Course] = None
    rows: tuple[int, ...] = ()
    """The rows of the competition that are compared, by their place among its IDs."""


def make_ready(rules: Rules, key: Optional[AnswerKey], orders: str) -> Ready:
    """What the looks of one class share. Raises AssetsError for what the TA must mend."""
    told = read_orders(orders)
    for part in set(_READERS) & set(told.parts):
        import_module(_READERS[part])  # here once, not in the process of each submission
    if PREDICTIONS not in told.parts:
        return Ready(told.parts)
    from grader.integrity.predictions.extract import course_of

    count = IdSet.of(rules.predictions).count
    rows = tuple(range(count)) if key is None else key.rows
    bills = _only(rows, _bills(told, rules))
    full = _only(rows, released_texts(told, rules))
    return Ready(told.parts, course_of(key, bills or (), full), rows)


def released_texts(orders: Orders, rules: Rules) -> Optional[tuple[str, ...]]:
    """What the released model predicts, by row; None where the TA didn't name it."""
    if orders.released_predictions is None:
        return None
    path = Path(orders.released_predictions)
    found = dict(rows_of(path, path.name, rules))
    return tuple(found.get(row, "") for row in range(IdSet.of(rules.predictions).count))


def look_for_traits(
    submission: Submission, root: Path, scratch: Path, rules: Rules, key: Any,
    wants: Collection[Want], ready: Ready,
) -> Look:  # fmt: skip
    """The traits of a submission, with their arrays; what breaks here stands in the faults."""
    place = placed(submission, root, scratch, rules)
    if place.opened.fault is not None:
        return Look(traits=Traits(faults=(place.opened.fault,)))
    assert place.opened.workspace is not None
    reading = _Reading(place.opened.workspace, rules, ready, clean(submission.source))
    return reading.done()


@dataclass
class _Reading:
    """One submission being read, part by part: what breaks in one says nothing of the others."""

    workspace: Workspace
    rules: Rules
    ready: Ready
    source: str
    traits: Traits = field(default_factory=Traits)
    arrays: dict[str, bytes] = field(default_factory=dict)

    def done(self) -> Look:
        """All parts that are wanted."""
        steps = {
            "behaviour": self._files, CODE: self._code, WEIGHTS: self._weights,
            PREDICTIONS: self._predictions, "data": self._data,
        }  # fmt: skip
        faults = []
        for part, step in steps.items():
            if part not in self.ready.parts and part != "behaviour":
                continue
            try:
                step()
            except Exception as error:  # ours: a part that broke says nothing of the student
                faults.append(self._fault(error))
        traits = replace(self.traits, faults=tuple(faults))
        return Look(traits=traits, arrays=packed_parts(self.arrays))

    def _fault(self, error: Exception) -> Fault:
        return replace(fault_of("inspect", error), place=self.source, remedy=_MEND)

    def _files(self) -> None:
        """Every file with its digest: whoever decides wants to know of what."""
        self.traits = replace(self.traits, files=tuple(self._seen()))

    def _seen(self) -> Iterator[FileSeen]:
        for entry in sorted(self.workspace.entries, key=lambda entry: entry.path):
            digest = digest_file(self.workspace.root / entry.path, entry.path)
            shown = clean(self.workspace.shown(entry.path))
            yield FileSeen(shown, digest.bytes, digest.sha256)

    @property
    def _paths(self) -> tuple[str, ...]:
        return tuple(entry.path for entry in self.workspace.entries)

    def _code(self) -> None:
        from grader.integrity.code.extract import code_traits

        found, self.arrays[CODE] = code_traits(self.workspace.root, self._paths)
        settings = settings_digest(self.workspace.root, self._paths)
        self.traits = replace(self.traits, code=found, settings=settings)
        self.traits = replace(self.traits, seeds=seeds_of(self.workspace.root, self._paths))

    def _weights(self) -> None:
        if self.rules.model is None:
            return
        from grader.integrity.weights.extract import weight_traits

        folder = self.rules.model.folder
        name = self.workspace.shown(folder)
        path = self.workspace.root / folder
        found, self.arrays[WEIGHTS] = weight_traits(path, name, self.rules.model)
        self.traits = replace(self.traits, weights=found)

    def _predictions(self) -> None:
        from grader.integrity.predictions.extract import prediction_traits

        name, texts = best_predictions(self.workspace, self.rules)
        if not texts or self.ready.course is None:
            return
        by_row = dict(texts)
        digests = {each.path: each.sha256 for each in self.traits.files}
        found, self.arrays[PREDICTIONS] = prediction_traits(
            [by_row.get(row, "") for row in self.ready.rows], clean(name),
            digests.get(clean(name), ""), self.ready.course,
        )  # fmt: skip
        self.traits = replace(self.traits, predictions=found)

    def _data(self) -> None:
        from grader.integrity.data.observe import observations

        found = observations(self.workspace.root, self._paths)
        self.traits = replace(self.traits, observations=found)


def _bills(orders: Orders, rules: Rules) -> Optional[tuple[str, ...]]:
    """The texts of the rows that are predicted; None where the course names no assets."""
    if orders.assets is None:
        return None
    from grader.rerun.assets import read_assets
    from grader.rerun.blinding import test_bills

    return tuple(bill.text for bill in test_bills(read_assets(Path(orders.assets)), rules))


def _only(rows: tuple[int, ...], texts: Optional[tuple[str, ...]]) -> Optional[tuple[str, ...]]:
    return None if texts is None else tuple(texts[row] for row in rows)
