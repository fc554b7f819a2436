"""`grade` that is killed at any moment: nothing is lost, torn, doubled or left running."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from grader.store import DATABASE, read_store
from grader.work_folder import SCRATCH
from tests.course.make import make_course
from tests.course.ordinary import ORDINARY
from tests.grader.grading.killing import Scene, Step
from tests.grader.grading.trials import finish, trial, undisturbed
from tests.grader.grading.words import Deed, deeds, killed_deed
from tests.grader.grading.wreckage import Outcome, outcome, phase_of, refuse_torn

MEMBERS, KILLS = 8, 6

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="finds processes by Linux's /proc"
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    make_course(folder / "course", ORDINARY[:MEMBERS], guests=())
    return folder


@pytest.fixture(scope="module")
def scene(folder: Path) -> Scene:
    return Scene(folder / "course", "submissions", folder / "work")


@pytest.fixture(scope="module")
def expected(scene: Scene) -> Outcome:
    return undisturbed(scene, "undisturbed")[0]


@pytest.fixture(scope="module")
def looked(scene: Scene) -> Path:
    """A work folder in which every submission was looked at, and none read to be compared."""
    work = scene.work("looked")
    step = Step("grader.workers.pool", "_Keeper.end", "after")
    assert scene.grade(work, step=step).ended() == -9
    assert phase_of(work) == "looking"
    return work


@pytest.fixture(scope="module")
def both_deeds(folder: Path) -> dict[str, Deed]:
    return {deed.name: deed for deed in deeds(folder)}


def test_killed_at_random_moments_it_ends_as_if_undisturbed(folder: Path) -> None:
    scene = Scene(folder / "course", "submissions.zip", folder / "work of zip")
    expected, tempo = undisturbed(scene, "undisturbed")
    assert tempo.lines == MEMBERS
    dice, kills, number = random.Random(2024), 0, 0
    while kills < KILLS:
        killed, work = trial(scene, f"trial{number}", tempo, dice, KILLS - kills)
        assert not outcome(work, scene.home).differs(expected), killed
        kills, number = kills + len(killed), number + 1
        assert number < 2 * KILLS, "it is always faster than we, and nothing is tested"


@pytest.mark.parametrize(
    ("step", "phase"),
    [
        (Step("grader.grading.inspect_stage", "merged", "before"), "looking"),
        (Step("grader.grading.settling", "settle", "before"), "judging"),
        (Step("grader.store", "Store.finish", "after"), "finishing"),
        (Step("os", "fsync", "before"), "publishing"),
        (Step("leaderboard.written", "_sync_folder", "before"), "telling"),
    ],
    ids=str,
)
def test_killed_at_a_step_it_ends_as_if_undisturbed(
    step: Step, phase: str, scene: Scene, looked: Path, expected: Outcome
) -> None:
    work = scene.work(f"{step} {step.module}", looked)
    assert scene.grade(work, step=step).ended() == -9
    assert phase_of(work) == phase
    refuse_torn(work)
    assert any(work.glob(".leaderboard-*")) == (step.name == "fsync")
    finish(scene.grade(work))
    assert not outcome(work, scene.home).differs(expected)


def test_killed_after_the_last_look_the_next_run_clears_away(
    scene: Scene, looked: Path, expected: Outcome
) -> None:
    work = scene.work("cleared", looked)
    assert any((work / SCRATCH).iterdir())
    finish(scene.grade(work))
    assert not any((work / SCRATCH).iterdir())
    assert not outcome(work, scene.home).differs(expected)


def test_killed_while_a_bulk_zip_is_unpacked_it_begins_anew(folder: Path, scene: Scene) -> None:
    zipped = Scene(scene.home, "submissions.zip", folder / "unpacking")
    work = zipped.work("work")
    step = Step("grader.collect.export", "_write_findings", "before")
    assert zipped.grade(work, step=step).ended() == -9
    assert phase_of(work) == "unpacking"
    (unpacked,) = (work / "export").iterdir()
    # What was unpacked before the kill isn't trusted.
    (unpacked / "half").write_bytes(b"half a file")
    finish(zipped.grade(work))
    assert not [path for path in work.rglob("*") if path.name == "half" or path.suffix == ".part"]


def test_the_second_of_two_at_once_is_told_who_holds_the_folder(
    scene: Scene, expected: Outcome
) -> None:
    work = scene.work("two")
    first = scene.grade(work)
    first.until(1, 0.0)
    first.process.send_signal(signal.SIGSTOP)  # or it might end before the second one has started
    second = scene.command(work, ("submissions",), mark="second")
    assert second.ended() == 2
    first.process.send_signal(signal.SIGCONT)
    assert f"is held by process {first.process.pid} on host " in second.told
    assert "(grade submissions)" in second.told
    finish(first)
    assert not outcome(work, scene.home).differs(expected)


@pytest.mark.parametrize(
    ("name", "step", "came"),
    [
        ("grade decide", Step("grader.store", "Store.decide", "before"), "nothing"),
        ("grade decide", Step("grader.store", "Store.decide", "after"), "nothing"),
        ("grade decide", Step("leaderboard.written", "_sync_folder", "before"), "all"),
        ("grade --apply", Step("grader.store", "Store.publish", "after"), "half"),
    ],
)
def test_a_word_that_is_killed_is_written_or_not_and_grade_puts_it_in_force(
    name: str, step: Step, came: str, both_deeds: dict[str, Deed]
) -> None:
    work = f"{step} {step.module}"
    assert killed_deed(both_deeds[name], work, random.Random(0), step) == came


def test_a_database_that_was_half_emptied_of_its_log_is_whole(
    scene: Scene, looked: Path, tmp_path: Path
) -> None:
    """Killed then, the file is shorter than its new first page says; the log has the rest."""
    work = scene.work("log", looked)
    step = Step("grader.store", "Store.publish", "after")
    assert scene.grade(work, step=step).ended() == -9
    whole = tmp_path / "whole"
    shutil.copytree(work, whole)
    with closing(sqlite3.connect(whole / DATABASE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    page = (whole / DATABASE).read_bytes()[:4096]
    database = work / DATABASE
    assert database.stat().st_size < (whole / DATABASE).stat().st_size
    database.write_bytes(page + database.read_bytes()[4096:])
    refuse_torn(work)
    with read_store(work) as store:
        run = store.in_force()
    assert run is not None
    finish(scene.grade(work))
