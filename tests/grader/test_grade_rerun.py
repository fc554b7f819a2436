"""A class whose code is run again: who is told apart from whom, and what the TA is shown."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest

from tests.grader.rerun import plain_programs as programs
from tests.grader.rerun.plain_course import (
    DISK_MB,
    MEMORY_MB,
    PROCESSES,
    ROWS,
    SAMPLED,
    WALL_SECONDS,
    Course,
    Student,
    bills,
    honest,
    honest_texts,
    make_plain_course,
    work_folder,
)
from tests.typed import Done, grade

HONEST = honest_texts()
TEXTS = tuple(bill.text for bill in bills("test"))


def drawn(seed: int) -> tuple[str, ...]:
    """What a program that draws words makes of the public rows, in their order."""
    dice = random.Random(seed)
    return tuple(" ".join(dice.sample(text.split(), 9)) for text in TEXTS)


def student(number: int, code: str, sent: Any = HONEST, **more: Any) -> Student:
    """One with this program."""
    return honest(
        f"99001{number:02}", files={"main.py": code, **programs.CONTRACT}, sent=sent, **more
    )


# Who, and which findings of the re-run there must be but for `rerun.score`.
CLASS: dict[str, tuple[Student, set[str]]] = {
    # The one whose program never ends comes first: all others are done beside it.
    "hangs": (student(0, programs.HANGS), {"ended"}),
    "honest": (student(1, programs.HONEST), {"reproduced"}),
    "reads labels": (
        student(2, programs.READS_LABELS, tuple(bill.summary for bill in bills("test"))),
        {"labels"},
    ),
    "looks up by number": (student(3, programs.by_number(HONEST)), {"looked-up"}),
    "looks up by text": (student(4, programs.by_text(HONEST, TEXTS)), {"looked-up"}),
    "ships its file": (student(5, programs.COPIES), {"looked-up"}),
    "draws without a seed": (student(6, programs.UNSEEDED, drawn(1)), {"random"}),
    "draws with its own seed": (student(7, programs.SEEDED, drawn(7)), {"random"}),
    "crashes": (student(8, programs.CRASHES), {"ended"}),
    "eats memory": (student(10, programs.MEMORY), {"ended"}),
    "fills the disk": (student(11, programs.DISK), {"ended"}),
    "forks": (student(12, programs.PROCESSES), {"ended", "asked"}),
    "writes nothing": (student(13, programs.NOTHING), {"no-predictions"}),
    "writes beside its code": (student(14, programs.BESIDE), {"reproduced"}),
    "handed in no predictions, Kaggle shows more": (
        student(15, programs.HONEST, packed=False, board=0.9), {"nothing-submitted"},
    ),
    "handed in its predictions beside the zip": (
        student(16, programs.HONEST, packed=False, beside=True), {"nothing-submitted"},
    ),
    "asks for the network and a file": (student(17, programs.ASKS), {"asked", "reproduced"}),
    "two programs": (
        honest("9900118", files={"one.py": programs.HONEST, "two.py": programs.HONEST}), set(),
    ),
    "the library's stand-in": (student(19, programs.STAND_IN), {"reproduced"}),
}  # fmt: skip
ACCUSED = {"labels", "looked-up"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path, Done]:
    """The course, its work folder, and what the first grading said."""
    home = tmp_path_factory.mktemp("reruns")
    course = make_plain_course(home / "course", [student for student, _ in CLASS.values()])
    work = work_folder(home / "work")
    return course, work, grade(*course.words, "--work", work, "--json")


def test_what_was_read_in_the_code_is_joined_with_what_running_it_showed(
    made: tuple[Course, Path, Done],
) -> None:
    entrant = of(made, "reads labels")
    (finding,) = [each for each in entrant["findings"] if each["code"] == "data.labels-written"]
    assert "while running" in finding["remedy"]
    assert "was not run again" not in finding["remedy"]


def entrants(done: Done) -> dict[str, dict[str, Any]]:
    return {each["entrant"]: each for each in done.json["entrants"]}


def of(made: tuple[Course, Path, Done], who: str) -> dict[str, Any]:
    return entrants(made[2])[CLASS[who][0].id]


def messages(entrant: dict[str, Any]) -> dict[str, str]:
    """The messages of the re-run's findings by code, without the prefix."""
    return {
        each["code"][6:]: each["message"]
        for each in entrant["findings"]
        if each["code"].startswith("rerun.")
    }


def test_everybody_is_done_and_our_part_broke_nowhere(made: tuple[Course, Path, Done]) -> None:
    _, _, done = made
    assert done.status == 0
    assert [each["faults"] for each in done.json["entrants"]] == [[]] * len(CLASS)
    assert "Traceback" not in done.err


