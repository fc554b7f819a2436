"""What the TA writes into `reruns.csv`: obeyed, refused with its line, or shown as outdated."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.grader.rerun.again import CLASS, GOOD, UNCLEAR, codes, entrants, ran, rerun_of, typed
from tests.grader.rerun.plain_course import (
    Course,
    desk_of,
    make_plain_course,
    table,
    work_folder,
)

TWO = tuple(each for each in CLASS if each.id in (GOOD, UNCLEAR))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path]:
    """The course, and a work folder in which it was graded once."""
    home = tmp_path_factory.mktemp("again")
    course, work = make_plain_course(home / "course", TWO), work_folder(home / "work")
    assert typed(course, work).status == 0
    return course, work


@pytest.fixture
def desk(made: tuple[Course, Path], tmp_path: Path) -> tuple[Course, Path]:
    """A copy of both to work on."""
    return desk_of(*made, tmp_path)


def answer(work: Path, text: str, asked: str = "") -> None:
    """Write the TA's answer about who is unclear into `reruns.csv`."""
    path = work / "reruns.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = (row for row in rows if UNCLEAR in row["submission"])
    row.update({"answer": text, **({"asked": asked} if asked else {})})
    path.write_bytes(table([tuple(rows[0]), *(tuple(each.values()) for each in rows)]))


def answers(work: Path) -> dict[str, str]:
    """The row about who is unclear."""
    with (work / "reruns.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(row for row in csv.DictReader(file) if UNCLEAR in row["submission"])


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("1", ["python", "one.py"]),
        ("２", ["python", "two.py"]),
        ("cd code && python two.py", ["python", "two.py"]),
    ],
)
def test_an_answer_is_obeyed(desk: tuple[Course, Path], text: str, command: list[str]) -> None:
    course, work = desk
    answer(work, text)
    done = typed(course, work)
    assert (done.status, ran(done)) == (0, [UNCLEAR])
    assert entrants(done)[UNCLEAR]["verdict"] == "accepted"
    assert codes(entrants(done)[UNCLEAR]) == {"rerun.reproduced"}
    told = rerun_of(work, UNCLEAR)["entry"]
    assert (told["command"], told["found_by"]) == (command, "the TA's answer in reruns.csv")
    assert ran(typed(course, work)) == []
    assert answers(work)["answer"] == text


def test_who_is_left_out_is_accepted_and_it_is_told(desk: tuple[Course, Path]) -> None:
    course, work = desk
    answer(work, "skip")
    found = entrants(typed(course, work))[UNCLEAR]
    assert (found["verdict"], codes(found)) == ("accepted", set())
    assert found["quality"]["re-run"] == "left out, as the TA decided"
    assert rerun_of(work, UNCLEAR)["ran"] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3", 'there is no candidate "3"'),
        ("rm -rf /", '"rm -rf /" is not one Python program'),
    ],
)
def test_a_bad_answer_is_told_with_its_line_and_costs_nothing_else(
    desk: tuple[Course, Path], text: str, says: str
) -> None:
    course, work = desk
    board, line = (work / "board.json").read_bytes(), 2
    answer(work, text)
    done = typed(course, work)
    assert done.status == 2
    assert f"reruns.csv:{line}: " in done.err
    assert says in done.err
    assert (work / "board.json").read_bytes() == board
    assert answers(work)["answer"] == text
    answer(work, "1")
    again = typed(course, work)
    assert (again.status, ran(again)) == (0, [UNCLEAR])


def test_an_answer_about_nobody_is_told(desk: tuple[Course, Path]) -> None:
    course, work = desk
    path = work / "reruns.csv"
    path.write_text(path.read_text("utf-8-sig") + "HW4_9900109_s.zip,,,,,,,skip\n", "utf-8")
    done = typed(course, work)
    assert done.status == 2
    assert 'reruns.csv:4: there is no submission "HW4_9900109_s.zip"' in done.err


def test_an_answer_to_an_older_question_is_shown_not_obeyed(desk: tuple[Course, Path]) -> None:
    course, work = desk
    answer(work, "1", asked="0123456789ab")
    found = entrants(typed(course, work))[UNCLEAR]
    assert found["verdict"] == "withheld"
    row = answers(work)
    assert (row["before"], row["answer"]) == ("1", "")
    assert row["asked"] != "0123456789ab"
