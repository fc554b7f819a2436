"""What `grade SUBMISSIONS` answers: a first run, the same again, a preview, and what moved."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Optional

import pytest

from grader.class_list import ClassList
from grader.collect import Collection
from grader.grading.moves import Moves
from grader.grading.request import Graded
from grader.matching import Matching
from grader.outcomes import Decision, Judged, Ruling
from grader.runs import Run
from grader.showing.documents import graded_json
from grader.showing.graded import graded_lines
from tests.grader.shown import AFTER, BEFORE, plain, run
from tests.grader.shown import FOUND as FOUND_LATE

FOUND = ClassList(Collection((), (), (), Path()), Matching((), (), (), (), (), ()), None)
OLD = run(2, state=BEFORE)
NEW = run(5, state=AFTER)
MOVED = "3 entrants change, 1 other shifts by up to 1.50"
NEXT = "next: grade status --work 'my work' · leaderboard show 'my work/board.json' --audience ta"


def graded(of: Run, before: Optional[Run], in_force: Run) -> Graded:
    return Graded(of, before, Moves(), in_force, FOUND, 7)


def lines(done: Graded, anonymous: bool = False) -> list[str]:
    found = list(graded_lines(done, Path("my work"), anonymous, None))
    return "\n".join(found[1:]).splitlines()  # without the table of the class


def member(student: str, **more: object) -> Judged:
    """An entrant whose pseudonym has nothing of their id."""
    judged = plain(student, **more)
    entrant = replace(judged.case.entrant, pseudonym=f"E-{student[::-1]}")
    return replace(judged, case=replace(judged.case, entrant=entrant))


@pytest.mark.parametrize(
    ("done", "first", "last"),
    [
        (graded(NEW, None, NEW), "4 done, 0 need you", "run 5 is in force: my work/board.json"),
        (graded(NEW, OLD, NEW), "Since run 2:", "run 5 is in force: my work/board.json"),
        (
            graded(NEW, NEW, NEW), "4 done, 0 need you",
            "nothing changed; run 5 is in force: my work/board.json",
        ),
        (
            graded(NEW, OLD, OLD), "Regrade: run 5 is not in force. It would change run 2:",
            "run 2 is in force: my work/board.json",
        ),
    ],
    ids=["first", "moved", "same", "preview"],
)  # fmt: skip
def test_the_answer_in_text(done: Graded, first: str, last: str) -> None:
    told = lines(done)
    assert told[0] == ""
    assert told[1].startswith(first)
    assert (MOVED in told) is (done.before is OLD)
    assert told[-2:] == [last, NEXT]
    assert [line for line in told if " need you (" in line] == [
        "4 done, 0 need you (3 accepted, 1 rejected; 4 ranked)"
    ]


@pytest.mark.parametrize("preview", [True, False])
def test_nobody_is_named_in_what_moved(preview: bool) -> None:
    students = ("9900101", "9900102")
    before = run(2, *(member(student) for student in students))
    after = run(5, *(member(student, verdict="rejected") for student in students))
    done = graded(after, before, before if preview else after)
    told = ["\n".join(graded_lines(done, Path("w"), hidden, None)) for hidden in (False, True)]
    assert [[student in text for student in students] for text in told] == [[True] * 2, [False] * 2]
    told = [graded_json(done, Path("w"), hidden) for hidden in (False, True)]
    assert [[student in text for student in students] for text in told] == [[True] * 2, [False] * 2]


def test_the_answer_as_json() -> None:
    answer = json.loads(graded_json(graded(NEW, OLD, OLD), Path("w"), False))
    entrants, moves, needs = (answer.pop(name) for name in ("entrants", "moves", "needs"))
    assert answer == {
        "format": 1, "run": 5, "in_force": 2, "board": "w/board.json", "looked_at": 7,
        "source": "private", "ranked": 4, "without_sandbox": [],
    }  # fmt: skip
    assert [each["entrant"] for each in entrants] == ["1", "2", "4", "5"]
    assert [each["entrant"] for each in moves["own"]] == ["1", "3", "5"]
    assert [each["about"] for each in needs] == ["regrade"]


@pytest.mark.parametrize("anonymous", [False, True])
def test_an_appeal_is_told_in_the_students_words(anonymous: bool) -> None:
    ruling = Ruling(FOUND_LATE.code, "appealed", "e", 1)
    appealed = member("123", rulings=(ruling,))
    of = run(2, replace(appealed, case=replace(appealed.case, findings=(FOUND_LATE,))))
    word = Decision(2, "at", "Ada", "123", FOUND_LATE.code, "appeal", "123 had asked before")
    done = replace(graded(of, None, of), decisions=(word,))
    told = "\n".join(lines(done, anonymous))
    who = "E-321" if anonymous else "123"
    assert f'the student says "{who} had asked before"' in told
    needs = json.loads(graded_json(done, Path("w"), anonymous))["needs"]
    assert any(f'"{who} had asked before"' in each["says"] for each in needs)
