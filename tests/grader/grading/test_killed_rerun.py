"""`grade` that is killed while code is run again: what was finished is not run a second time."""

from __future__ import annotations

import os
import re
import select
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from grader.sandbox import cgroups
from grader.store import DATABASE
from grader.work_folder import SCRATCH
from tests.grader.grading.killing import Scene, Step
from tests.grader.grading.trials import finish
from tests.grader.rerun import plain_programs as programs
from tests.grader.rerun.plain_course import WALL_SECONDS, honest, make_plain_course
from tests.sandbox.test_ending import named

SECONDS = 20.0  # a time-out, never waited for
NAME = f"re-{os.getpid()}"
SLEEPS = f'open("/proc/self/comm", "w").write("{NAME}")\ntime.sleep(3600)'

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="finds processes by Linux's /proc"
    ),
]


def test_killed_in_the_middle_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    files = {"main.py": programs.program(end=SLEEPS), **programs.CONTRACT}
    # The first one's program is still running when the second one is done.
    students = [honest("9900100", files=files), *(honest(f"990010{n}") for n in range(1, 4))]
    course = make_plain_course(tmp_path / "course", students)
    text = course.competition.read_text("utf-8")
    course.competition.write_text(text.replace(f"seconds = {WALL_SECONDS}", "seconds = 3"), "utf-8")
    scene = Scene(course.home, "submissions", tmp_path / "work")
    work = scene.work("killed")
    before = left_over()
    step = Step("grader.grading.reruns", "RerunBook.write", "after")
    assert scene.grade(work, step=step).ended() == -9
    refuse_alive(named(NAME))
    (first,) = kept(work)
    left = left_over() - before
    again = scene.grade(work)
    finish(again)
    sources = {each.source for each in students}
    assert {f"HW4_{who}_s.zip" for who in ran(again.told)} == sources - {first}
    assert len(ran(again.told)) == len(students) - 1
    assert set(kept(work)) == sources
    assert [each for each in left if each.exists()] == []
    assert list((work / SCRATCH).iterdir()) == []
    assert str(work) not in Path("/proc/self/mounts").read_text("utf-8")
    refuse_alive(named(NAME))


def ran(told: str) -> list[str]:
    """Whose code was run, by the lines that are told."""
    return sorted(re.findall(r"/3  (\d+)  run again", told))


def kept(work: Path) -> list[str]:
    """Whose re-run the store has."""
    uri = f"{(work / DATABASE).as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        rows = connection.execute("SELECT subject FROM results WHERE stage = 'rerun'").fetchall()
    return [subject for (subject,) in rows]


def left_over() -> set[Path]:
    """The control groups whose maker is dead, those of others on this machine included."""
    found = Path("/sys/fs/cgroup").glob(f"**/{cgroups.PREFIX}*")
    return {path for path in found if cgroups.is_left_over(path.name)}


def refuse_alive(processes: list[int]) -> None:
    """Fail unless all of these end by themselves."""
    for number in processes:
        try:
            handle = os.pidfd_open(number)
        except ProcessLookupError:
            continue
        try:
            assert select.select([handle], [], [], SECONDS)[0], f"process {number} lives on"
        finally:
            os.close(handle)
