"""Other interpreters and environments work inside, and show nothing but themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.sandbox import run
from grader.sandbox.interpreters import LINKS, interpreter
from tests.sandbox.trying import here, program, said

ASK = """
    import os, subprocess, sys
    print(sys.executable, sys.prefix)
    for name in ("python", "python3"):
        words = [name, "-c", "import sys; print(sys.prefix)"]
        print(subprocess.check_output(words, text=True), end="")
    """


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment in the middle of private files, with something installed in it."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "answers.csv").write_text("ID,summary\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = next(folder.glob("lib/python3*/site-packages"))
    (packages / "installed.py").write_text("word = 'from the environment'\n", encoding="utf-8")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "editable.py").touch()
    (packages / "editable.pth").write_text(f"{elsewhere}\n", encoding="utf-8")
    return folder


def test_this_interpreter_is_the_one_inside(tmp_path: Path) -> None:
    expected = [f"{sys.executable} {sys.prefix}", sys.prefix, sys.prefix]
    assert said(tmp_path, ASK).splitlines() == expected


def test_a_virtual_environment_works_and_what_lies_around_it_is_not_there(
    tmp_path: Path, environment: Path
) -> None:
    code = f"""
        import importlib.util, installed, os, sys
        print(installed.word, sys.prefix, importlib.util.find_spec("editable"))
        print(sorted(os.listdir({str(environment)!r})))
        try: open({str(environment / "bin" / "new")!r}, "w")
        except OSError: print("read-only")
        """
    python = environment / "bin" / "python"
    shown = said(tmp_path, code, python=python).splitlines()
    assert shown[0] == f"from the environment {environment} None"
    assert "answers.csv" not in shown[1]
    assert shown[2] == "read-only"


def test_an_interpreter_under_a_strange_name_is_python_too(tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "our-python"
    link.parent.mkdir()
    link.symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    found = interpreter(link)
    assert found.search == (LINKS, str(link.parent))
    shown = said(tmp_path, ASK, python=link).splitlines()
    assert shown[1:] == [sys.base_prefix, sys.base_prefix]


def test_a_shell_finds_the_interpreter(tmp_path: Path) -> None:
    made = replace(program(tmp_path, "print('found')"), command=("sh", "-c", "python3 main.py"))
    assert run(made, tmp_path / "out", here()).stdout.text == "found\n"


def test_the_systems_own_python_works(tmp_path: Path) -> None:
    system = Path("/usr/bin/python3")
    assert system.exists(), "this test needs the system's Python"
    shown = said(tmp_path, "import sys; print(sys.prefix)", python=system)
    assert shown == "/usr\n"


def test_an_interpreter_that_was_replaced_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "python"
    answers = f"/nowhere/a {sys.base_prefix}".split()
    for number, prefix in enumerate(answers):
        text = f'#!/bin/sh\necho \'["{prefix}", "{prefix}", "{prefix}", []]\'\n'
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        os.utime(path, ns=(number, number))
        assert (f"{prefix}/lib" in interpreter(path).shown) is (prefix == sys.base_prefix)
