"""`grade explain --rerun`: what was run, how it ended, what it asked for and what it printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.grader.rerun import plain_programs as programs
from tests.grader.rerun.plain_course import Course, honest, make_plain_course, work_folder
from tests.typed import Done, grade

HONEST, CRASHES, ASKS, SCREAMS, DRAWS = "9900101", "9900108", "9900117", "9900120", "9900106"
_ESCAPES = "print('\\x1b[2J\\x1b]0;hm\\x07\\u202egone')\nfor n in range(200): print('line', n)"
_CODE = {
    HONEST: programs.HONEST,
    CRASHES: programs.CRASHES,
    ASKS: programs.ASKS,
    SCREAMS: programs.program(end=f"{_ESCAPES}\nsys.exit(3)"),
    DRAWS: programs.UNSEEDED,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path]:
    """The course, and a work folder in which it was graded once."""
    home = tmp_path_factory.mktemp("explained")
    students = [
        honest(who, files={"main.py": code, **programs.CONTRACT}) for who, code in _CODE.items()
    ]
    course, work = make_plain_course(home / "course", students), work_folder(home / "work")
    assert grade(*course.words, "--work", work).status == 0
    return course, work


def explained(made: tuple[Course, Path], who: str, *more: object) -> Done:
    done = grade("explain", who, "--rerun", "--work", made[1], *more)
    assert done.status == 0
    return done


def document(made: tuple[Course, Path], who: str) -> Any:
    return explained(made, who, "--json").json["rerun"]


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (HONEST, "  ran      python main.py '{data}' '{output}'"),
        (HONEST, "  found by rerun.toml"),
        (HONEST, "  compared with predictions.csv (40 rows)"),
        (HONEST, "  12 rows: 12 exactly, 0 closely, 0 different, 0 missing"),
        (HONEST, "  12 of 40 rows were made again; had more than 5 % of the rows been different"),
        (HONEST, "run 1: ended well ("),
        (HONEST, "  isolation: bubblewrap "),
        (HONEST, "    dataset  billsum/test  opened as a file  main.py:3"),
        (CRASHES, "run 1: ended with exit code 1 ("),
        (CRASHES, "    half done"),
        (CRASHES, "    ValueError: no column called Abstract"),
        (ASKS, "198.51.100.7:80"),
        (ASKS, "/home/teacher/key.csv  outside of what the program is given  main.py:"),
        (SCREAMS, "run 1: ended with exit code 3 ("),
        (SCREAMS, "    line 199"),
        (DRAWS, "run 2: ended well ("),
        (DRAWS, "  the code ran twice, the second time in another order, to tell its own chance"),
    ],
)
def test_it_tells(made: tuple[Course, Path], who: str, told: str) -> None:
    assert told in explained(made, who).out


def test_only_the_end_of_what_was_printed_is_shown_and_made_fit_for_it(
    made: tuple[Course, Path],
) -> None:
    out = explained(made, SCREAMS).out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "line 100\n" not in out


def test_the_same_is_there_as_json(made: tuple[Course, Path]) -> None:
    found = document(made, CRASHES)
    (ran,) = found["ran"]
    assert (ran["ended"], ran["succeeded"], ran["limit"]) == ("ended with exit code 1", False, "")
    assert ran["streams"].endswith("ValueError: no column called Abstract")
    assert ran["peak_memory_bytes"] > 1_000_000
    assert (found["proved_by"], found["agreement"]) == ("nothing", None)
    whole = document(made, HONEST)
    assert (whole["proved_by"], len(whole["rows"])) == ("code", 20)
    kinds = [kind for kind, _ in whole["rows"]]
    assert [kinds.count(each) for each in ("sample", "twin", "canary")] == [12, 4, 4]


def test_without_the_option_it_is_left_out(made: tuple[Course, Path]) -> None:
    done = grade("explain", CRASHES, "--work", made[1])
    assert "half done" not in done.out
    assert "rerun.ended  main.py: the run ended with exit code 1" in done.out
    answer = grade("explain", CRASHES, "--work", made[1], "--json").json
    assert "rerun" not in answer


def test_it_names_people_so_nobody_sees_it_under_pseudonyms(made: tuple[Course, Path]) -> None:
    done = grade("explain", HONEST, "--rerun", "--anonymous", "--work", made[1])
    assert (done.status, done.out) == (2, "")
    assert "which may name anybody" in done.err


def test_where_no_code_was_run_the_next_step_is_told(
    made: tuple[Course, Path], tmp_path: Path
) -> None:
    course, work = made[0], tmp_path / "work"
    assert grade(*course.words, "--work", work, "--no-rerun").status == 0
    done = grade("explain", HONEST, "--rerun", "--work", work)
    assert (done.status, done.out) == (2, "")
    assert f"in run 1 no code of {HONEST} was run again" in done.err
