"""What inspecting a class rests on: the parts, what is compared with, and the keys of it all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Optional

from grader.answer_files import read_key
from grader.class_list import ClassList
from grader.collect import Collection, collect, open_export
from grader.collect.submissions import Memory
from grader.grading import keys
from grader.grading.request import Request
from grader.grading.reruns import files_digest
from grader.integrity.behaviour.compare import Teams
from grader.integrity.behaviour.gathering import teams_of
from grader.integrity.orders import Orders
from grader.integrity.reading import CODE, PREDICTIONS
from grader.records import Submission
from grader.rerun.assets import read_assets
from grader.runs import Planned
from grader.settings import GradingSettings
from validators.digests import digest_file
from validators.predictions.ids import IdSet
from validators.rules import Rules
from validators.starting import TemplateError, template_folder

EARLIER = "earlier"
"""Where earlier years' exports are unpacked, in the work folder; their names begin with it."""


@dataclass(frozen=True)
class Year:
    """Submissions of an earlier year, and what they are called in this one."""

    place: int
    collection: Collection
    planned: dict[str, Planned]

    def name_of(self, submission: Submission) -> str:
        """What the work is called beside those of the class."""
        return f"{EARLIER} {self.place}: {submission.source}"


@dataclass(frozen=True)
class Inspecting:
    """Everything that inspecting a class rests on, beside what was handed in."""

    rules: Rules
    settings: GradingSettings
    home: Path
    work: Path
    teams: Teams
    years: tuple[Year, ...] = ()
    answers: Optional[Path] = None
    answers_digest: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are inspected, in the order of the records."""
        return tuple(self.rules.inspect.parts)

    @cached_property
    def orders(self) -> Orders:
        """What the reading of every submission is told."""
        assets, released = self.settings.assets, self.settings.inspect.released_predictions
        forensic = PREDICTIONS in self.parts
        return Orders(
            self.parts,
            self._absolute(assets) if forensic else None,
            self._absolute(released) if forensic else None,
        )

    @cached_property
    def _basis(self) -> list[object]:
        """What every reading depends on beside the submission and the rules."""
        told: list[object] = [self.answers_digest, list(self.parts)]
        if self.orders.released_predictions is not None:
            told.append(files_digest(Path(self.orders.released_predictions)))
        if self.orders.assets is not None:
            split = read_assets(Path(self.orders.assets)).split(
                self.rules.rerun.dataset, self.rules.rerun.split
            )
            told.append(files_digest(split.file))
        return told

    def planned(self, submissions: Iterable[Submission]) -> list[Planned]:
        """The readings of these submissions, and the comparison of all."""
        readings = [keys.plan_traits(each, self.rules, self._basis) for each in submissions]
        return [*readings, self._comparison(readings)]

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The rows of the competition that are compared: those that its answer key scores."""
        if self.answers is None:
            return tuple(range(IdSet.of(self.rules.predictions).count))
        return read_key(self.answers, self.rules).rows

    @cached_property
    def base_code(self) -> tuple[tuple[str, Path], ...]:
        """What everybody was given, by name: what the TA names, and the student template."""
        found = [(path, self.home / path) for path in self.settings.inspect.base_code]
        try:
            found.append(("student template", template_folder()))
        except TemplateError:  # an installation without it: then nobody was given it by us
            return tuple(found)
        return tuple(found)

    @cached_property
    def released_model(self) -> Optional[Path]:
        """The folder of the model that the students started from."""
        name = self.settings.released_model
        return None if name is None else self.home / name

    @cached_property
    def known_models(self) -> tuple[tuple[str, Path], ...]:
        """Other models that a submission may come from, by name."""
        known = self.settings.inspect.known_models
        return tuple((name, self.home / known[name]) for name in sorted(known))

    @cached_property
    def handed_out(self) -> frozenset[str]:
        """The SHA-256 of every file that the students were given."""
        released = () if self.released_model is None else (self.released_model,)
        places = (*(path for _, path in self.base_code), *released)
        below = (each for path in places for each in (path, *path.rglob("*")) if each.is_file())
        return frozenset(digest_file(each, each.name).sha256 for each in below)

    @property
    def earlier_orders(self) -> Orders:
        """Of earlier years only the code is compared."""
        return Orders((CODE,))

    def _comparison(self, readings: Sequence[Planned]) -> Planned:
        # With their places, by which they are called.
        earlier = [(year.place, each.key) for year in self.years for each in year.planned.values()]
        basis = [
            sorted((each.subject, each.key) for each in readings),
            sorted(earlier),
            [(name, _digest(path)) for name, path in self.base_code],
            None if self.released_model is None else files_digest(self.released_model),
            [(name, files_digest(path)) for name, path in self.known_models],
            keys.digest_of(repr(self.teams)),
        ]
        return keys.plan_inspection(self.rules, basis)

    def _absolute(self, path: Optional[str]) -> Optional[str]:
        # Links stay as they are.
        return None if path is None else os.path.abspath(self.home / path)  # noqa: PTH100


def inspecting_of(request: Request, found: ClassList, memory: Memory) -> Optional[Inspecting]:
    """How the class is inspected; None where the rules leave that out.

    Raises ExportError for an earlier year that is no export, and what reading Kaggle's files does.
    """
    parts = request.rules.inspect.parts
    if not parts:
        return None
    return Inspecting(
        request.rules, request.settings, request.home, request.sources.work,
        _teams(found, request) if "behaviour" in parts else Teams(),
        tuple(_years(request, memory)) if CODE in parts else (),
        request.answers, request.answers_digest,
    )  # fmt: skip


def _teams(found: ClassList, request: Request) -> Teams:
    kaggle = request.settings.kaggle
    return teams_of(
        found.matching, request.path(kaggle.public_leaderboard),
        request.path(kaggle.private_leaderboard), request.path(kaggle.snapshots),
    )  # fmt: skip


def _years(request: Request, memory: Memory) -> Iterator[Year]:
    for place, name in enumerate(request.settings.inspect.earlier, 1):
        export = open_export(request.home / name, request.sources.work / EARLIER, request.rules)
        collection = collect(export, request.rules, memory=memory)
        planned = {
            each.source: keys.plan_traits(each, request.rules, [CODE])
            for each in collection.submissions
        }
        yield Year(place, collection, planned)


def _digest(path: Path) -> str:
    """Of the code alone: what running a template leaves behind changes nothing."""
    if path.is_file():
        return files_digest(path)
    code = [each for each in path.rglob("*") if each.suffix in (".py", ".ipynb")]
    told = [(each.relative_to(path).as_posix(), files_digest(each)) for each in code]
    return keys.digest_of(sorted(told))
