"""One submission run again by a direct call: what breaks on our side is told, whoever's it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.collect import collect, open_export
from grader.rerun import conducting
from grader.rerun.conducting import look_again
from grader.rerun.orders import Orders, orders_text
from grader.rerun.records import Rerun
from grader.rerun.reruns_csv import Answer
from grader.sandbox.trouble import SandboxFault
from tests.grader.rerun import plain_programs as programs
from tests.grader.rerun.plain_course import Course, honest, make_plain_course

WHO = "9900101"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    files = {"main.py": programs.PRINTS_ENVIRONMENT, **programs.CONTRACT}
    return make_plain_course(tmp_path_factory.mktemp("one") / "course", [honest(WHO, files=files)])


def orders_of(course: Course) -> Orders:
    return Orders(assets=str(course.assets), seed="a seed", threads=1, clean_room_seconds=60)


def again(course: Course, scratch: Path, orders: Orders) -> Rerun:
    """What running the course's one submission again shows."""
    export = open_export(course.submissions, scratch, course.rules)
    (submission,) = collect(export, course.rules).submissions
    told = orders_text(orders)
    look = look_again(submission, export.root, scratch, course.rules, None, ("rerun",), told)
    assert look.reran is not None
    return look.reran


def refuse(*_: object) -> None:
    raise SandboxFault("bwrap: no user namespaces", "As root: sysctl -w x=1")


def breaks(*_: object) -> None:
    raise ZeroDivisionError("ours")


@pytest.mark.parametrize(
    ("broken", "code", "message", "remedy"),
    [
        ("isolation", "fault.sandbox", "bwrap: no user namespaces.", "sysctl -w x=1"),
        ("assets", "fault.assets", "test.jsonl:1: is no JSON object", "not the student's fault"),
        ("weigh", "fault.rerun", "ZeroDivisionError", "not the student's fault"),
    ],
)
def test_what_breaks_on_our_side_is_a_fault_and_no_finding(
    course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
    code: str,
    message: str,
    remedy: str,
) -> None:
    orders = orders_of(course)
    if broken == "assets":
        folder = tmp_path / "assets/datasets/billsum"
        folder.mkdir(parents=True)
        (folder / "test.jsonl").write_text("no JSON", "utf-8")
        orders = replace(orders, assets=str(tmp_path / "assets"))
    else:
        doing: Callable[..., None] = refuse if broken == "isolation" else breaks
        monkeypatch.setattr(conducting, broken, doing)
    found = again(course, tmp_path, orders)
    (fault,) = found.faults
    assert fault.code == code
    assert message in fault.message
    assert "Verdict withheld" in fault.remedy
    assert remedy in fault.remedy
    assert WHO in fault.place
    assert (found.findings, found.ran) == ((), ())


def test_the_program_is_told_nothing_of_whose_it_is(course: Course, tmp_path: Path) -> None:
    found = again(course, tmp_path, orders_of(course))
    (ran,) = found.ran
    assert [each.code for each in found.findings] == ["rerun.reproduced"]
    assert "OUTPUT_DIR" in ran.streams
    for told in (WHO, str(tmp_path), str(course.home)):
        assert told not in ran.streams


def test_an_answer_that_cannot_be_obeyed_runs_nothing(course: Course, tmp_path: Path) -> None:
    answer = Answer(f"HW4_{WHO}_s.zip", "9", "", 2)
    found = again(course, tmp_path, replace(orders_of(course), answer=answer))
    assert found.bad_answer.startswith('there is no candidate "9"')
    assert (found.ran, found.faults, found.waits) == ((), (), True)


def test_the_seed_draws_the_rows(course: Course, tmp_path: Path) -> None:
    drawn = []
    for number, seed in enumerate(("a seed", "a seed", "another")):
        scratch = tmp_path / str(number)
        scratch.mkdir()
        drawn.append(again(course, scratch, replace(orders_of(course), seed=seed)).rows)
    assert drawn[0] == drawn[1] != drawn[2]