@pytest.mark.parametrize("who", CLASS)
def test_each_is_told_apart(made: tuple[Course, Path, Done], who: str) -> None:
    entrant, expected = of(made, who), CLASS[who][1]
    assert set(messages(entrant)) - {"score"} == expected
    accused = {f"rerun.{code}" for code in ACCUSED & expected}
    asked = {f"rerun {entrant['submission']}"} if who == "two programs" else set()
    read = {"data.labels-written"} if who == "reads labels" else set()
    assert set(entrant["waits"]) == accused | asked | read
    assert entrant["verdict"] == ("withheld" if who == "two programs" else "accepted")


def test_nobody_loses_a_mark_by_what_only_accuses(made: tuple[Course, Path, Done]) -> None:
    marks = {who: of(made, who) for who in CLASS if who != "two programs"}
    assert all(each["parts"][0]["points"] == "80" for each in marks.values())
    assert all(each["offences"] == [] for each in marks.values())


@pytest.mark.parametrize(
    ("who", "ended"),
    [
        ("hangs", f"was ended at its limit of {WALL_SECONDS} seconds, after {WALL_SECONDS} s"),
        ("eats memory", f"was ended at its limit of {MEMORY_MB} MB"),
        ("fills the disk", f"was ended at its limit of {DISK_MB} MB of disk"),
        ("forks", f"was ended at its limit of {PROCESSES} processes"),
        ("crashes", "ended with exit code 1"),
    ],
)
def test_an_end_says_which_limit_it_was(
    made: tuple[Course, Path, Done], who: str, ended: str
) -> None:
    assert messages(of(made, who))["ended"].startswith(f"the run {ended}")


def test_who_is_honest_gets_the_figures_and_the_guarantee(made: tuple[Course, Path, Done]) -> None:
    entrant = of(made, "honest")
    assert entrant["quality"]["re-run"] == f"{SAMPLED} of {SAMPLED} rows made again by the code"
    assert entrant["quality"]["re-run score"].endswith(f"on {SAMPLED} rows")
    told = messages(entrant)["reproduced"]
    assert told.startswith(f"{SAMPLED} of {SAMPLED} rows have the submitted text. ")
    # 12 of 40 are drawn; 5 % of 40 are 2, so at least 3 differ: 1 - C(37,12)/C(40,12).
    assert f"{SAMPLED} of {ROWS} rows were made again; had more than 5 % of the rows been" in told
    assert told.endswith("at least one of these would have been with 66.8 % probability.")


def test_a_score_is_held_against_kaggles_board(made: tuple[Course, Path, Done]) -> None:
    off = messages(of(made, "handed in no predictions, Kaggle shows more"))
    assert "Kaggle's private board: 0.9000" in off["score"]
    assert "score" not in messages(of(made, "handed in its predictions beside the zip"))
    assert (
        "the submitted texts on these rows: 1.0000" in messages(of(made, "reads labels"))["score"]
    )


def test_attempts_are_told_with_their_lines(made: tuple[Course, Path, Done]) -> None:
    lines = programs.ASKS.splitlines()
    connects = lines.index('    socket.create_connection(("198.51.100.7", 80), 1)') + 1
    opens = lines.index('    open("/home/teacher/key.csv")') + 1
    told = messages(of(made, "asks for the network and a file"))["asked"]
    assert f'"198.51.100.7:80" in main.py:{connects}' in told
    assert f'a file elsewhere: "/home/teacher/key.csv" in main.py:{opens}' in told


def test_what_is_run_is_shown_and_asked(made: tuple[Course, Path, Done]) -> None:
    _, work, _ = made
    with (work / "reruns.csv").open(encoding="utf-8-sig", newline="") as file:
        first, *rest = csv.DictReader(file)
    assert first["submission"] == CLASS["two programs"][0].source
    assert "2 programs write a CSV" in first["asks"]
    assert first["candidates"] == "1: python one.py; 2: python two.py"
    assert {row["found"] for row in rest} == {"python main.py {data} {output}"}
    assert len(rest) == len(CLASS) - 1
    needs = grade("status", "--all", "--work", work).out
    assert "question  9900118: it is not clear what to run of HW4_9900118_s.zip" in needs
    assert f"answer it in {work}/reruns.csv, and grade again" in needs


def test_nothing_is_run_twice(made: tuple[Course, Path, Done]) -> None:
    course, work, first = made
    again = grade(*course.words, "--work", work, "--json")
    assert (again.status, again.err) == (0, "")
    assert again.json["run"] == first.json["run"] == 1
    assert again.json["entrants"] == first.json["entrants"]
