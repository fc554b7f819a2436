"""A course without a model, whose students' programs are small scripts that run in a moment.

Each bill is predicted by a rule of its text, so that what a program does can be told from its
predictions alone. Most of the students cheat or fail, each in one way.
"""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import venv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Optional

from grader.metric import PreparedAnswers
from tests.grader.exports import roster
from tests.grader.rerun.plain_programs import CONTRACT, HONEST, rule
from validators.rules import Rules, load_rules

ROWS, OTHERS, SAMPLED = 40, 16, 12
"""Bills of the test split, of `ca_test`, and how many are run again."""

WALL_SECONDS, MEMORY_MB, DISK_MB, PROCESSES = 6, 192, 24, 24
SECRET = "pseudonym-secret"
COMPETITION = f"""\
extends = "hw4"

[competition]
name = "A course without a model"
parts = ["csv", "team"]

[predictions]
ids = {{ first = 0, count = {ROWS} }}

[metric]
baseline = 0.01

[inspect] # they are one program with one change each
parts = ["data"]

[rerun]
rows = {SAMPLED}
wall_seconds = {WALL_SECONDS}
memory_mb = {MEMORY_MB}
disk_mb = {DISK_MB}
processes = {PROCESSES}
"""
GRADING = """\
answers = "key.csv"
roster = "roster.csv"
assets = "assets"

[kaggle]
private_leaderboard = "private.csv"

[rerun]
python = {python}
"""
_WORDS = (  # noqa: SIM905 (a list of words is read more easily so)
    "agency annual appropriate board budget carrier claim coast county court credit dairy defence"
    " deposit district energy farm federal fishery forest fund grant harbour health highway"
    " housing income insurance labor land library loan market medical mineral museum navy office"
    " park patent pension port postal power prison public railway refuge relief reserve river rural"
    " safety school senate service soil station steel tariff tax timber trade treaty tribal vessel"
    " veteran village wage water wetland wheat wildlife"
).split()
_STARTS = ("Amends", "Repeals", "Directs", "Permits", "Extends")


@dataclass(frozen=True)
class Bill:
    """One row of the made-up data set."""

    text: str
    summary: str
    title: str


@dataclass(frozen=True)
class Student:
    """One who hands in: the files of the package, the predictions in it, and Kaggle's figure.

    `sent` are the texts that were predicted for Kaggle, with which the package's CSV agrees where
    there is one. `board` is shown in place of what they score.
    """

    id: str
    files: Mapping[str, str] = field(default_factory=dict)
    sent: Optional[Sequence[str]] = None
    packed: bool = True
    beside: bool = False
    board: Optional[float] = None

    @property
    def zip(self) -> str:
        """The name of the zip."""
        return f"HW4_{self.id}_s.zip"

    @property
    def source(self) -> str:
        """The zip as the export has it."""
        return f"{self.id}/{self.zip}" if self.beside else self.zip


@dataclass(frozen=True)
class Course:
    """The course on disk."""

    home: Path
    students: tuple[Student, ...]

    @property
    def submissions(self) -> Path:
        return self.home / "submissions"

    @property
    def competition(self) -> Path:
        return self.home / "competition.toml"

    @property
    def grading(self) -> Path:
        return self.home / "grading.toml"

    @property
    def assets(self) -> Path:
        return self.home / "assets"

    @property
    def rules(self) -> Rules:
        return load_rules(self.competition)

    @property
    def words(self) -> tuple[object, ...]:
        """What is typed behind `grade` to grade it."""
        return (self.submissions, "--competition", self.competition, "--grading", self.grading,
                "--jobs", "2")  # fmt: skip


@cache
def bills(split: str) -> tuple[Bill, ...]:
    """The bills of a split, the same ones each time."""
    dice = random.Random(f"bills {split}")
    return tuple(_bill(dice, f"{split} {n}") for n in range(ROWS if split == "test" else OTHERS))


def honest_texts() -> tuple[str, ...]:
    """What the rule says of the test split's bills."""
    return tuple(rule(bill.text) for bill in bills("test"))


def honest(number: str, **more: object) -> Student:
    """A student whose program makes the predictions that were handed in."""
    values: dict[str, object] = {"files": {"main.py": HONEST, **CONTRACT}, "sent": honest_texts()}
    return Student(number, **{**values, **more})  # type: ignore[arg-type]


