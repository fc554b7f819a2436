"""A class with something of everything goes through `grade`: what is planted is found, and told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from grader.integrity.records import Traits
from grader.looking import Look
from grader.workers import Answer, Setup, Task
from tests.integrity_sets.whole.make import WholeClass, make_class
from tests.integrity_sets.whole.members import (
    CODE,
    HONEST,
    LIMIT,
    MEMBERS,
    PLANTED,
    Member,
    by_name,
    id_of,
)
from tests.typed import Done, grade
from validators.catalogue import integrity_codes
from validators.report import Fault

pytestmark = pytest.mark.once

ACCUSING = {code.name for code in integrity_codes() if code.accuses}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[WholeClass, Path, Any]:
    """The class, the work folder in which it was graded once, and what `grade` answered."""
    made = make_class(tmp_path_factory.mktemp("whole") / "class")
    work = made.home.parent / "work"
    done = typed(made, work)
    assert done.status == 0, done.err
    return made, work, done.json


@pytest.fixture
def desk(graded: tuple[WholeClass, Path, Any], tmp_path: Path) -> tuple[WholeClass, Path]:
    """The class, and a copy of its work folder to decide in."""
    made, work, _ = graded
    shutil.copytree(work, tmp_path / "work")
    return made, tmp_path / "work"


def typed(made: WholeClass, work: Path, *more: object) -> Done:
    return grade(
        made.submissions, "--competition", made.competition, "--grading", made.grading,
        "--work", work, "--json", *more,
    )  # fmt: skip


def of(answer: Any, member: Member) -> Any:
    return next(each for each in answer["entrants"] if each["entrant"] == id_of(member))


def explained(work: Path, member: Member) -> Any:
    return grade("explain", id_of(member), "--work", work, "--json").json["entrant"]


def decide(work: Path, member: Member, code: str, word: str) -> None:
    done = grade("decide", id_of(member), code, word, "--why", "talked to them", "--who", "TA",
                 "--work", work)  # fmt: skip
    assert done.status == 0, done.err


@pytest.mark.parametrize("member", MEMBERS, ids=lambda each: each.name)
def test_what_is_planted_is_found_and_nothing_else(
    graded: tuple[WholeClass, Path, Any], member: Member
) -> None:
    found = {each["code"] for each in of(graded[2], member)["findings"]}
    assert found & ACCUSING == member.expects


def test_nothing_is_deducted_before_a_decision(graded: tuple[WholeClass, Path, Any]) -> None:
    for member in MEMBERS:
        told = of(graded[2], member)
        assert (told["verdict"], told["faults"], told["offences"]) == ("accepted", [], [])
        waiting = {each["code"] for each in told["rulings"] if each["standing"] == "waits"}
        assert waiting == set(member.expects)


def test_no_finding_names_another_student(graded: tuple[WholeClass, Path, Any]) -> None:
    for member in MEMBERS:
        others = [each for each in MEMBERS if each != member]
        for finding in of(graded[2], member)["findings"]:
            told = str(finding)
            assert not [each for each in others if id_of(each) in told], told


def test_every_observation_has_its_figures_and_its_innocent_explanations(
    graded: tuple[WholeClass, Path, Any],
) -> None:
    for member in PLANTED:
        for finding in of(graded[2], member)["findings"]:
            if finding["code"] in ACCUSING:
                assert "innocent" in finding["remedy"].lower(), finding
                assert any(letter.isdigit() for letter in finding["message"]), finding


def test_what_is_confirmed_costs_the_mark_and_an_appeal_keeps_it_until_decided(
    desk: tuple[WholeClass, Path],
) -> None:
    _, work = desk
    member = by_name("twin")
    decide(work, member, CODE, "--confirm")
    confirmed = explained(work, member)
    assert (confirmed["verdict"], confirmed["total"]) == ("rejected", "0.00")
    decide(work, member, CODE, "--appeal")
    assert explained(work, member)["total"] == "0.00"
    needs = grade("status", "--all", "--work", work, "--json").json["needs"]
    assert [each for each in needs if each["entrant"] == id_of(member)]
    decide(work, member, CODE, "--dismiss")
    dismissed = explained(work, member)
    assert (dismissed["verdict"], dismissed["offences"]) == ("accepted", [])


def test_a_decision_on_a_pair_is_of_one_of_the_two(desk: tuple[WholeClass, Path]) -> None:
    _, work = desk
    decide(work, by_name("twin"), CODE, "--confirm")
    decide(work, by_name("jun"), CODE, "--dismiss")
    assert explained(work, by_name("jun"))["verdict"] == "accepted"
    assert explained(work, by_name("twin"))["verdict"] == "rejected"


def test_a_second_grade_reads_and_compares_nothing(desk: tuple[WholeClass, Path]) -> None:
    made, work = desk
    again = typed(made, work)
    assert (again.status, again.json["looked_at"], again.json["run"]) == (0, 0, 1)
    assert "read, to be compared" not in again.err


def test_a_third_who_hands_in_anew_makes_no_decision_stale(
    desk: tuple[WholeClass, Path], tmp_path: Path
) -> None:
    made, work = desk
    for member in PLANTED:
        for code in sorted(member.expects):
            decide(work, member, code, "--confirm")
    shutil.copytree(made.home, tmp_path / "class")
    other = WholeClass(tmp_path / "class", made.rules)
    gone = by_name("aiko")
    (other.submissions / f"HW4_{id_of(gone)}_{gone.name}.zip").unlink()
    answer = typed(other, work).json
    for member in PLANTED:
        standing = {each["code"]: each["standing"] for each in of(answer, member)["rulings"]}
        assert {code: standing[code] for code in member.expects} == dict.fromkeys(
            member.expects, "confirmed"
        )


def test_the_evidence_names_both_to_the_ta_and_nobody_to_the_student(
    graded: tuple[WholeClass, Path, Any],
) -> None:
    _, work, answer = graded
    twin, other = by_name("twin"), by_name("jun")
    (finding,) = [each for each in of(answer, twin)["findings"] if each["code"] == CODE]
    label = dict(finding["evidence"])["pair"]
    told = grade("evidence", label, "--work", work)
    assert told.status == 0, told.err
    assert id_of(twin) in told.out
    assert id_of(other) in told.out
    shown = grade("evidence", "--for-student", id_of(twin), "--work", work)
    assert id_of(other) not in shown.out
    assert label in shown.out


def test_parts_that_the_rules_leave_out_are_not_looked_at(
    graded: tuple[WholeClass, Path, Any], tmp_path: Path
) -> None:
    made = graded[0]
    text = made.competition.read_text("utf-8")
    (tmp_path / "competition.toml").write_text(f'{text}\n[inspect]\nparts = ["behaviour"]\n')
    done = grade(
        made.submissions, "--competition", tmp_path / "competition.toml", "--grading",
        made.grading, "--work", tmp_path / "work", "--json",
    )  # fmt: skip
    found = {
        finding["code"]
        for each in done.json["entrants"]
        for finding in each["findings"]
        if finding["code"] in ACCUSING
    }
    assert found == {LIMIT}


def test_one_part_that_breaks_withholds_and_says_how_to_go_on(
    graded: tuple[WholeClass, Path, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("grader.grading.inspect_stage.compare_code", broken)
    made, work, _ = graded
    shutil.copytree(work, tmp_path / "work")
    again = tmp_path / "class"
    shutil.copytree(made.home, again)
    gone = HONEST[0]
    (again / "submissions" / f"HW4_{id_of(gone)}_{gone.name}.zip").unlink()
    answer = typed(WholeClass(again, made.rules), tmp_path / "work").json
    told = of(answer, by_name("bram"))
    (fault,) = told["faults"]
    assert told["verdict"] == "withheld"
    assert (fault["code"], fault["place"]) == ("fault.inspect", "code")
    assert "[inspect] parts" in fault["remedy"]


def test_one_that_was_given_up_keeps_nobody_from_the_evidence(
    desk: tuple[WholeClass, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, work = desk
    shutil.copytree(made.home, tmp_path / "class")
    other, slow = WholeClass(tmp_path / "class", made.rules), by_name("aiko")
    with ZipFile(other.submissions / f"HW4_{id_of(slow)}_{slow.name}.zip", "a") as package:
        package.writestr("more.txt", "handed in again")

    def given_up(tasks: Sequence[Task], setup: Setup) -> Iterator[Answer]:
        for task in tasks:
            fault = Fault("fault.time", task.key, "it did not finish in 1 s.")
            yield Answer(task.key, Look(traits=Traits(faults=(fault,))), 1.0)

    monkeypatch.setattr("grader.grading.traits_book.looked_at", given_up)
    answer = typed(other, work, "--why", "handed in again", "--apply").json
    assert of(answer, slow)["verdict"] == "withheld"
    assert of(answer, by_name("twin"))["verdict"] == "accepted"
    told = grade("evidence", id_of(by_name("twin")), "--work", work)
    assert (told.status, CODE in told.out) == (0, True), told.err


def test_no_board_shows_what_was_observed(graded: tuple[WholeClass, Path, Any]) -> None:
    _, work, answer = graded
    told = of(answer, by_name("aiko"))
    assert any("likeness of the weights" in name for name, _ in told["observed"])
    assert not [name for name in told["quality"] if "weights" in name]
    assert "likeness of the weights" not in (work / "board.json").read_text("utf-8")
    assert "likeness of the weights" in grade("explain", told["entrant"], "--work", work).out
