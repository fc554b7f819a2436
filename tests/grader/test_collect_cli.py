"""`grade collect` as a TA runs it."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from grader.collect_cli import collect
from grader.settings import load_grading
from tests.grader.exports import (
    CLASS,
    Handed,
    as_zip,
    leaderboard,
    moodle_folder,
    paths_of,
    roster,
    worksheet,
    zipped,
)
from tests.test_guides import blocks
from validators.rules import load_rules


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A bulk zip with one package of nobody's, a roster, a worksheet and a leaderboard."""
    who = [*CLASS, Handed(105, "\u202eEve", (("hw.zip", zipped()),)),
           Handed(106, "陳大文", (("HW4_9900944.zip", b"broken"),))]  # fmt: skip
    as_zip(tmp_path / "hw4.zip", paths_of(who, moodle_folder))
    roster(tmp_path / "roster.csv")
    rows = [("102", "佐藤和真", "0240309", "", "2024年05月15日,00:00")]
    worksheet(tmp_path / "grades.csv", rows)
    leaderboard(tmp_path / "board.csv", [("5", "9900940_王小明")])
    (tmp_path / "grading.toml").write_text(
        'roster = "roster.csv"\n[kaggle]\npublic_leaderboard = "board.csv"\n', encoding="utf-8"
    )
    return tmp_path


def call(course: Path, *words: str) -> Result:
    given = (course / "hw4.zip", "--grading", course / "grading.toml", "--worksheet",
             course / "grades.csv", "--work", course / "work")  # fmt: skip
    texts = [str(word) for word in (*given, *words)]
    return CliRunner().invoke(collect, texts, standalone_mode=False)


def test_the_class_is_shown_with_what_to_do_next(course: Path) -> None:
    shown = call(course)
    assert shown.return_value == 0
    assert "6 submissions, 5 of 5 students with one that counts, 1 late" in shown.output
    assert "1 s late" in shown.output
    assert "9900940_王小明" in shown.output
    assert "unreadable: 陳大文_106_assignsubmission_file/HW4_9900944.zip" in shown.output
    assert "1 question to decide:" in shown.output
    assert shown.output.splitlines()[-1].startswith('next: fill in the column "decision" of ')
    assert "\u202e" not in shown.output


def test_an_answered_question_is_closed(course: Path) -> None:
    call(course)
    matches = course / "work" / "matches.csv"
    text = matches.read_text(encoding="utf-8-sig").rstrip()
    matches.write_text(text + "none\n", encoding="utf-8")
    shown = call(course)
    assert "nothing to decide" in shown.output.splitlines()
    assert call(course).output == shown.output


def test_json_says_it_all_and_is_the_same_every_time(course: Path) -> None:
    first = call(course, "--json")
    assert call(course, "--json").output == first.output
    found = json.loads(first.output)
    assert len(found["entrants"]) == 5
    assert found["entrants"][0]["timing"] == "late"
    assert found["questions"][0]["open"] is True
    assert found["unmatched_submissions"][0]["participant"] == "105"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("roster.csv", "id,name\n9900940,a\n9900940,b\n", 'the id "9900940" repeats line 2'),
        ("grades.csv", "a,b\n1,2\n", "no column of participants"),
        ("board.csv", "a,b\n1,2\n", "no row names TeamId"),
        ("hw4.zip", "hello", "expected a zip"),
        ("work/matches.csv", "question,decision\nteam 77,none\n", "matches.csv:2:"),
    ],
)
def test_a_bad_file_is_told_as_wrong_usage(course: Path, file: str, text: str, said: str) -> None:
    (course / "work").mkdir()
    (course / file).write_text(text, encoding="utf-8")
    result = call(course)
    assert isinstance(result.exception, click.UsageError)
    assert said in str(result.exception)


def test_a_work_folder_inside_the_export_is_refused(course: Path) -> None:
    result = CliRunner().invoke(
        collect, [str(course), "--work", str(course / "work")], standalone_mode=False
    )
    assert isinstance(result.exception, click.UsageError)
    assert "lies inside of" in str(result.exception)


def test_a_work_folder_that_cannot_be_is_our_fault(course: Path) -> None:
    (course / "work").mkdir()
    (course / "work" / "export").write_text("a file", encoding="utf-8")
    result = call(course)
    assert isinstance(result.exception, click.ClickException)
    assert not isinstance(result.exception, click.UsageError)


def test_the_guides_files_are_accepted(tmp_path: Path) -> None:
    private, public = blocks("collecting.md", "toml")
    for name in ("roster.csv", "Grades.csv", "hw4-publicleaderboard.zip"):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "grading.toml").write_text(private, encoding="utf-8")
    assert load_grading(tmp_path / "grading.toml").roster == "roster.csv"
    (tmp_path / "competition.toml").write_text(f'extends = "hw4"\n{public}', encoding="utf-8")
    assert load_rules(tmp_path / "competition.toml").package.reuploads == "latest-in-time"
