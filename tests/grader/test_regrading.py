"""Decisions and regrades, typed as a TA types them, over a made-up class of six."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.course.make import Course, make_course
from tests.course.members import MEMBERS
from tests.typed import Done, grade

pytestmark = pytest.mark.once

FIRST, SECOND, TIED, EQUAL, BELOW, OVER = (
    "9900101", "0240310", "9900112", "999000111", "9900115", "9900201"
)  # fmt: skip
CHOSEN = {FIRST, SECOND, TIED, EQUAL, BELOW, OVER}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path]:
    """The course, and a work folder in which it was graded once."""
    members = tuple(member for member in MEMBERS if member.id in CHOSEN)
    course = make_course(tmp_path_factory.mktemp("six") / "course", members, guests=())
    work = course.home.parent / "work"
    assert typed(course, work).status == 0
    return course, work


@pytest.fixture
def desk(made: tuple[Course, Path], tmp_path: Path) -> tuple[Course, Path]:
    """A copy of both to work on; the submissions themselves are shared."""
    course, graded = made
    home, work = tmp_path / "course", tmp_path / "work"
    skipped = shutil.ignore_patterns("submissions", "submissions.zip")
    shutil.copytree(course.home, home, ignore=skipped)
    shutil.copytree(graded, work)
    # Links to the files, so that their times are as they were.
    shutil.copytree(course.submissions, home / "submissions", copy_function=os.link)
    own = Course(home, course.rules, course.members, (), course.answers, (), ())
    assert typed(own, work).json["looked_at"] == 0
    return own, work


def typed(course: Course, work: Path, *more: object) -> Done:
    return grade(
        course.submissions, "--competition", course.competition, "--grading", course.grading,
        "--work", work, "--json", *more,
    )  # fmt: skip


def decide(work: Path, *words: object) -> Done:
    return grade("decide", *words, "--work", work, "--who", "Ada", "--json")


def marks(answer: dict[str, Any]) -> dict[str, Any]:
    return {each["entrant"]: each["total"] for each in answer["entrants"]}


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def explained(work: Path, entrant: str, *more: object) -> dict[str, Any]:
    found: dict[str, Any] = grade("explain", entrant, "--work", work, "--json", *more).json
    return found["entrant"]  # type: ignore[no-any-return]


def test_a_dismissed_finding_gives_the_marks_back_at_once(desk: tuple[Course, Path]) -> None:
    course, work = desk
    assert explained(work, OVER)["verdict"] == "rejected"
    done = decide(work, OVER, "ratio.over", "--dismiss", "--why", "counted by hand")
    assert (done.status, done.json["entrant"]["verdict"]) == (0, "accepted")
    assert done.json["entrant"]["rank"] == 1
    board = (work / "board.json").read_text(encoding="utf-8")
    assert f'"entrant": "{OVER}",' in board
    again = typed(course, work).json
    assert (again["looked_at"], again["run"]) == (0, done.json["run"])
    assert marks(again)[OVER] == "100.00"


def test_withdrawing_puts_everything_back(desk: tuple[Course, Path]) -> None:
    course, work = desk
    before = marks(typed(course, work).json)
    decide(work, FIRST, "offence.special_rule", "--confirm", "--why", "copied")
    told = "offence.special_rule: the teaching side confirmed it: copied"
    assert told in (work / "board.json").read_text("utf-8")
    assert explained(work, FIRST)["total"] == "0.00"
    decide(work, FIRST, "offence.special_rule", "--withdraw", "--why", "wrong name")
    assert marks(typed(course, work).json) == before
    journal = grade("journal", "--work", work, "--json").json["decisions"]
    assert [(each["word"], each["who"], each["why"]) for each in journal] == [
        ("confirm", "Ada", "copied"), ("withdraw", "Ada", "wrong name")
    ]  # fmt: skip


def test_a_part_that_was_set_says_who_and_why(desk: tuple[Course, Path]) -> None:
    _, work = desk
    done = decide(work, SECOND, "mark.rank", "--set", "40/3", "--why", "Kaggle lost it")
    parts = {each["name"]: each for each in done.json["entrant"]["parts"]}
    assert parts["rank"]["points"] == "40/3"
    assert "Kaggle lost it" in parts["rank"]["why"]
    assert done.json["entrant"]["total"] == "93.33"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("9999999", "ratio.over", "--dismiss"), 'no entrant "9999999"'),
        ((FIRST, "ratio.over", "--dismiss"), 'nothing called "ratio.over"'),
        ((OVER, "ratio.over"), "give one of --confirm"),
        ((OVER, "ratio.over", "--confirm", "--dismiss"), "give one of --confirm"),
        ((OVER, "ratio.over", "--set", "3"), "--set is for a part of the mark"),
        ((FIRST, "mark.rank", "--confirm"), "use --set POINTS"),
        ((FIRST, "mark.rank", "--set", "many"), "expected a number"),
        ((FIRST, "mark.rank", "--set", "1/0"), "expected a number"),
        ((FIRST, "mark.rank", "--set", "1000"), "at most 100"),
        ((FIRST, "mark.penalties", "--set", "5"), "0 or less"),
    ],
)  # fmt: skip
def test_what_cant_be_decided_is_refused_and_changes_nothing(
    words: tuple[str, ...], said: str, made: tuple[Course, Path]
) -> None:
    _, work = made
    done = decide(work, *words, "--why", "because")
    assert done.status == 2
    assert said in " ".join(done.err.split())
    assert grade("journal", "--work", work, "--json").json["decisions"] == []


def test_a_changed_rule_is_shown_first_and_applied_on_a_word(desk: tuple[Course, Path]) -> None:
    course, work = desk
    before = typed(course, work).json
    board = (work / "board.json").read_bytes()
    change(course.competition, "[competition]", "[metric]\nbaseline = 0.23\n\n[competition]")
    preview = typed(course, work).json
    assert (preview["in_force"], preview["run"]) == (before["run"], before["run"] + 1)
    own = [each["entrant"] for each in preview["moves"]["own"]]
    assert set(own) == {TIED, EQUAL}
    assert [each["entrant"] for each in preview["moves"]["shifted"]] == [SECOND]
    assert (work / "board.json").read_bytes() == board
    assert preview["needs"][0]["about"] == "regrade"
    assert typed(course, work).json["run"] == preview["run"]  # the same preview, not a new one
    applied = typed(course, work, "--apply", "--why", "the handout says so").json
    assert (applied["run"], applied["in_force"]) == (preview["run"], preview["run"])
    assert marks(applied)[TIED] == "0.00"
    assert (work / "board.json").read_bytes() != board
    assert explained(work, TIED, "--run", before["run"])["total"] == marks(before)[TIED]
    moves = grade("diff", before["run"], applied["run"], "--work", work, "--json").json["moves"]
    assert moves == preview["moves"]


def test_a_changed_answer_key_alone_moves_nothing_where_kaggle_ranks(
    desk: tuple[Course, Path],
) -> None:
    course, work = desk
    before = typed(course, work).json
    change(course.home / "key.csv", "\n0,", "\n0,another ")
    after = typed(course, work).json
    assert after["looked_at"] == len(CHOSEN)
    assert (marks(after), after["in_force"]) == (marks(before), after["run"])


def test_where_our_own_scores_rank_a_changed_key_is_a_regrade(desk: tuple[Course, Path]) -> None:
    course, work = desk
    change(course.competition, "[competition]", '[marks]\nscore_from = ["own"]\n\n[competition]')
    own = typed(course, work, "--apply", "--why", "no Kaggle this year").json
    assert own["source"] == "own"
    change(course.home / "key.csv", "\n0,", "\n0,another ")
    preview = typed(course, work).json
    assert preview["in_force"] == own["run"] < preview["run"]


def test_only_a_decision_on_the_same_evidence_applies(desk: tuple[Course, Path]) -> None:
    course, work = desk
    decide(work, OVER, "ratio.over", "--dismiss", "--why", "counted by hand")
    change(course.competition, "[model]\n", "[model]\nmax_ratio = 0.29\n")
    after = typed(course, work, "--apply", "--why", "stricter").json
    found = {each["entrant"]: each for each in after["entrants"]}[OVER]
    assert [each["standing"] for each in found["rulings"]] == ["stale"]
    assert (found["verdict"], found["waits"]) == ("rejected", ["ratio.over"])


def test_a_changed_submission_alone_is_looked_at(desk: tuple[Course, Path]) -> None:
    course, work = desk
    (package,) = course.submissions.glob(f"*/HW4_{SECOND}_*.zip")
    data = package.read_bytes()
    package.unlink()
    package.write_bytes(data[: len(data) // 2])
    after = typed(course, work).json
    assert after["looked_at"] == 1
    assert {each["entrant"]: each["verdict"] for each in after["entrants"]}[SECOND] == "rejected"
    assert after["run"] == after["in_force"]


def test_a_tampered_journal_is_refused_by_name(desk: tuple[Course, Path]) -> None:
    course, work = desk
    decide(work, OVER, "ratio.over", "--dismiss", "--why", "counted by hand")
    connection = sqlite3.connect(work / "grade.db")
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE decisions SET body = replace(body, 'hand', 'Hand')")
    connection.commit()
    connection.close()
    done = typed(course, work)
    assert done.status == 1
    assert "decision 1" in done.err


def test_offences_go_to_the_next_competition(desk: tuple[Course, Path], tmp_path: Path) -> None:
    course, work = desk
    decide(work, FIRST, "offence.full_model_results", "--confirm", "--why", "seen")
    file = tmp_path / "offences.csv"
    assert grade("offences", "--work", work, "--output", file).status == 0
    change(course.grading, "answers =", f'earlier_offences = "{file.name}"\nanswers =')
    shutil.copy(file, course.home / file.name)
    assert "of this competition itself" in typed(course, tmp_path / "next").err
    change(course.competition, "A made-up class", "Another class")
    following = typed(course, tmp_path / "next").json
    over = {each["entrant"]: each for each in following["entrants"]}[OVER]
    assert [(each["number"], each["penalty"]) for each in over["offences"]] == [(2, "zero")]


def test_half_a_leaderboard_costs_nobody_anything(
    desk: tuple[Course, Path], tmp_path: Path
) -> None:
    course, _ = desk
    board = course.home / "hw4-privateleaderboard.csv"
    lines = board.read_text(encoding="utf-8").splitlines(keepends=True)
    board.write_text("".join(line for line in lines if SECOND not in line), encoding="utf-8")
    found = typed(course, tmp_path / "new").json
    second = {each["entrant"]: each for each in found["entrants"]}[SECOND]
    assert (second["verdict"], second["total"]) == ("withheld", None)
    assert second["reasons"] == ["unfinished: private leaderboard"]


def test_a_board_that_was_not_written_any_more_is_told(desk: tuple[Course, Path]) -> None:
    course, work = desk
    old = (work / "board.json").read_bytes()
    decide(work, OVER, "ratio.over", "--dismiss", "--why", "counted by hand")
    new = (work / "board.json").read_bytes()
    (work / "board.json").write_bytes(old)  # as after a kill just before it was renamed
    needs = grade("status", "--work", work, "--json").json["needs"]
    assert "board.json is not that of run 2" in needs[0]["says"]
    typed(course, work)
    assert (work / "board.json").read_bytes() == new
    assert grade("status", "--work", work, "--json").json["needs"] == []
