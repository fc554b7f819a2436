"""The made-up class, graded by one command: every member comes out as the table says."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.course.make import Course
from tests.course.members import MEMBERS
from tests.course.records import Member
from tests.typed import Done, grade
from validators.catalogue import class_codes

pytestmark = pytest.mark.once

BASELINE = Decimal("0.1134")


def graded_into(course: Course, work: Path, *more: object) -> Done:
    return grade(
        course.submissions, "--competition", course.competition, "--grading", course.grading,
        "--work", work, "--json", *more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graded") / "work"


@pytest.fixture(scope="module")
def answer(course: Course, work: Path) -> dict[str, Any]:
    done = graded_into(course, work)
    assert done.status == 0, done.err
    found: dict[str, Any] = done.json
    return found


@pytest.fixture(scope="module")
def entrants(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["entrant"]: each for each in answer["entrants"]}


def guests_questions(course: Course) -> list[str]:
    return [key for guest in course.guests for key in course.asked(guest)]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda each: each.id)
def test_every_member_comes_out_as_the_table_says(
    member: Member, course: Course, entrants: dict[str, dict[str, Any]]
) -> None:
    found = entrants[member.id]
    grave = {each["code"] for each in found["findings"] if each["severity"] != "notes"}
    offences = tuple((each["kind"], each["number"], each["penalty"]) for each in found["offences"])
    assert grave == member.codes
    assert (found["verdict"], found["timing"]) == (member.verdict, member.timing)
    assert sorted(offences) == sorted(member.penalties)
    assert found["faults"] == []
    of_guests = [key for key in guests_questions(course) if key.split()[0] in member.waits_for]
    assert found["questions"] == sorted((*course.asked(member), *of_guests))
    assert (found["total"] is None) is (member.verdict == "withheld")


def test_who_lacked_something_is_judged_when_it_is_nobodys(course: Course, tmp_path: Path) -> None:
    """The guests' zips and teams are answered with `none`."""
    work = tmp_path / "work"
    assert graded_into(course, work).status == 0
    path = work / "matches.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    nobodys = guests_questions(course)
    lines = [f"{row['question']},none\r\n" for row in rows if row["question"] in nobodys]
    assert len(lines) == len(nobodys)
    path.write_bytes(("question,decision\r\n" + "".join(lines)).encode())
    found = {each["entrant"]: each for each in graded_into(course, work).json["entrants"]}
    for member in MEMBERS:
        if member.later:
            grave = {each["code"] for each in found[member.id]["findings"]}
            assert (found[member.id]["verdict"], member.codes | member.later <= grave) == (
                "rejected", True,
            )  # fmt: skip


def test_every_code_of_the_class_has_a_member_who_shows_it() -> None:
    shown = {code for member in MEMBERS for code in (*member.codes, *member.later)}
    assert {code.name for code in class_codes()} <= shown


def test_nobody_else_is_in_the_class(entrants: dict[str, dict[str, Any]]) -> None:
    assert set(entrants) == {member.id for member in MEMBERS}


def test_the_marks_are_those_of_the_handout(entrants: dict[str, dict[str, Any]]) -> None:
    """Worked out anew: 80 for the baseline, 20 spread evenly over the ranks."""
    scores = {
        member.id: Decimal(member.teams[0].score[1])
        for member in MEMBERS
        if member.verdict == "accepted" and member.teams
    }
    ranked = {name: score for name, score in scores.items() if score >= BASELINE}
    count = len(ranked)
    for name, found in entrants.items():
        exact = Fraction(0)
        if name in ranked:
            rank = 1 + sum(other > ranked[name] for other in ranked.values())
            assert found["rank"] == rank
            exact = 80 + 20 * Fraction(count - rank, count - 1)
        if found["total"] is not None:
            value = Decimal(exact.numerator) / Decimal(exact.denominator)
            assert found["total"] == str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
            assert sum(Fraction(part["points"]) for part in found["parts"]) == exact


def test_the_bulk_zip_comes_to_the_same(
    course: Course, entrants: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    done = grade(
        course.archive, "--competition", course.competition, "--grading", course.grading,
        "--work", tmp_path / "work", "--json",
    )  # fmt: skip
    zipped = {each["entrant"]: each for each in done.json["entrants"]}
    assert {name: (each["verdict"], each["rank"], each["total"], each["reasons"])
            for name, each in zipped.items()} == {
            name: (each["verdict"], each["rank"], each["total"], each["reasons"])
            for name, each in entrants.items()}  # fmt: skip


def test_a_second_run_does_nothing(course: Course, work: Path, answer: dict[str, Any]) -> None:
    board = (work / "board.json").read_bytes()
    again = graded_into(course, work).json
    assert (again["looked_at"], again["run"]) == (0, answer["run"])
    assert again["entrants"] == answer["entrants"]
    assert (work / "board.json").read_bytes() == board


def test_no_output_of_an_anonymous_run_tells_who_somebody_is(course: Course, work: Path) -> None:
    told = [each.name for each in (*MEMBERS, *course.guests) if each.handed]
    told += ["TransformersFans", *(member.id for member in MEMBERS)]
    words = {part for text in told for part in text.split() if len(part) > 3}
    shown = [
        grade("status", "--work", work, "--anonymous", "--all"),
        grade("status", "--work", work, "--anonymous", "--json"),
        graded_into(course, work, "--anonymous"),
        grade("explain", "9900201", "--work", work, "--anonymous"),
        grade("journal", "--work", work, "--anonymous"),
    ]
    for done in shown:
        assert done.status == 0
        assert done.out
        assert not [word for word in words if word in done.out + done.err]
