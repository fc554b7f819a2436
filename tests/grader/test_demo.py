"""`grade demo` on the command line: where it can't go, and what it says where code can't be run."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import grade
from grader.demo.cohort import show
from grader.demo.cohort.folder import made_once
from grader.demo.cohort.make import make_cohort
from grader.demo.cohort.members import MEMBERS
from grader.sandbox.trouble import SandboxFault
from validators.console import OUR_FAULT


def test_a_folder_that_holds_something_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(grade, ["demo", str(tmp_path)])
    assert result.exit_code == 2
    assert "is not empty; name a new folder." in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_place_where_it_cant_be_written_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    result = CliRunner().invoke(grade, ["demo", str(tmp_path / "file" / "demo")])
    assert result.exit_code == 2
    assert "no demonstration in" in result.output


def test_what_is_not_installed_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "find_spec", lambda name: None if name == "torch" else object())
    assert show.why_not_rerun().startswith("torch is not installed. Run: pip install ")


def test_why_there_is_no_sandbox_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise SandboxFault("bwrap: no user namespaces", "Ask for them.")

    monkeypatch.setattr(show, "find_spec", lambda name: object())
    monkeypatch.setattr(show, "isolation", none)
    assert show.why_not_rerun() == "bwrap: no user namespaces. Ask for them."


def test_it_says_how_a_shell_finds_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "a venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "grade").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(programs))
    assert show.reachable(programs) == ()
    assert show.reachable(tmp_path) == (f'export PATH={shlex.quote(str(tmp_path))}:"$PATH"',)
    monkeypatch.setenv("PATH", "")
    (line,) = show.reachable(programs)
    told = ["/bin/sh", "-c", f"{line}; command -v grade"]
    assert subprocess.check_output(told, text=True).strip() == str(programs / "grade")


def test_a_command_that_fails_ends_it_with_our_exit_code(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    made_once(folder, lambda home: make_cohort(home, MEMBERS[:2], rerun=False))
    (folder / "key.csv").write_text("no key", encoding="utf-8")
    result = CliRunner().invoke(grade, ["demo", str(folder)], standalone_mode=False)
    assert result.return_value == OUR_FAULT
    assert "fault.demo  grade DS2026-HW4-4711.zip: exit code 2" in result.output
