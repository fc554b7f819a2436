"""What a hurried TA does: other files, half of the files, and a mind that changes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Callable
from unittest import mock

import pytest

from tests.course.make import Course, make_course
from tests.course.members import MEMBERS
from tests.typed import Done, grade

pytestmark = pytest.mark.once

FIRST, TIED, BELOW, OVER = "9900101", "9900112", "9900115", "9900201"
CHOSEN = {FIRST, TIED, BELOW, OVER}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path]:
    """The course, and a work folder in which it was graded once."""
    members = tuple(member for member in MEMBERS if member.id in CHOSEN)
    course = make_course(tmp_path_factory.mktemp("four") / "course", members, guests=())
    work = course.home.parent / "work"
    assert typed(course, work).status == 0
    return course, work


@pytest.fixture
def desk(made: tuple[Course, Path], tmp_path: Path) -> tuple[Course, Path]:
    """A copy of both to work on."""
    course, graded = made
    shutil.copytree(course.home, tmp_path / "course")
    shutil.copytree(graded, tmp_path / "work")
    own = Course(tmp_path / "course", course.rules, course.members, (), course.answers, (), ())
    return own, tmp_path / "work"


def typed(course: Course, work: Path, *more: object) -> Done:
    return grade(
        course.submissions, "--competition", course.competition, "--grading", course.grading,
        "--work", work, "--json", *more,
    )  # fmt: skip


def status(work: Path) -> Any:
    return grade("status", "--work", work, "--json").json


def marks(work: Path) -> dict[str, Any]:
    """The marks that are in force."""
    run = status(work)["in_force"]["number"]
    told = (grade("explain", who, "--run", run, "--work", work, "--json") for who in sorted(CHOSEN))
    return {each.json["entrant"]["entrant"]: each.json["entrant"]["total"] for each in told}


def waits(work: Path) -> list[str]:
    return [need["about"] for need in status(work)["needs"]]


def another_baseline(course: Course) -> str:
    """Write one that only the first reaches; the rules as they were."""
    before = course.competition.read_text("utf-8")
    changed = before.replace("[competition]", "[metric]\nbaseline = 0.25\n\n[competition]", 1)
    course.competition.write_text(changed, "utf-8")
    return before


def test_a_regrade_that_was_taken_back_waits_no_longer(desk: tuple[Course, Path]) -> None:
    course, work = desk
    before, own = another_baseline(course), marks(work)
    assert typed(course, work).status == 0
    assert waits(work) == ["regrade"]
    course.competition.write_text(before, "utf-8")
    again = typed(course, work)
    assert again.json["moves"]["own"] == []
    assert waits(work) == []
    assert marks(work) == own
    runs = len(grade("runs", "--work", work, "--json").json["runs"])
    assert typed(course, work).json["run"] == runs


def test_a_preview_goes_on_waiting_after_a_decision(desk: tuple[Course, Path]) -> None:
    course, work = desk
    another_baseline(course)
    assert typed(course, work).status == 0
    words = (OVER, "ratio.over", "--dismiss", "--why", "counted by hand", "--work", work)
    assert grade("decide", *words).status == 0
    assert waits(work) == ["regrade"]
    assert marks(work)[TIED] == "80.00"  # by the rules in force, the last of three
    assert typed(course, work, "--apply", "--why", "mistyped").json["looked_at"] == 0
    assert waits(work) == []
    assert (marks(work)[OVER], marks(work)[TIED]) == ("100.00", "0.00")


def a_student_has_gone(course: Course) -> None:
    roster = course.home / "roster.csv"
    lines = roster.read_text("utf-8-sig").splitlines()
    roster.write_text("\n".join(line for line in lines if not line.startswith(TIED)), "utf-8")


def a_submission_has_gone(course: Course) -> None:
    for path in course.submissions.glob("*שירה*"):
        shutil.rmtree(path)


def a_team_has_gone(course: Course) -> None:
    board = course.home / "hw4-privateleaderboard.csv"
    lines = board.read_text("utf-8-sig").splitlines()
    board.write_text("\n".join(line for line in lines if f"{TIED}_" not in line), "utf-8")


@pytest.mark.parametrize("mishap", [a_student_has_gone, a_submission_has_gone, a_team_has_gone])
def test_what_takes_something_from_somebody_is_shown_first(
    desk: tuple[Course, Path], mishap: Callable[[Course], None]
) -> None:
    course, work = desk
    board, own = (work / "board.json").read_bytes(), marks(work)
    mishap(course)
    done = typed(course, work)
    assert done.status == 0
    assert [move["entrant"] for move in done.json["moves"]["own"]] == [TIED]
    assert "regrade" in waits(work)
    assert marks(work) == own
    assert (work / "board.json").read_bytes() == board
    assert typed(course, work, "--apply", "--why", "withdrew").status == 0
    assert "regrade" not in waits(work)


def test_an_export_of_another_class_replaces_nothing(
    desk: tuple[Course, Path], tmp_path: Path
) -> None:
    course, work = desk
    others = tuple(member for member in MEMBERS if member.id in {"9900103", "9900104"})
    other = make_course(tmp_path / "other", others, guests=())
    board = (work / "board.json").read_bytes()
    assert typed(other, work).status == 0
    assert (work / "board.json").read_bytes() == board
    assert typed(course, work).status == 0
    assert waits(work) == []


def test_an_answer_by_which_somebody_turns_out_to_have_nothing_takes_force_at_once(
    tmp_path: Path,
) -> None:
    asked = tuple(member for member in MEMBERS if member.id in {FIRST, "9900226"})
    course, work = make_course(tmp_path / "course", asked, guests=()), tmp_path / "work"
    assert typed(course, work).status == 0
    assert waits(work) == ["question"]
    matches = work / "matches.csv"
    (key,) = course.questions
    matches.write_text(f"question,decision\n{key},none\n", "utf-8")
    done = typed(course, work)
    assert done.json["run"] == done.json["in_force"] == 2
    verdicts = {each["entrant"]: each["verdict"] for each in done.json["entrants"]}
    assert verdicts["9900226"] == "rejected"


@pytest.mark.parametrize("lost", ["question", "decision"])
def test_letters_that_a_spreadsheet_lost_are_told_of(desk: tuple[Course, Path], lost: str) -> None:
    course, work = desk
    source = next(course.submissions.rglob("*.zip")).relative_to(course.submissions).as_posix()
    row = {"question": f"choice {FIRST}", "decision": source}
    row[lost] = "time Z?.zip" if lost == "question" else "Z?.zip"
    text = f"question,decision\n{row['question']},{row['decision']}\n"
    (work / "matches.csv").write_text(text, "utf-8")
    done = typed(course, work)
    assert done.status == 2
    assert 'save the file as "CSV UTF-8"' in done.err


def test_nobody_is_done_while_there_is_nothing_to_rank_by(
    desk: tuple[Course, Path], tmp_path: Path
) -> None:
    course, _ = desk
    words = ("--competition", course.competition, "--work", tmp_path / "w")
    empty = tmp_path / "nothing.toml"
    empty.write_text("", "utf-8")
    done = grade(course.submissions, *words, "--grading", empty)
    assert done.status == 0
    assert "0 done, 4 need you (4 withheld; 0 ranked)" in done.out


@pytest.mark.parametrize("number", ["1e999999", "1e999999999", "9" * 5_000, "12,5", "nan", ""])
def test_a_number_that_nobody_means_is_refused(desk: tuple[Course, Path], number: str) -> None:
    _, work = desk
    done = grade("decide", FIRST, "mark.rank", "--set", number, "--why", "x", "--work", work)
    assert done.status == 2
    assert "expected a number such as 12.5" in done.err
    assert len(done.err) < 500


@pytest.mark.parametrize("why", ["", " ", "x" * 100_000])
def test_a_reason_says_something_that_can_be_read(desk: tuple[Course, Path], why: str) -> None:
    course, work = desk
    done = grade("decide", FIRST, "offence.late", "--confirm", "--why", why, "--work", work)
    assert done.status == 2
    assert typed(course, work, "--apply", "--why", why).status == 2
    assert grade("journal", "--work", work, "--json").json["decisions"] == []


@pytest.mark.parametrize("words", [("explain", "\x1b[31mx"), ("decide", FIRST, "\x1b[31mx")])
def test_what_was_typed_is_made_fit_to_print(
    desk: tuple[Course, Path], words: tuple[str, ...]
) -> None:
    more = ("--confirm", "--why", "x") if words[0] == "decide" else ()
    done = grade(*words, *more, "--work", desk[1])
    assert (done.status, "\x1b" in done.err, "\\x1b[31mx" in done.err) == (2, False, True)


def test_the_next_command_can_be_typed_as_it_is_shown(
    desk: tuple[Course, Path], tmp_path: Path
) -> None:
    course, work = desk
    spaced = work.rename(tmp_path / "my work")
    done = grade(
        course.submissions, "--competition", course.competition, "--grading", course.grading,
        "--work", spaced,
    )  # fmt: skip
    assert f"grade status --work '{spaced}'" in done.out


@pytest.mark.parametrize(
    ("word", "meant"), [("statsu", "status"), ("jurnal", "journal"), ("explian", "explain")]
)
def test_a_misspelt_command_is_no_missing_file(word: str, meant: str) -> None:
    done = grade(word)
    assert done.status == 2
    assert f'Did you mean "{meant}"?' in done.err


def test_what_lies_there_is_graded_whatever_it_is_called(
    desk: tuple[Course, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, work = desk
    monkeypatch.chdir(tmp_path)
    course.submissions.rename(tmp_path / "statuss")
    assert grade("statuss", "--work", work, "--competition", course.competition).status == 0


def test_a_file_that_is_no_export_is_named(desk: tuple[Course, Path]) -> None:
    course, work = desk
    done = grade(course.home / "roster.csv", "--work", work)
    assert done.status == 2
    assert "roster.csv: it is" in done.err


def test_a_secret_that_was_cut_makes_no_pseudonyms(desk: tuple[Course, Path]) -> None:
    course, work = desk
    (work / "pseudonym-secret").write_bytes(b"")
    done = typed(course, work)
    assert (done.status, "pseudonym-secret: holds 0 bytes" in done.err) == (2, True)


def test_an_answer_key_that_is_a_folder_is_named(desk: tuple[Course, Path]) -> None:
    course, work = desk
    settings = course.grading.read_text("utf-8").replace("key.csv", "submissions")
    course.grading.write_text(settings, "utf-8")
    done = typed(course, work)
    assert (done.status, "submissions: can't be read" in done.err) == (2, True)


def test_a_file_that_we_may_not_read_is_not_the_students_fault(
    desk: tuple[Course, Path], tmp_path: Path
) -> None:
    course, _ = desk
    closed = next(course.submissions.rglob(f"HW4_{TIED}_*.zip"))
    allowed = os.access
    with mock.patch.object(os, "access", lambda path, mode, **more: (
        Path(path).name != closed.name and allowed(path, mode, **more)
    )):  # fmt: skip
        done = typed(course, tmp_path / "new")
    assert done.status == 2
    assert "may not be read by this account" in done.err
    assert "chmod -R u+rX" in done.err


def test_a_folder_that_we_may_not_read_is_not_the_students_fault(
    desk: tuple[Course, Path], tmp_path: Path
) -> None:
    course, _ = desk
    closed = next(course.submissions.rglob(f"HW4_{TIED}_*.zip")).parent
    scandir = os.scandir

    def refused(path: Any = ".") -> Any:
        if not isinstance(path, int) and Path(path).name == closed.name:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    with mock.patch.object(os, "scandir", refused):
        done = typed(course, tmp_path / "new")
    assert done.status == 2
    assert "may not be read by this account" in done.err
