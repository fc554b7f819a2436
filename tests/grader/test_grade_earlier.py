"""Works of an earlier year: whoever of this class has one of them is asked, and nobody else."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader.demo.sample import README, competition_text, make_sample, pack
from grader.grading import traits_book
from grader.integrity.records import Traits
from grader.looking import Look
from grader.workers import Answer, Setup, Task, looked_at
from tests.integrity_sets.code.twins import twin
from tests.integrity_sets.code.works import Project, honest, tutorial, write
from tests.integrity_sets.whole.members import CODE
from tests.typed import Done, grade
from validators.catalogue import integrity_codes
from validators.report import Fault

pytestmark = pytest.mark.once

ACCUSING = {code.name for code in integrity_codes() if code.accuses}
ASKED, FIRST = "fay", 9_900_501
SAYS = "a work of an earlier year"
REPEATER, REPEATERS_ID = "ivan", "9900701"
"""Handed in both years, with code of their own each time."""

ORIGINAL, OTHER = "HW4_9900702_jun", f"HW4_{REPEATERS_ID}_{REPEATER}"
"""What was handed in a year ago: the original of this year's twin, and something else."""

_GRADING = '[inspect]\nbase_code = ["tutorial"]\n'
_HOW = ("rename", "reorder", "comments", "formatting")


@dataclass(frozen=True)
class Course:
    """A class of this year, and what is left of earlier ones."""

    home: Path
    ids: dict[str, str]

    def of_years(self, *years: str) -> Path:
        """The settings that name these years."""
        path = self.home / "grading.toml"
        path.write_text(f"{_GRADING}earlier = {json.dumps(years)}\n", "utf-8")
        return path

    def graded(self, work: Path, *years: str) -> Done:
        """The class beside these years."""
        done = grade(
            self.home / "submissions", "--competition", self.home / "competition.toml",
            "--grading", self.of_years(*years), "--work", work, "--jobs", "2", "--json",
        )  # fmt: skip
        assert done.status == 0, done.err
        return done

    def accused(self, done: Done) -> dict[str, list[Any]]:
        """What accuses, by the name of the student."""
        names = {number: name for name, number in self.ids.items()}
        found = {
            names[each["entrant"]]: [f for f in each["findings"] if f["code"] in ACCUSING]
            for each in done.json["entrants"]
        }
        return {name: findings for name, findings in found.items() if findings}


def code_of_this_year() -> dict[str, Project]:
    """Five who worked alone, and a twin of a work that isn't in the class."""
    alone = {name: honest()[name] for name in ("goro", "hana", "mei", "nils", REPEATER)}
    return {**alone, ASKED: twin(honest()["jun"], _HOW, 7)}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The class on disk, beside two earlier years: one a folder, and the same as a bulk zip."""
    home = tmp_path_factory.mktemp("earlier") / "course"
    (home / "submissions").mkdir(parents=True)
    rules = f'{competition_text()}\n[inspect]\nparts = ["code"]\n'
    (home / "competition.toml").write_text(rules, "utf-8")
    write(tutorial(), home / "tutorial")
    ids = {}
    for place, (name, code) in enumerate(sorted(code_of_this_year().items())):
        ids[name] = REPEATERS_ID if name == REPEATER else str(FIRST + place)
        sample = make_sample(home / "made" / name, place)
        (sample.folder / "main.py").unlink()
        write(code, sample.folder)
        pack(sample.folder, home / "submissions" / f"HW4_{ids[name]}_{name}.zip")
    last = home / "last year"
    write_year(last, {ORIGINAL: honest()["jun"], OTHER: honest()["pavel"]})
    bulk(last, home / "last year.zip")
    write_year(home / "others", {"HW4_9900703_olga": honest()["olga"]})
    return Course(home, ids)


def write_year(folder: Path, works: dict[str, Project]) -> None:
    """A year's export: code alone, as most of it is gone."""
    folder.mkdir()
    for name, code in works.items():
        own = folder.parent / "made" / name
        write(code, own)
        (own / "README.md").write_text(README, "utf-8")
        pack(own, folder / f"{name}.zip")


def bulk(folder: Path, archive: Path) -> Path:
    """All of a folder in one zip."""
    with zipfile.ZipFile(archive, "w") as out:
        for path in sorted(folder.iterdir()):
            out.write(path, path.name)
    return archive


@dataclass
class Reads:
    """Every submission that was read, in their order; what `breaks` names breaks."""

    sources: list[str] = field(default_factory=list)
    breaks: str = ""

    def __call__(self, tasks: Sequence[Task], setup: Setup) -> Iterator[Answer]:
        self.sources += [task.key for task in tasks]
        for answer in looked_at(tasks, setup):
            broke = Traits(faults=(Fault("fault.unpack", answer.key, "No room.", "Make some."),))
            is_broken = answer.key == self.breaks
            yield Answer(answer.key, Look(traits=broke), 0.0) if is_broken else answer


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """What is read for comparing while a test runs."""
    found = Reads()
    monkeypatch.setattr(traits_book, "looked_at", found)
    return found


@pytest.fixture(scope="module")
def without(course: Course) -> Path:
    """The work folder after grading without any earlier year; not to be written in."""
    work = course.home.parent / "without"
    assert course.accused(course.graded(work)) == {}
    return work


@pytest.fixture
def work(without: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(without, tmp_path / "work"))


@dataclass(frozen=True)
class Asked:
    """The class after it was graded beside one earlier year, and what was read for that."""

    year: str
    work: Path
    done: Done
    reads: tuple[str, ...]


