"""Names that were chosen to break, to fake or to reveal something, in every answer of `grade`."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from unittest import mock

import pytest

from grader.grading.veil import Veil
from grader.records import Entrant, Student
from tests.course.make import Course, make_course
from tests.course.records import Handed, Member, OnKaggle
from tests.typed import Done, grade
from validators.display import quoted

# Words of our own records and short ones, an id that begins another, and a name that is cut.
NAMES = {
    "9900301": "accepted",
    "9900302": "in",
    "9900303": "80",
    "9900304": "private",
    "99003041": "Prefix Owner",
    "9900305": "Wilhelmina Featherstonehaugh Cholmondeley-Beauchamp",
    "9900306": "check",
}
LONG = "9900305"
NICKNAME = "Second Wilhelmina Featherstonehaugh"
GONE = "99003041"
SECRETS = (*NAMES, "Prefix Owner", "Wilhelmina", "Featherstone", "s9900301@", "member0")
LISTS = (
    ("status",), ("status", "--all"), ("journal",), ("runs",), ("offences",), ("diff", 1, 2),
    *(("explain", student) for student in ("9900301", "9900303", "9900305")),
)  # fmt: skip


def hostile_members() -> tuple[Member, ...]:
    members = []
    for place, (student, name) in enumerate(NAMES.items()):
        teams: tuple[OnKaggle, ...] = (OnKaggle((f"0.{20000 + place}", f"0.{20500 + place}")),)
        if student == LONG:
            teams += (OnKaggle(("0.19", "0.19"), f"{LONG}_{NICKNAME}"),)
        members.append(Member(student, name, "Has such a name.", (Handed(),), teams))
    return tuple(members)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path]:
    """A course, graded, decided on, and graded again without one of its students."""
    course = make_course(tmp_path_factory.mktemp("hostile") / "c", hostile_members(), guests=())
    work = course.home.parent / "work"
    earlier = course.home / "earlier.csv"
    rows = [("student id", "offence", "competition", "why"),
            ("9900777", "late", "homework 3", "Nobody Known, 9900777"),
            ("9900301", "late", "homework 3", "9900301 was late")]  # fmt: skip
    with earlier.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    settings = course.grading.read_text("utf-8")
    course.grading.write_text(f'earlier_offences = "earlier.csv"\n{settings}', "utf-8")
    assert graded(course, work).status == 0
    for student, code in (
        (GONE, "offence.late"), ("9900302", "offence.late"), (LONG, "offence.late")
    ):  # fmt: skip
        said = grade("decide", student, code, "--confirm", "--why", "he said so", "--work", work)
        assert said.status == 0, said.err
    roster = (course.home / "roster.csv").read_text("utf-8-sig").splitlines()
    kept = [line for line in roster if not line.startswith(GONE)]
    (course.home / "roster.csv").write_text("\n".join(kept), "utf-8")
    assert graded(course, work, "--apply", "--why", "left the course").status == 0
    return course, work


def graded(course: Course, work: Path, *more: object) -> Done:
    return grade(
        course.submissions, "--competition", course.competition, "--grading", course.grading,
        "--work", work, *more,
    )  # fmt: skip


def refuse_identities(done: Done) -> None:
    assert done.status == 0, done.err
    told = f"{done.out}\n{done.err}"
    assert [secret for secret in SECRETS if secret in told] == []


@pytest.mark.parametrize("words", LISTS, ids=lambda words: " ".join(map(str, words)))
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_no_list_says_who_somebody_is(
    made: tuple[Course, Path], words: tuple[object, ...], form: tuple[str, ...]
) -> None:
    _, work = made
    refuse_identities(grade(*words, "--anonymous", "--work", work, *form))


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_grading_says_nothing_of_it_either(
    made: tuple[Course, Path], tmp_path: Path, form: tuple[str, ...]
) -> None:
    course, _ = made
    refuse_identities(graded(course, tmp_path / "work", "--anonymous", *form))


def test_a_name_that_is_a_word_of_ours_changes_no_record(made: tuple[Course, Path]) -> None:
    course, work = made
    plain, veiled = (
        graded(course, work, "--json", *more).json["entrants"] for more in ((), ("--anonymous",))
    )
    assert len(plain) == len(NAMES) - 1
    for own, hidden in zip(plain, veiled):
        for key in ("verdict", "timing", "rank", "total", "figure", "counted", "pseudonym"):
            assert own[key] == hidden[key]
        assert [part["points"] for part in own["parts"]] == [
            part["points"] for part in hidden["parts"]
        ]
        assert hidden["entrant"] == hidden["pseudonym"] != own["entrant"]
        assert [each["code"] for each in own["findings"]] == [
            each["code"] for each in hidden["findings"]
        ]


def test_the_journal_hides_who_has_left_the_class(made: tuple[Course, Path]) -> None:
    _, work = made
    plain = grade("journal", "--work", work, "--json").json["decisions"]
    hidden = grade("journal", "--work", work, "--json", "--anonymous").json["decisions"]
    assert GONE in {each["entrant"] for each in plain}
    assert all(each["entrant"].startswith("E-") for each in hidden)
    assert [each["number"] for each in plain] == [each["number"] for each in hidden]


def test_the_ledger_hides_people_of_earlier_competitions(made: tuple[Course, Path]) -> None:
    _, work = made
    told = grade("offences", "--work", work, "--json", "--anonymous").json["offences"]
    strangers = [each for each in told if not each["student id"].startswith("E-")]
    assert [each["student id"] for each in strangers] == ["(not in the class)"]
    assert "9900777" not in str(told)
    assert "Nobody" not in str(told)


def test_the_ledger_for_the_next_competition_has_the_ids(
    made: tuple[Course, Path], tmp_path: Path
) -> None:
    _, work = made
    output = tmp_path / "offences.csv"
    assert grade("offences", "--work", work, "--anonymous", "--output", output).status == 0
    assert "9900301" in output.read_text("utf-8-sig")


def test_an_unfinished_run_names_nobody(made: tuple[Course, Path], tmp_path: Path) -> None:
    course, _ = made
    work = tmp_path / "work"
    with mock.patch("grader.grading.pipeline.make_cases", side_effect=RuntimeError):
        assert graded(course, work).status == 1
    told = grade("status", "--work", work, "--json", "--anonymous")
    refuse_identities(told)
    assert not told.json["newest"]["finished"]
    assert told.json["newest"]["plan"]["asked"]  # two teams of one student are a question


def test_zips_and_teams_named_after_another_cost_them_nothing(
    made: tuple[Course, Path], tmp_path: Path
) -> None:
    course, _ = made
    submissions = tmp_path / "submissions"
    shutil.copytree(course.submissions, submissions)
    own = next(submissions.rglob("HW4_9900302_*.zip"))
    own.rename(own.with_name("HW4_9900301_accepted.zip"))
    done = grade(
        submissions, "--competition", course.competition, "--grading", course.grading,
        "--work", tmp_path / "work", "--json",
    )  # fmt: skip
    verdicts = {each["entrant"]: each["verdict"] for each in done.json["entrants"]}
    assert (verdicts["9900301"], verdicts["9900302"]) == ("accepted", "withheld")


@pytest.mark.parametrize(
    ("emails", "asked"),
    [(True, "submission HW4_s9900302_attempt_"), (False, "choice 9900301")],
    ids=["login known", "login unknown"],
)
def test_a_later_zip_from_another_account_replaces_nobodys(
    made: tuple[Course, Path], tmp_path: Path, emails: bool, asked: str
) -> None:
    course, _ = made
    submissions = tmp_path / "submissions"
    submissions.mkdir()
    for student, day in (("9900301", "10"), ("9900302", "14")):
        own = next(course.submissions.rglob(f"HW4_{student}_*.zip"))
        name = f"HW4_s{student}_attempt_2024-05-{day}-18-00-00_HW4_9900301_accepted.zip"
        shutil.copyfile(own, submissions / name)
    roster, settings = tmp_path / "roster.csv", tmp_path / "grading.toml"
    rows = [f"{number},{name},s{number}@example.edu" for number, name in NAMES.items()]
    lines = ["ID number,Full name,Email address", *rows]
    roster.write_text("\n".join(line if emails else line.rpartition(",")[0] for line in lines))
    settings.write_text('roster = "roster.csv"\n', "utf-8")
    words = ("--competition", course.competition, "--grading", settings, "--work", tmp_path / "w")
    told = grade("collect", submissions, *words, "--json")
    assert told.status == 0, told.err
    assert [each for each in map(str, told.json["questions"]) if asked in each]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('the name "An" stands in an answer', 'the name "E-ONE" stands in E-ONE answer'),
        ("9900101 and 99001011", "E-ONE and E-TWO"),
        ("code9900101.py", "codeE-ONE.py"),
        ("王小明的", "E-TWO的"),
        (quoted("Wilhelmina Featherstonehaugh Cholmondeley-Beauchamp"), '"E-TWO"'),
        ("nobody", "nobody"),
    ],
)
def test_a_veil_covers_whole_names_and_no_parts_of_words(text: str, shown: str) -> None:
    students = (
        (Student("9900101", "An"), "E-ONE"),
        (Student("99001011", NAMES[LONG], other_names=("王小明",)), "E-TWO"),
    )
    veil = Veil.of(Entrant(student, name) for student, name in students)
    assert veil.text(text) == shown
