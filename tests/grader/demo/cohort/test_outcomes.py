"""The whole demonstration: what came of every member is what the table says, both ways."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.demo.cohort.folder import made_once
from grader.demo.cohort.make import make_cohort
from grader.demo.cohort.members import MEMBERS
from grader.demo.cohort.records import Member
from grader.demo.cohort.site import BULK
from validators.catalogue import all_codes

pytestmark = pytest.mark.torch

ACCUSING = {code.name for code in all_codes() if code.accuses}
_GRADE = "import sys; del sys.path[0]; from grader.cli import main; main()"


@dataclass(frozen=True)
class Shown:
    """The folder of the demonstration, what was printed, and every entrant at the end."""

    folder: Path
    out: str
    entrants: Mapping[str, Mapping[str, Any]]


def grade(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-c", _GRADE, *words),
        cwd=cwd, capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip


def _take_your_time(folder: Path) -> None:
    """Raise the limits: beside other tests no honest program shall be ended for being slow."""
    for name in ("competition.toml", "grading.toml"):
        text = (folder / name).read_text(encoding="utf-8")
        slow = re.sub(r"^(wall_seconds|clean_room_seconds) = \d+$", r"\1 = 100", text, flags=re.M)
        assert slow != text
        (folder / name).write_text(slow, encoding="utf-8")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """A demonstration made here, or the one in the folder that FINISHED_DEMO names."""
    home = tmp_path_factory.mktemp("demonstration")
    folder = home / "demo"
    finished = os.environ.get("FINISHED_DEMO")
    if finished:
        shutil.copytree(finished, folder)
    else:
        made_once(folder, make_cohort)
        _take_your_time(folder)
    done = grade("demo", "demo", cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    again = grade(BULK, "--json", cwd=folder)
    assert again.returncode == 0, again.stderr
    entrants = json.loads(again.stdout)["entrants"]
    return Shown(folder, done.stdout, {each["entrant"]: each for each in entrants})


@pytest.mark.parametrize("member", MEMBERS, ids=lambda each: each.id)
def test_every_member_comes_out_as_the_table_says(member: Member, shown: Shown) -> None:
    found = shown.entrants[member.id]
    assert {each["code"] for each in found["findings"]} == member.codes
    assert found["verdict"] == member.verdict
    offences = {(each["kind"], each["number"], each["penalty"]) for each in found["offences"]}
    assert offences == set(member.penalties)
    assert found["total"] == member.mark
    assert sorted(found["waits"]) == sorted(member.waits)
    assert found["faults"] == []


def test_nobody_else_is_in_the_class(shown: Shown) -> None:
    assert set(shown.entrants) == {member.id for member in MEMBERS}


def test_no_honest_student_is_accused(shown: Shown) -> None:
    for member in MEMBERS:
        accused = ACCUSING & {each["code"] for each in shown.entrants[member.id]["findings"]}
        assert bool(accused) is not member.honest, (member.name, accused)


def test_what_the_ta_decided_is_what_the_table_says(shown: Shown) -> None:
    journal = json.loads(grade("journal", "--json", cwd=shown.folder).stdout)
    taken = {(each["entrant"], each["code"], each["word"]) for each in journal["decisions"]}
    wanted = {(member.id, each.code, each.word) for member in MEMBERS for each in member.decided}
    assert taken == wanted


def test_the_first_run_cost_nobody_anything_that_only_suspects(shown: Shown) -> None:
    """Before the TA decided, only arithmetic cost marks."""
    first = grade("explain", "9900118", "--run", "1", "--json", cwd=shown.folder)
    found = json.loads(first.stdout)["entrant"]
    assert found["offences"] == []
    assert found["verdict"] == "accepted"


def test_it_ends_with_a_board_a_list_and_a_folder(shown: Shown) -> None:
    assert "need you" in shown.out
    assert "rank  name" in shown.out
    assert shown.out.rstrip().endswith("pages for a browser")
    for name in ("board.html", "evidence/index.html", "grade-work/board.json", BULK):
        assert (shown.folder / name).is_file()
    assert "\x1b" not in shown.out


def test_a_second_demonstration_does_nothing_again(shown: Shown) -> None:
    again = grade("demo", shown.folder.name, cwd=shown.folder.parent)
    assert again.returncode == 0, again.stderr
    assert "They are there already." in again.stdout
    assert "grade decide 9900117" not in again.stdout
    runs = json.loads(grade("runs", "--json", cwd=shown.folder).stdout)["runs"]
    assert len({each["number"] for each in runs}) == len(runs)


def test_the_readme_shows_what_comes_and_its_commands_work(shown: Shown, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
    table = next(block for block in blocks(readme, "text") if block.startswith("rank  entrant"))
    lines = [line.split() for line in table.splitlines() if " 99001" in line[:17]]
    assert len(lines) >= 8
    last = grade(BULK, cwd=shown.folder).stdout
    printed = {" ".join(line.split()[:6]) for line in last.splitlines()}
    assert {" ".join(line[:6]) for line in lines} <= printed
    assert next(line for line in table.splitlines() if "need you" in line) in shown.out
    commands = next(block for block in blocks(readme, "console") if "cd demo\n" in block)
    shutil.copytree(shown.folder, tmp_path / "demo")
    bin_first = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ("bash", "-e", "-c", commands.partition("\n")[2]), cwd=tmp_path, check=False,
        env={**os.environ, "PATH": bin_first}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "9900122: rejected" in done.stdout
    assert done.stdout.rstrip().endswith("safe to submit")


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)