@pytest.fixture(scope="module", params=["last year", "last year.zip"])
def asked(course: Course, without: Path, request: pytest.FixtureRequest) -> Asked:
    """What a folder of an earlier year shows, and a bulk zip of the same."""
    work = Path(shutil.copytree(without, course.home.parent / f"with {request.param}"))
    with pytest.MonkeyPatch.context() as patch:
        reads = Reads()
        patch.setattr(traits_book, "looked_at", reads)
        done = course.graded(work, request.param)
    return Asked(request.param, work, done, tuple(reads.sources))


def test_whoever_has_a_work_of_an_earlier_year_is_asked_and_nobody_else(
    course: Course, asked: Asked
) -> None:
    accused = course.accused(asked.done)
    assert set(accused) == {ASKED}
    (finding,) = accused[ASKED]
    assert finding["code"] == CODE
    assert SAYS in finding["message"]
    assert "another submission" not in finding["message"]


def test_of_a_year_that_is_named_later_nothing_else_is_read(asked: Asked) -> None:
    assert set(asked.reads) == {f"{ORIGINAL}.zip", f"{OTHER}.zip"}
    assert len(asked.reads) == 2


def test_a_second_grade_reads_nothing_again(course: Course, asked: Asked, reads: Reads) -> None:
    again = course.graded(asked.work, asked.year)
    assert reads.sources == []
    assert (again.json["looked_at"], again.json["run"]) == (0, asked.done.json["run"])
    assert course.accused(again) == course.accused(asked.done)


def test_the_student_learns_nothing_of_whose_it_is(course: Course, asked: Asked) -> None:
    told = str(course.accused(asked.done))
    shown = grade("evidence", "--for-student", course.ids[ASKED], "--work", asked.work)
    assert shown.status == 0, shown.err
    for text in (told, shown.out):
        assert "9900702" not in text
        assert "jun" not in text


def test_nobody_of_an_earlier_year_becomes_one_of_the_class(course: Course, asked: Asked) -> None:
    entrants = {each["entrant"] for each in asked.done.json["entrants"]}
    assert entrants == set(course.ids.values())
    found = grade("evidence", "--work", asked.work, "--json").json["found"]
    assert {each["entrant"] for each in found} == {course.ids[ASKED]}


def test_the_evidence_shows_the_ta_which_work_it_is(
    course: Course, asked: Asked, tmp_path: Path
) -> None:
    ((finding,),) = course.accused(asked.done).values()
    label = dict(finding["evidence"])["pair"]
    told = grade("evidence", label, "--work", asked.work)
    assert told.status == 0, told.err
    assert f"earlier 1: {ORIGINAL}.zip" in told.out
    assert course.ids[ASKED] in told.out
    of_one = grade("evidence", course.ids[ASKED], "--work", asked.work)
    assert f"{ORIGINAL}.zip" in of_one.out
    pages = tmp_path / "pages"
    assert grade("evidence", label, "--html", pages, "--work", asked.work).status == 0
    assert any(ORIGINAL in path.read_text("utf-8") for path in pages.rglob("*.html"))


def test_two_years_that_hold_the_same_work_are_not_compared_with_each_other(
    course: Course, work: Path
) -> None:
    accused = course.accused(course.graded(work, "last year", "last year.zip"))
    assert {name: len(findings) for name, findings in accused.items()} == {ASKED: 2}
    assert len(grade("evidence", "--work", work, "--json").json["pairs"]) == 2


def test_years_in_another_order_are_called_by_their_new_places(course: Course, work: Path) -> None:
    course.graded(work, "last year", "others")
    course.graded(work, "others", "last year")
    (pair,) = grade("evidence", "--work", work, "--json").json["pairs"]
    assert f"earlier 2: {ORIGINAL}.zip" in str(pair)


def test_a_broken_package_of_an_earlier_year_disturbs_nobody(
    course: Course, work: Path, tmp_path: Path, reads: Reads
) -> None:
    year = tmp_path / "broken"
    year.mkdir()
    whole = (course.home / "last year" / f"{ORIGINAL}.zip").read_bytes()
    (year / f"{ORIGINAL}.zip").write_bytes(whole)
    for number, data in enumerate((b"", b"PK\x03\x04", b"no zip", whole[: len(whole) // 2])):
        (year / f"HW4_990080{number}_broken.zip").write_bytes(data)
    years = str(year), str(bulk(year, tmp_path / "broken.zip"))
    done = course.graded(work, *years)
    assert {name: len(findings) for name, findings in course.accused(done).items()} == {ASKED: 2}
    assert not any(each["faults"] for each in done.json["entrants"])
    notes = grade("evidence", "--work", work, "--json").json["notes"]
    assert sum("nothing of it could be read" in note for note in notes) == 2 * 4
    reads.sources.clear()
    assert course.accused(course.graded(work, *years)) == course.accused(done)
    assert reads.sources == []


def test_what_broke_on_our_side_is_read_again_and_compared_then(
    course: Course, work: Path, reads: Reads
) -> None:
    reads.breaks = f"{ORIGINAL}.zip"
    done = course.graded(work, "last year")
    assert course.accused(done) == {}
    assert "fault.unpack" in done.err
    reads.breaks = ""
    reads.sources.clear()
    again = course.graded(work, "last year")
    assert reads.sources == [f"{ORIGINAL}.zip"]
    assert set(course.accused(again)) == {ASKED}
