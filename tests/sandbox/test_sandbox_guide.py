"""The guide of the sandbox says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.sandbox import Limits
from tests.sandbox.test_cli import FIELDS

GUIDE = Path(__file__).parent.parent.parent / "docs" / "guides" / "sandbox.md"


def test_the_lines_of_python_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "homework").mkdir()
    code = "import os; open(os.environ['OUTPUT_DIR'] + '/p.csv', 'w')"
    (tmp_path / "homework" / "main.py").write_text(code, encoding="utf-8")
    exec(found, {})
    assert capsys.readouterr().out == "0 ['p.csv']\n"


def test_every_field_of_the_record_is_described() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    table = text.partition("## The record")[2].partition("## In Python")[0]
    described = {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert described == FIELDS


def test_the_usual_limits_are_those_of_the_example() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    usual = Limits()
    shown = (
        f"--wall-seconds {usual.wall_seconds:g} --memory-mb {usual.memory_mb} "
        f"--processes {usual.processes} --disk-mb {usual.disk_mb}"
    )
    assert shown in text
