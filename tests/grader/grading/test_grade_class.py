"""Grading a small class with made-up looks: who is looked at, when, and at which limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from grader.class_list import Sources
from grader.grading import pipeline
from grader.grading.entrants import NoSuchEntrantError
from grader.grading.pipeline import grade_class
from grader.grading.request import Graded, Request, Word
from grader.looking import Look
from grader.outcomes import Checked
from grader.records import Entrant
from grader.settings import GradingSettings, MachineLimits
from grader.store import Store, open_store
from grader.work_folder import SCRATCH
from grader.workers import Answer, Setup, Task
from tests.grader.exports import CLASS, ROSTER, as_folder, moodle_folder, paths_of, roster
from tests.grader.judging.classes import HW4
from validators.report import Fault
from validators.rules.inspecting import InspectRules

IDS = ("9900940", "0240309", "9900942", "9900943")
RULES = HW4.model_copy(update={"inspect": InspectRules(parts=())})
LIMITS = MachineLimits(seconds_per_submission=77, memory_mb=888)


@dataclass
class Desk:
    """A class on disk, and what was asked of the workers; `breaks` are faults by student id."""

    request: Request
    store: Store
    setups: list[Setup] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    breaks: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[int, int, str]] = field(default_factory=list)

    def looked_at(self, tasks: Sequence[Task], setup: Setup) -> Iterator[Answer]:
        self.setups.append(setup)
        for task in tasks:
            student = next(each for each in IDS if each in task.key)
            self.asked.append(student)
            code = self.breaks.get(student)
            faults = () if code is None else (Fault(code, task.key, "told."),)
            yield Answer(task.key, Look(Checked(faults=faults)), 1.0)

    def grade(self, only: tuple[str, ...] = (), **changes: Any) -> Graded:
        self.asked.clear()
        return grade_class(replace(self.request, only=only, **changes), self.store, self)

    def unpacking(self, bytes_done: int, bytes_all: int) -> None:
        """Nothing is zipped."""

    def reading(self, submissions_done: int, submissions_all: int) -> None:
        """Not of interest."""

    def looked(self, done: int, total: int, entrant: Entrant, answer: Answer) -> None:
        assert entrant.submission is not None
        assert entrant.submission.source == answer.key
        self.seen.append((done, total, entrant.student.id))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    export = as_folder(tmp_path / "in", paths_of(CLASS, moodle_folder))
    work = tmp_path / "work"
    sources = Sources(export, work, roster(tmp_path / "roster.csv", ROSTER))
    settings = GradingSettings(limits=LIMITS)
    word = Word("Ada", "2024-06-01T10:00:00+08:00", "grade in")
    with open_store(work) as store:
        made = Desk(Request(sources, RULES, settings, tmp_path, word, parallel=3), store)
        monkeypatch.setattr(pipeline, "looked_at", made.looked_at)
        yield made


def test_everybody_who_handed_in_is_looked_at_once(desk: Desk) -> None:
    done = desk.grade()
    assert (sorted(desk.asked), done.looked_at) == (sorted(IDS), 4)
    assert [each[:2] for each in desk.seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [each[2] for each in desk.seen] == desk.asked
    again = desk.grade()
    assert (desk.asked, again.looked_at, again.run.number) == ([], 0, done.run.number)


def test_the_workers_get_the_limits_of_the_machine(desk: Desk) -> None:
    desk.grade()
    (setup,) = desk.setups
    assert (setup.wall_seconds, setup.memory_mb, setup.parallel) == (77, 888, 3)
    assert (setup.root, setup.answers) == (desk.request.sources.export, None)
    assert setup.scratch == desk.request.sources.work / SCRATCH


def test_what_a_killed_run_left_unpacked_is_removed(desk: Desk) -> None:
    desk.grade()
    left = desk.request.sources.work / SCRATCH / f"look-{10**30}-x"
    left.mkdir(parents=True)
    desk.grade()
    assert not left.exists()


@pytest.mark.parametrize(
    ("code", "next_run"), [("fault.crash", True), ("fault.time", False), ("fault.memory", False)]
)
def test_a_fault_is_tried_again_by_name_or_with_other_limits(
    code: str, next_run: bool, desk: Desk
) -> None:
    hit = "9900942"
    desk.breaks[hit] = code
    desk.grade()
    desk.grade()
    assert desk.asked == ([hit] if next_run else [])
    desk.grade(only=(hit,))
    assert desk.asked == [hit]
    desk.grade(settings=GradingSettings(limits=LIMITS.model_copy(update={"memory_mb": 999})))
    assert desk.asked == [hit]
    desk.breaks.clear()
    (healed,) = [
        each for each in desk.grade(only=(hit,)).state.judged
        if each.case.entrant.student.id == hit
    ]  # fmt: skip
    assert (desk.asked, healed.case.faults) == ([hit], ())
    desk.grade()
    assert desk.asked == []


def test_only_looks_at_those_who_are_named_and_the_others_wait(desk: Desk) -> None:
    done = desk.grade(only=(" 9900940", "0240309"))
    assert sorted(desk.asked) == ["0240309", "9900940"]
    waits = {each.case.entrant.student.id: each.case.unfinished for each in done.state.judged}
    assert [name for name, missing in waits.items() if "check" in missing] == ["9900942", "9900943"]
    assert done.in_force.publications[-1].why == "the first state of the class"
    then = desk.grade()
    assert sorted(desk.asked) == ["9900942", "9900943"]
    why = "what was handed in, matched or decided has changed"
    assert then.in_force.publications[-1].why == why


def test_only_somebody_of_the_class_can_be_named(desk: Desk) -> None:
    with pytest.raises(NoSuchEntrantError, match="9900941"):
        desk.grade(only=("9900940", "9900941"))
    assert (desk.asked, desk.store.runs()) == ([], ())
    desk.grade(only=("9900944",))  # who handed in nothing
    assert desk.asked == []


def test_a_run_that_breaks_keeps_what_was_looked_at(desk: Desk) -> None:
    desk.breaks["9900942"] = "fault.crash"
    stop = desk.looked

    def stopping(done: int, total: int, entrant: Entrant, answer: Answer) -> None:
        stop(done, total, entrant, answer)
        if done == 2:
            raise KeyboardInterrupt

    desk.looked = stopping  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.grade()
    (begun,) = desk.store.runs()
    assert not begun.finished
    first, desk.looked = set(desk.asked), stop  # type: ignore[method-assign]
    desk.breaks.clear()
    done = desk.grade()
    assert {*desk.asked} == {*IDS} - (first - {"9900942"})
    assert done.run.number == begun.number