def make_plain_course(home: Path, students: Iterable[Student]) -> Course:
    """The course under `home`, where nothing is yet, and beside it a Python without libraries."""
    course = Course(home, tuple(students))
    home.mkdir(parents=True)
    course.competition.write_text(COMPETITION, "utf-8")
    python = bare_python(home.parent / f"{home.name}-python")
    course.grading.write_text(GRADING.format(python=json.dumps(python)), "utf-8")
    write_assets(course.assets)
    key = [(n, bill.summary, "Private") for n, bill in enumerate(bills("test"))]
    (home / "key.csv").write_bytes(table([("ID", "Label", "Usage"), *key]))
    roster(home / "roster.csv", [(s.id, f"Student {s.id}", "") for s in course.students])
    (home / "private.csv").write_bytes(_board(course.students))
    course.submissions.mkdir()
    for student in course.students:
        hand_in(course, student)
    return course


def bare_python(folder: Path) -> str:
    """A Python without any library, as a course may name one for its students' programs."""
    venv.create(folder, symlinks=True, with_pip=False)
    return str(folder / "bin" / "python")


def work_folder(work: Path) -> Path:
    """A work folder whose secret is known, so that the same rows are drawn each time."""
    work.mkdir(parents=True)
    (work / SECRET).write_bytes(bytes(range(1, 33)))
    return work


def desk_of(course: Course, work: Path, home: Path) -> tuple[Course, Path]:
    """A copy of the course and of its work folder, to change things in."""
    own = Course(home / "course", course.students)
    shutil.copytree(course.home, own.home)
    shutil.copytree(work, home / "work")
    return own, home / "work"


def write_assets(folder: Path) -> None:
    """The blinded data set's splits, and nothing else."""
    data = folder / "datasets" / "billsum"
    data.mkdir(parents=True)
    for split in ("test", "ca_test"):
        lines = "".join(json.dumps(vars(bill)) + "\n" for bill in bills(split))
        (data / f"{split}.jsonl").write_text(lines, "utf-8")


def hand_in(course: Course, student: Student) -> None:
    """Put the student's zip into the export, and what lies beside it."""
    path = course.submissions / student.source
    path.parent.mkdir(exist_ok=True)
    files = {name: text.encode() for name, text in student.files.items()}
    if student.sent is not None and student.packed:
        files["predictions.csv"] = predictions(student.sent)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    if student.beside and student.sent is not None:
        (path.parent / "predictions.csv").write_bytes(predictions(student.sent))


def predictions(texts: Sequence[str]) -> bytes:
    """A CSV of predictions."""
    return table([("ID", "Predict"), *enumerate(texts)])


def table(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _bill(dice: random.Random, title: str) -> Bill:
    subject = dice.sample(_WORDS, 12)
    text = " ".join((*subject, *(dice.choice(_WORDS) for _ in range(60))))
    start = dice.choice(_STARTS)
    shared = " ".join(subject[dice.randrange(5) :][: dice.randint(2, 7)])
    return Bill(text, f"{start} the {shared} {' '.join(dice.sample(_WORDS, 6))}", title)


def _board(students: Iterable[Student]) -> bytes:
    key = PreparedAnswers(bill.summary for bill in bills("test"))
    rows = []
    for number, each in enumerate(students):
        score = each.board
        if score is None and each.sent is not None:
            score = key.score(list(each.sent), "handout").value
        told = f"{0.2 if score is None else score:.5f}"
        rows.append((number + 1, 700 + number, f"{each.id}_s", "2024-05-01 10:00:00", told, 3, "s"))
    header = ("Rank", "TeamId", "TeamName", "LastSubmissionDate", "Score", "SubmissionCount",
              "TeamMemberUserNames")  # fmt: skip
    return table([header, *rows])


# What the workers of a test run in place of `look_again`; they are processes of their own.
def broken(*given: object, **named: object) -> object:
    """A re-run in which something of ours breaks, told as `look_again` tells it."""
    from unittest import mock

    from grader.rerun import conducting

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("ours")

    with mock.patch.object(conducting, "_rerun", breaks):
        return conducting.look_again(*given, **named)  # type: ignore[arg-type]
