"""What is run again and what isn't: wishes, changes, faults of ours, a machine without walls."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Callable

import pytest

from grader.sandbox import choosing
from grader.sandbox.trouble import SandboxFault
from tests.grader.rerun.again import (
    CLASS,
    EVERYBODY,
    FULL,
    GOOD,
    STAND_IN,
    codes,
    entrants,
    ran,
    rerun_of,
    typed,
)
from tests.grader.rerun.plain_course import (
    DISK_MB,
    ROWS,
    Course,
    bare_python,
    desk_of,
    make_plain_course,
    work_folder,
)
from tests.typed import grade

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path]:
    """The course, and a work folder in which it was graded once."""
    home = tmp_path_factory.mktemp("again")
    course, work = make_plain_course(home / "course", CLASS), work_folder(home / "work")
    assert typed(course, work).status == 0
    return course, work


@pytest.fixture
def desk(made: tuple[Course, Path], tmp_path: Path) -> tuple[Course, Path]:
    """A copy of both to work on."""
    return desk_of(*made, tmp_path)


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def another_limit(course: Course) -> None:
    change(course.competition, f"disk_mb = {DISK_MB}", f"disk_mb = {DISK_MB + 8}")


def another_key(course: Course) -> None:
    change(course.home / "key.csv", "Amends the ", "Condemns what nobody ")


def another_bill(course: Course) -> None:
    change(course.assets / "datasets/billsum/ca_test.jsonl", '"text": "', '"text": "new ')


def another_python(course: Course) -> None:
    """Another environment of the very same interpreter may have other libraries."""
    text = course.grading.read_text("utf-8")
    named = json.dumps(bare_python(course.home.parent / "another-python"))
    course.grading.write_text(re.sub("python = .*", f"python = {named}", text), "utf-8")


def another_split(course: Course) -> None:
    change(course.competition, "rows = 12", "rows = 11")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (another_limit, {FULL}),
        (another_key, set()),
        (another_bill, EVERYBODY),
        (another_python, EVERYBODY),
        (another_split, EVERYBODY),
    ],
)
def test_a_change_runs_again_who_it_concerns(
    desk: tuple[Course, Path], changed: Callable[[Course], None], expected: set[str]
) -> None:
    course, work = desk
    changed(course)
    done = typed(course, work)
    assert done.status == 0
    assert ran(done) == sorted(expected)


def test_another_answer_key_scores_anew(desk: tuple[Course, Path]) -> None:
    course, work = desk
    before = rerun_of(work, GOOD)
    another_key(course)
    done = typed(course, work)
    then = grade("explain", GOOD, "--run", 1, "--work", work, "--json").json["entrant"]
    scores = [each["quality"]["re-run score"] for each in (entrants(done)[GOOD], then)]
    assert scores[0] != scores[1]
    assert rerun_of(work, GOOD) == before


def test_all_rows_are_made_again_once_and_not_again_without_that_wish(
    desk: tuple[Course, Path],
) -> None:
    course, work = desk
    done = typed(course, work, "--full")
    assert ran(done) == sorted(EVERYBODY)
    message = entrants(done)[GOOD]["findings"][0]["message"]
    assert message.startswith(
        f"{ROWS} of {ROWS} rows have the submitted text. All {ROWS} rows were"
    )
    for more in ((), ("--full",)):
        after = typed(course, work, *more)
        assert (after.status, ran(after)) == (0, [])
        assert rerun_of(work, GOOD)["agreement"]["rows"] == ROWS


def test_what_is_left_for_later_is_done_then(made: tuple[Course, Path], tmp_path: Path) -> None:
    course, work = made[0], tmp_path / "work"
    later = typed(course, work, "--no-rerun")
    assert (later.status, ran(later)) == (0, [])
    assert all(each["verdict"] == "withheld" for each in entrants(later).values())
    assert {tuple(each["unfinished"]) for each in entrants(later).values()} == {("rerun",)}
    asked = grade("explain", GOOD, "--rerun", "--work", work)
    assert (asked.status, f"no code of {GOOD} was run again" in asked.err) == (2, True)
    one = typed(course, work, "--only", GOOD)
    assert ran(one) == [GOOD]
    verdicts = {who: each["verdict"] for who, each in entrants(one).items()}
    assert verdicts == {**dict.fromkeys(EVERYBODY, "withheld"), GOOD: "accepted"}
    assert ran(typed(course, work)) == sorted(EVERYBODY - {GOOD})


def test_another_work_folder_draws_other_rows(made: tuple[Course, Path], tmp_path: Path) -> None:
    course, first = made
    drawn = [rerun_of(first, GOOD)["rows"]]
    for work in (work_folder(tmp_path / "same"), tmp_path / "other"):
        assert typed(course, work, "--only", GOOD).status == 0
        drawn.append(rerun_of(work, GOOD)["rows"])
    assert drawn[0] == drawn[1] != drawn[2]
    assert len({tuple(map(tuple, rerun_of(first, who)["rows"])) for who in (GOOD, STAND_IN)}) == 2


def test_a_fault_of_ours_is_tried_three_times_and_again_by_the_next(
    made: tuple[Course, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, work = made[0], work_folder(tmp_path / "work")
    with monkeypatch.context() as patched:
        broken = "tests.grader.rerun.plain_course:broken"
        patched.setattr("grader.grading.reruns.ENTRY", broken)
        done = typed(course, work)
        assert (done.status, ran(done)) == (0, sorted([*EVERYBODY] * 3))
    for each in entrants(done).values():
        (fault,) = each["faults"]
        assert (fault["code"], each["verdict"]) == ("fault.rerun", "withheld")
        assert "not the student's fault" in fault["remedy"]
    after = typed(course, work)
    assert (after.status, ran(after)) == (0, sorted(EVERYBODY))
    assert entrants(after)[GOOD]["verdict"] == "accepted"


def test_assets_that_do_not_fit_are_told_once(desk: tuple[Course, Path]) -> None:
    course, work = desk
    path = course.assets / "datasets/billsum/test.jsonl"
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[1:]), "utf-8")
    done = typed(course, work)
    assert done.status == 2
    assert f"test.jsonl: has {ROWS - 1} rows; expected {ROWS}" in done.err
    assert "Traceback" not in done.err


@pytest.fixture
def unwalled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no sandbox can be started."""

    def refused() -> None:
        raise SandboxFault("bwrap: no user namespaces", "As root: sysctl -w x=1")

    monkeypatch.setattr(choosing, "working_binary", refused)


