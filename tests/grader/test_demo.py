"""`grade demo`: two samples, their checks, and a command that a reader can paste."""

from __future__ import annotations

import shlex
from pathlib import Path

from click.testing import CliRunner

from grader.cli import grade


def test_it_shows_one_that_is_safe_and_one_that_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "my demo"
    result = CliRunner().invoke(grade, ["demo", str(folder)])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert "safe to submit" in lines
    assert any(line.startswith("not safe to submit: ") for line in lines)
    words = shlex.split(lines[-1])
    assert [Path(word).exists() for word in words] == [False, False, True, True]
    again = CliRunner().invoke(grade, ["demo", str(folder)])
    assert again.output == result.output


def test_a_place_where_it_cant_be_written_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "valid").write_text("a file", encoding="utf-8")
    result = CliRunner().invoke(grade, ["demo", str(tmp_path)])
    assert result.exit_code == 2
    assert "no demonstration in" in result.output
