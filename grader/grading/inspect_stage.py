"""Inspecting a class: every submission is read once, then all are compared with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Optional

from grader.class_list import own_secret
from grader.grading import keys
from grader.grading.inspecting import Inspecting
from grader.grading.results import LASTING
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
from grader.integrity.weights.seeded import with_seeds
from grader.records import Entrant, Submission
from grader.runs import Plan, Planned
from grader.store import Kept
from grader.workers import Answer, Setup
from validators.display import clean
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
        read_now = self._read(wanted, planned, setup)
        found = {source: self._book.of(each) for source, each in planned.items()}
        traits = {source: each for source, each in found.items() if each is not None}
        read = [self._book.of(each) for each in (*planned.values(), *self._earlier)]
        complete = all(each is not None and _stays(each) for each in read)
        kept = None if read_now else self._kept(plan)
        inspection = kept or self._compared(plan, planned, traits, complete)
        return InspectedClass(traits, inspection, tuple(self._faults))

    def _lacks(self, wanted: Sequence[Submission], planned: Mapping[str, Planned]) -> bool:
        return any(self._book.of(planned[each.source]) is None for each in wanted)

    def _look_up(self, planned: Mapping[str, Planned]) -> None:
        self._book.look_up([*planned.values(), *self._earlier])

    @property
    def _earlier(self) -> Iterator[Planned]:
        """The readings of earlier years' works."""
        return (each for year in self.inspecting.years for each in year.planned.values())

    def _read(
        self, wanted: Sequence[Submission], planned: Mapping[str, Planned], setup: Setup
    ) -> int:
        """Read what has no traits yet, and say how many submissions that were."""
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
        count = 0
        for reading in readings:
            by_source = {each.source: each for each in reading.submissions}

            def watch(
                done: int, total: int, answer: Answer, named: Mapping[str, Submission] = by_source
            ) -> None:
                self._watch(done, total, named[answer.key], answer)

            count += self._book.read(reading, setup, watch)
        return count

    def _kept(self, plan: Plan) -> Optional[Inspection]:
        """What was kept of the same class; asked only when nothing was read anew."""
        return self._book.store.result(keys.INSPECT, _key(plan), Inspection)

    def _compared(
        self, plan: Plan, planned: Mapping[str, Planned], traits: Mapping[str, Traits],
        complete: bool,
    ) -> Inspection:  # fmt: skip
        """What comparing the class shows now."""
        given = self.inspecting
        parts = {part: self._guarded(part, planned, traits) for part in given.parts}
        if WEIGHTS in parts:
            stated = {source: each.seeds for source, each in traits.items()}
            parts[WEIGHTS] = with_seeds(parts[WEIGHTS], stated)
        weights = parts.get(WEIGHTS, Inspection())
        expected = coincidences_of(weights, traits, given.handed_out, given.rules)
        whole = without_coincidences(merged(parts.values()), expected)
        inspection = sealed(whole, own_secret(given.work))
        if complete and not self._faults:
            self._book.store.keep([Kept(keys.INSPECT, _key(plan), "", inspection)])
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
            found = compare_code(self._code_works(planned, traits), base, rules.code)
            return replace(found, notes=(*found.notes, *self._unread_years()))
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

    def _unread_years(self) -> Iterator[str]:
        """The works of earlier years of which nothing could be read."""
        for year in self.inspecting.years:
            for submission in year.collection.submissions:
                found = self._book.of(year.planned[submission.source])
                if found is None or found.faults or not found.files:
                    name = clean(year.name_of(submission))
                    yield f"{name}: nothing of it could be read, so it was not compared."

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


def _stays(traits: Traits) -> bool:
    """Whether the same will be known of the work until the machine's limits change."""
    return all(each.code in LASTING for each in traits.faults)


def _key(plan: Plan) -> str:
    return next((each.key for each in plan.planned if each.stage == keys.INSPECT), "")
