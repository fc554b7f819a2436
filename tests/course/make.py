"""The files of a made-up course: the site's export, Kaggle's boards, key, rules and settings."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.demo.sample import SIZES, pdf_bytes
from tests.course.boards import BOARDS, TeamRow, rows_of, write_boards
from tests.course.contents import PARAMETERS, VOCABULARY, Kit
from tests.course.members import GUESTS, MEMBERS
from tests.course.records import Asked, Handed, Member, Person, score_of
from tests.course.site import Lying, lying, modified, write_folder, write_zip
from tests.course.texts import ROWS, Answers, make_answers, predictions
from validators.model.architecture import reference_of
from validators.rules import Rules, load_rules

FIRST_PARTICIPANT = 41_001
# What an earlier try scored, whose CSV may lie in a zip by mistake.
EARLIER = ("0.10421", "0.10987")
_COMPETITION = """\
# Homework 4 with a toy model of 12,000 parameters and {rows} rows.
extends = "hw4"

[competition]
name = "A made-up class ({rows} rows)"
opens = 2024-04-27T00:00:00
closes = 2024-05-14T23:59:59

[predictions]
ids = {{ first = 0, count = {rows} }}

[model]
parameters = {parameters}

[model.architecture]
{sizes}
"""
_GRADING = """\
answers = "key.csv"
roster = "roster.csv"
worksheet = "Grades.csv"

[kaggle]
public_leaderboard = "{public}"
private_leaderboard = "{private}"
"""
_WORKSHEET = (
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade",
    "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
    "Feedback comments",
)  # fmt: skip


@dataclass(frozen=True)
class Course:
    """A made-up course on disk. `home` holds everything; `packages` has a row for each package."""

    home: Path
    rules: Rules
    members: tuple[Member, ...]
    guests: tuple[Person, ...]
    answers: Answers
    packages: tuple[Lying, ...]
    teams: tuple[TeamRow, ...]

    @property
    def submissions(self) -> Path:
        """The course site's bulk download, unpacked."""
        return self.home / "submissions"

    @property
    def archive(self) -> Path:
        """The bulk download as it comes."""
        return self.home / "submissions.zip"

    @property
    def grading(self) -> Path:
        """The teaching side's settings; everything else lies beside them."""
        return self.home / "grading.toml"

    @property
    def competition(self) -> Path:
        """The rules."""
        return self.home / "competition.toml"

    def packages_of(self, person: Person) -> tuple[Lying, ...]:
        """What they handed in, in the order of the table."""
        return tuple(each for each in self.packages if each.student == person.id)

    def asked(self, person: Person) -> tuple[str, ...]:
        """The keys of the questions that must come up about the person."""
        return tuple(self._key(person, each) for each in person.asked)

    @property
    def questions(self) -> tuple[str, ...]:
        """The keys of all questions that must come up, and no others, in their order."""
        people: tuple[Person, ...] = (*self.members, *self.guests)
        return tuple(sorted({key for person in people for key in self.asked(person)}))

    def _key(self, person: Person, asked: Asked) -> str:
        if asked.about == "choice":
            return f"choice {person.id}"
        if asked.about == "team":
            teams = [team for team in self.teams if team.student == person.id]
            return f"team {teams[asked.number].team_id}"
        return f"{asked.about} {self.packages_of(person)[asked.number].source}"


def make_course(
    folder: Path,
    members: Sequence[Member] = MEMBERS,
    rows: int = ROWS,
    seed: int = 0,
    guests: Sequence[Person] = GUESTS,
) -> Course:
    """A course under `folder`, which must not hold one yet: the same bytes for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "competition.toml").write_text(competition_text(rows), encoding="utf-8")
    files = {f"{board}_leaderboard": name for board, name in BOARDS.items()}
    public, private = files["public_leaderboard"], files["private_leaderboard"]
    (folder / "grading.toml").write_text(_GRADING.format(public=public, private=private), "utf-8")
    rules = load_rules(folder / "competition.toml")
    answers = make_answers(rows, seed)
    people: tuple[Person, ...] = (*members, *guests)
    packages = _packages(people, rules, answers, seed)
    write_folder(folder / "submissions", packages)
    write_zip(folder / "submissions.zip", packages)
    _write_lists(folder, members, people)
    usage = zip(range(rows), answers.labels, answers.usage)
    _table(folder / "key.csv", [("ID", "Label", "Usage"), *usage])
    teams = rows_of(people)
    write_boards(folder, teams)
    return Course(folder, rules, tuple(members), tuple(guests), answers, packages, teams)


def competition_text(rows: int) -> str:
    """The `competition.toml` of the made-up course."""
    sizes = {**SIZES, "vocab_size": VOCABULARY}
    told = "\n".join(f"{key} = {value}" for key, value in sizes.items())
    return _COMPETITION.format(rows=rows, parameters=PARAMETERS, sizes=told)


def filled(text: str, person: Person) -> str:
    """A name of the table with the person's id and name in it."""
    return text.replace("{id}", person.id).replace("{name}", person.name)


def _packages(
    people: Iterable[Person], rules: Rules, answers: Answers, seed: int
) -> tuple[Lying, ...]:
    assert rules.model is not None
    reference = reference_of(rules.model)
    other = predictions(answers, EARLIER, f"{seed} earlier")
    made: list[Lying] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, person in enumerate(people):
            sent = predictions(answers, score_of(person), f"{seed} {person.id}")
            kit = Kit(
                person.id, person.name, number, seed, reference, sent, other, Path(scratch)
            )  # fmt: skip
            made += [_package(person, handed, kit) for handed in person.handed]
    return tuple(made)


def _package(person: Person, handed: Handed, kit: Kit) -> Lying:
    """The package with its bytes, at its place in the export."""
    files = handed.files(kit)
    name = filled(handed.name, person)
    if handed.form == "zip":
        own = {name: handed.packing(files)}
    elif handed.form == "folder":
        own = {f"{name.rpartition('.')[0]}/{path}": data for path, data in files.items()}
    else:
        own = dict(files)
    report = {}
    if handed.report is not None:
        report = {filled(handed.report, person): pdf_bytes("Homework 4")}
    participant = FIRST_PARTICIPANT + kit.number
    return lying(person, handed, participant, own, report)


def _write_lists(folder: Path, members: Sequence[Member], people: Sequence[Person]) -> None:
    """The roster and the worksheet; guests are on the course site, but on no roster."""
    header = ("ID number", "Full name", "Email address")
    known = [(each.id, unicodedata.normalize("NFC", each.name), f"s{each.id}@example.edu")
             for each in members]  # fmt: skip
    _table(folder / "roster.csv", [header, *known], "utf-8-sig")
    rows = []
    for number, person in enumerate(people):
        packages = [each for each in person.handed if each.door != "attempt"]
        came = "Submitted for grading" if packages else "No submission"
        rows.append(
            (f"Participant {FIRST_PARTICIPANT + number}", person.name, filled(person.email, person),
             came, "", "100.00", "Yes", modified(packages), "-", "")
        )  # fmt: skip
    _table(folder / "Grades.csv", [_WORKSHEET, *rows])


def _table(path: Path, rows: Iterable[Sequence[object]], encoding: str = "utf-8") -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
