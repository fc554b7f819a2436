"""Inspecting a class: every submission is read once, then all are compared with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Optional

from grader.class_list import own_secret
from grader.grading import keys
from grader.grading.inspecting import Inspecting
from grader.grading.traits_book import Reading, TraitsBook, planned_by_source
from grader.integrity.behaviour.compare import compare_behaviour
from grader.integrity.code.compare import compare_code
from grader.integrity.coinciding import coincidences_of, without_coincidences
from grader.integrity.merging import merged
from grader.integrity.predictions.compare import compare_predictions
from grader.integrity.reading import CODE, PREDICTIONS, WEIGHTS
from grader.integrity.records import (
    CodeTraits,
    InspectedClass,
    Inspection,
    PredictionTraits,
    Traits,
    WeightTraits,
    Work,
)
from grader.integrity.references import base_works, full_model_work, model_work
from grader.integrity.sealing import sealed
from grader.integrity.weights.compare import compare_weights
from grader.records import Entrant, Submission
from grader.runs import Plan, Planned
from grader.store import Kept, Store
from grader.workers import Answer, Setup
from validators.faults import fault_of
from validators.report import Fault

Watch = Callable[[int, int, Submission, Answer], None]
_MEND = (
    "Verdicts withheld, not the students' fault. Send this line to whoever keeps the toolkit; to "
    "go on without it, leave the part out of [inspect] parts."
)


class InspectStage:
    """The stage of one run."""

    def __init__(self, inspecting: Inspecting, book: TraitsBook, watch: Watch) -> None:
        self.inspecting = inspecting
        self._book, self._watch = book, watch
        self._faults: list[Fault] = []

    def done(
        self, entrants: Sequence[Entrant], plan: Plan, setup: Setup, begin: Callable[[], None]
    ) -> InspectedClass:
        """Read what has no traits yet of these entrants, and compare all that have."""
        planned = planned_by_source(plan.planned)
        wanted = [each.submission for each in entrants if each.submission is not None]
        self._look_up(planned)
        if self._lacks(wanted, planned):
            begin()
        self._read(wanted, planned, setup)
        found = {source: self._book.of(each) for source, each in planned.items()}
        traits = {source: each for source, each in found.items() if each is not None}
        complete = len(traits) == len(planned) and not any(each.faults for each in traits.values())
        inspection = self._compared(plan, planned, traits, self._book.store, complete)
        return InspectedClass(traits, inspection, tuple(self._faults))

    def _lacks(self, wanted: Sequence[Submission], planned: Mapping[str, Planned]) -> bool:
        return any(self._book.of(planned[each.source]) is None for each in wanted)

    def _look_up(self, planned: Mapping[str, Planned]) -> None:
        earlier = (each for year in self.inspecting.years for each in year.planned.values())
        self._book.look_up([*planned.values(), *earlier])

    def _read(
        self, wanted: Sequence[Submission], planned: Mapping[str, Planned], setup: Setup
    ) -> None:
        own = Reading(
            setup.root, self.inspecting.orders, planned, tuple(wanted), self.inspecting.answers
        )
        readings = [own]
        for year in self.inspecting.years:
            collection = year.collection
            readings.append(
                Reading(
                    collection.root, self.inspecting.earlier_orders, year.planned,
                    collection.submissions,
                )
            )  # fmt: skip
        for reading in readings:
            by_source = {each.source: each for each in reading.submissions}

            def watch(
                done: int, total: int, answer: Answer, named: Mapping[str, Submission] = by_source
            ) -> None:
                self._watch(done, total, named[answer.key], answer)

            self._book.read(reading, setup, watch)

    def _compared(
        self, plan: Plan, planned: Mapping[str, Planned], traits: Mapping[str, Traits],
        store: Store, complete: bool,
    ) -> Inspection:  # fmt: skip
        """What was kept of the same class, or what comparing it shows now."""
        key = next((each.key for each in plan.planned if each.stage == keys.INSPECT), "")
        kept = store.result(keys.INSPECT, key, Inspection)
        if kept is not None:
            return kept
        given = self.inspecting
        parts = {part: self._guarded(part, planned, traits) for part in given.parts}
        weights = parts.get(WEIGHTS, Inspection())
        expected = coincidences_of(weights, traits, given.handed_out, given.rules)
        whole = without_coincidences(merged(parts.values()), expected)
        inspection = sealed(whole, own_secret(given.work))
        if complete and not self._faults:
            store.keep([Kept(keys.INSPECT, key, "", inspection)])
        return inspection

    def _guarded(
        self, part: str, planned: Mapping[str, Planned], traits: Mapping[str, Traits]
    ) -> Inspection:
        """One part; if it breaks, that is a fault of ours about the whole class."""
        try:
            return self._part(part, planned, traits)
        except Exception as error:
            self._faults.append(replace(fault_of("inspect", error), place=part, remedy=_MEND))
            return Inspection()

    def _part(
        self, part: str, planned: Mapping[str, Planned], traits: Mapping[str, Traits]
    ) -> Inspection:
        rules = self.inspecting.rules.inspect
        if part == CODE:
            base = base_works(self.inspecting.base_code)
            return compare_code(self._code_works(planned, traits), base, rules.code)
        if part == WEIGHTS:
            weights = [
                Work(source, each.weights, self._book.arrays(planned[source], WEIGHTS))
                for source, each in sorted(traits.items())
            ]
            released, known = self._models()
            return compare_weights(weights, released, known, rules.weights)
        if part == PREDICTIONS:
            works = list(self._prediction_works(planned, traits))
            full = full_model_work(
                self.inspecting.orders, self.inspecting.rows, self.inspecting.rules
            )
            return compare_predictions(works, full, rules.predictions)
        if part == "behaviour":
            files = [(source, each.files) for source, each in sorted(traits.items())]
            given = self.inspecting
            return compare_behaviour(files, given.teams, given.rules, given.handed_out)
        return Inspection()  # what code loads is judged with what running it has shown

    def _code_works(
        self, planned: Mapping[str, Planned], traits: Mapping[str, Traits]
    ) -> list[Work[CodeTraits]]:
        works = [
            Work(source, each.code, self._book.arrays(planned[source], CODE))
            for source, each in sorted(traits.items())
        ]
        for year in self.inspecting.years:
            for submission in year.collection.submissions:
                reading = year.planned[submission.source]
                found = self._book.of(reading)
                if found is not None and not found.faults:
                    arrays = self._book.arrays(reading, CODE)
                    works.append(Work(year.name_of(submission), found.code, arrays, True))
        return works

    def _prediction_works(
        self, planned: Mapping[str, Planned], traits: Mapping[str, Traits]
    ) -> Iterator[Work[PredictionTraits]]:
        for source, each in sorted(traits.items()):
            if each.predictions is not None:
                arrays = self._book.arrays(planned[source], PREDICTIONS)
                yield Work(source, each.predictions, arrays)

    def _models(self) -> tuple[Optional[Work[WeightTraits]], list[Work[WeightTraits]]]:
        """The released model, and the others that a submission may come from."""
        model, folder = self.inspecting.rules.model, self.inspecting.released_model
        if model is None:
            return None, []
        released = None if folder is None else model_work("released model", folder, model)
        known = self.inspecting.known_models
        return released, [model_work(name, path, model) for name, path in known]
