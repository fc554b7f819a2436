"""What the doctor says of a sandbox, of the course's assets and of its Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.doctor import probing, sandboxing
from grader.doctor.probing import Probe, probes
from grader.sandbox import choosing
from grader.sandbox.trouble import SandboxFault
from grader.settings import GradingSettings, load_grading
from grader.workers import WorkersError
from tests.grader.rerun.plain_course import ROWS, Course, honest, make_plain_course
from tests.typed import grade
from validators.rules import load_preset

NONE = GradingSettings()
OWN = ("sandbox", "assets", "course python")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_plain_course(tmp_path / "course", [honest("9900101")])


@pytest.fixture(autouse=True)
def without_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The probes of the workers' limits take seconds, and have tests of their own."""

    def looked(*_: object) -> Any:
        raise WorkersError("left out")

    monkeypatch.setattr(probing, "looked_at", looked)


def refused(*_: object) -> Any:
    raise SandboxFault("bwrap: no user namespaces", "As root: sysctl -w x=1")


def probed(course: Course, work: Path) -> dict[str, Probe]:
    settings = load_grading(course.grading)
    found = {each.name: each for each in probes(work, settings, course.rules, course.home)}
    return {name: found[name] for name in OWN}


def test_a_sandbox_that_works_tells_its_layers_and_its_cost() -> None:
    fine, told, _ = sandboxing.sandbox_probe(NONE)
    assert fine, "this machine has no sandbox, which most tests of re-runs need"
    assert "namespaces" in told
    assert "seccomp filter" in told
    assert told.partition(" ms to start")[0].rpartition(" ")[2].isdecimal()


@pytest.mark.parametrize("needed", [True, False])
def test_a_machine_without_one_is_unfit_only_where_code_is_run(
    needed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "working_binary", refused)
    settings = GradingSettings(assets="assets") if needed else NONE
    fine, told, remedy = sandboxing.sandbox_probe(settings)
    assert (fine, told.startswith("bwrap: no user namespaces")) == (not needed, True)
    assert ("names no assets" in told) == (not needed)
    assert remedy == "As root: sysctl -w x=1"


def test_a_course_that_runs_no_code_needs_nothing_more(tmp_path: Path) -> None:
    rules = load_preset("hw4")
    found = {each.name: each for each in probes(tmp_path, NONE, rules)}
    assert all(found[name].fine for name in OWN[1:])
    assert "no code is run again" in found["assets"].found
    assert "not needed" in found["course python"].found


def test_every_part_is_tried_for_real(course: Course, tmp_path: Path) -> None:
    found = probed(course, tmp_path)
    assert found["sandbox"].fine
    assert found["assets"].found == f"{ROWS} rows to draw from; models: none"
    assert found["assets"].fine
    # The course's Python is a bare one.
    assert not found["course python"].fine
    assert "lacks torch transformers datasets" in found["course python"].found
    assert found["course python"].remedy.startswith("Install into it: torch ")


def a_row_is_missing(course: Course) -> None:
    path = course.assets / "datasets/billsum/test.jsonl"
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[1:]), "utf-8")


def a_line_is_none(course: Course) -> None:
    (course.assets / "datasets/billsum/test.jsonl").write_text("no JSON", "utf-8")


def the_split_is_missing(course: Course) -> None:
    (course.assets / "datasets/billsum/test.jsonl").unlink()


def a_model_counts(course: Course) -> None:
    text = course.competition.read_text("utf-8")
    course.competition.write_text(text.replace('"csv", ', '"csv", "model", '), "utf-8")


@pytest.mark.parametrize(
    ("breaks", "told"),
    [
        (a_row_is_missing, f"has {ROWS - 1} rows; expected {ROWS}"),
        (a_line_is_none, "test.jsonl:1: is no JSON object"),
        (the_split_is_missing, "there is no such file, nor a .csv"),
        (a_model_counts, "but no tokenizer in models/"),
    ],
)
def test_assets_that_do_not_fit_are_told(
    breaks: Callable[[Course], None], told: str, course: Course, tmp_path: Path
) -> None:
    breaks(course)
    found = probed(course, tmp_path)["assets"]
    assert (found.fine, told in found.found) == (False, True)
    assert found.remedy.endswith(".")


def test_a_python_that_does_not_start_says_its_last_word(course: Course) -> None:
    script = course.home / "python"
    script.write_text("#!/bin/sh\necho no such thing >&2\nexit 3\n", "utf-8")
    script.chmod(0o755)
    settings = json.loads(load_grading(course.grading).model_dump_json())
    settings["rerun"]["python"] = "python"
    given = GradingSettings.model_validate(settings)
    try:
        fine, told, _ = sandboxing.course_python_probe(given, course.home)
    except SandboxFault as fault:
        fine, told = False, str(fault)
    assert not fine
    assert "python" in told or "no such thing" in told


def test_the_command_leaves_one_and_names_each(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "working_binary", refused)
    words = ("--grading", course.grading, "--competition", course.competition)
    done = grade("doctor", *words, "--work", tmp_path)
    assert done.status == 1
    assert "mend  sandbox        bwrap: no user namespaces" in done.out
    assert "→ As root: sysctl -w x=1" in done.out
    assert "mend  course python  bwrap: no user namespaces" in done.out