@pytest.mark.usefixtures("unwalled")
def test_without_a_sandbox_nothing_is_run_until_the_ta_says_so(
    made: tuple[Course, Path], tmp_path: Path
) -> None:
    course, work = made[0], work_folder(tmp_path / "work")
    refused = typed(course, work)
    assert (refused.status, ran(refused)) == (1, [])
    assert "fault.sandbox  no code was run again: bwrap: no user namespaces As root" in refused.err
    for each in entrants(refused).values():
        (fault,) = each["faults"]
        assert (fault["code"], each["verdict"]) == ("fault.sandbox", "withheld")
        assert "sysctl -w x=1" in fault["remedy"]
        assert "--unsafe-no-sandbox" in fault["remedy"]
        assert each["quality"]["own score"]
    assert "fault.sandbox" in grade("status", "--work", work).out
    unsafe = typed(course, work, "--unsafe-no-sandbox")
    assert (unsafe.status, ran(unsafe)) == (0, sorted(EVERYBODY))
    for who in (GOOD, STAND_IN):
        assert codes(entrants(unsafe)[who]) == {"rerun.reproduced", "rerun.unsafe"}
    shown_everywhere(course, work)


def shown_everywhere(course: Course, work: Path) -> None:
    """That there was no sandbox stands in every report, as text and as JSON."""
    words = (*course.words, "--work", work, "--unsafe-no-sandbox")
    commands: tuple[tuple[object, ...], ...] = (
        words, ("status", "--work", work), ("explain", GOOD, "--work", work),
    )  # fmt: skip
    for each in commands:
        assert "rerun.unsafe" in grade(*each).out
    for each in commands[:2]:
        assert grade(*each, "--json").json["without_sandbox"] == [GOOD, FULL, STAND_IN]
    assert "rerun.unsafe" in grade(*commands[2], "--json").out
    isolation = [each["layers"][0] for each in rerun_of(work, GOOD)["ran"]]
    assert isolation == ["no isolation"]
