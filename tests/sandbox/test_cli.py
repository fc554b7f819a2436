"""The command: what it takes, the record it writes, its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.sandbox import choosing, cli
from tests.sandbox.starting import give, halves, identity, open_folder

FIELDS = {
    *("version", "exit_code", "signal", "limit", "wall_seconds", "cpu_seconds"),
    *("peak_memory_bytes", "written_bytes", "stdout", "stderr", "accepted", "refused"),
    *("layers", "succeeded"),
}
CODE = """
import os
assert os.getcwd() == "/input"
open(os.environ["OUTPUT_DIR"] + "/p.csv", "w").write("ID,summary\\n")
os.symlink("/etc/passwd", os.environ["OUTPUT_DIR"] + "/link")
print("said")
raise SystemExit(5)
"""


@pytest.mark.parametrize("who", halves())
def test_a_run_from_the_command_line(who: str) -> None:
    owner, folder = identity(who), open_folder()
    (folder / "in").mkdir()
    (folder / "in" / "main.py").write_text(CODE, encoding="utf-8")
    give(folder, owner)
    places = ("--input", "in", "--output", "out", "--result", "r.json")
    done = subprocess.run(
        owner.command("run", *places, "--wall-seconds", "20", "--", "python", "main.py"),
        cwd=folder,
        env=owner.environment(folder),
        capture_output=True,
        text=True,
        check=False,
        **owner.owned(),
    )
    assert (done.returncode, done.stdout) == (0, ""), done
    assert done.stderr.startswith("exit code 5; ")
    assert done.stderr.endswith("files back: 1, 1 refused\n")
    record = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    assert set(record) == FIELDS
    assert (record["version"], record["exit_code"], record["succeeded"]) == (1, 5, False)
    assert record["stdout"] == {"text": "said\n", "bytes": 5, "cut": False}
    assert record["accepted"][0]["name"] == "p.csv"
    assert record["refused"] == [{"name": "link", "why": "is a link; only files come back"}]
    assert [path.name for path in (folder / "out").iterdir()] == ["p.csv"]


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The words that every run needs."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "main.py").write_text("print('ran')", encoding="utf-8")
    given: dict[str, Any] = {"input": "in", "output": "out", "result": "r.json"}
    return [word for name, file in given.items() for word in (f"--{name}", str(tmp_path / file))]


def ran(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader.sandbox", *words],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--memory-mb", "0", "--", "true"], "--memory-mb"),
        (["--wall-seconds", "-1", "--", "true"], "--wall-seconds"),
        ([], "COMMAND"),
        (["--no-such", "--", "true"], "--no-such"),
        (["--input", "/nowhere", "--", "true"], "--input"),
    ],
)
def test_wrong_usage_exits_2(words: list[str], more: list[str], told: str) -> None:
    result = CliRunner().invoke(cli.sandbox, ["run", *words, *more])
    assert result.exit_code == 2
    assert told in result.output


def test_an_output_folder_in_use_is_wrong_usage(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    done = ran(["run", *words, "--", "python", "main.py"])
    assert done.returncode == 2
    assert "not empty" in done.stderr


def test_a_sandbox_that_fails_exits_1_with_one_line(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(choosing, "candidates", lambda: iter([]))
    monkeypatch.setattr(sys, "argv", ["sandbox", "run", *words, "--", "true"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    shown = capsys.readouterr().err
    assert shown.startswith("fault.sandbox there is no bubblewrap on this machine. Install it: ")
    assert shown.count("\n") == 1
    assert not (tmp_path / "r.json").exists()


def test_a_record_that_can_not_be_written_is_our_fault(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "r.json").mkdir()
    words[-1] = str(tmp_path / "in" / "main.py" / "r.json")
    done = ran(["run", *words, "--", "python", "main.py"])
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("fault.sandbox the record can't be written")


def test_every_option_reaches_the_program(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "in" / "main.py").write_text("open('a.csv', 'w'); open('b.txt', 'w')", "utf-8")
    more = ["--copied", "--accept", "work/*.csv", "--files", "50", "--python", sys.executable]
    done = ran(["run", *words, *more, "--", "python", "main.py"])
    assert done.returncode == 0, done
    record = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in record["accepted"]] == ["work/a.csv"]


def test_without_a_sandbox_the_record_says_so(words: list[str], tmp_path: Path) -> None:
    done = ran(["run", *words, "--unsafe-no-sandbox", "--", "python", "main.py"])
    assert done.returncode == 0, done
    record = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert record["layers"][0] == "no isolation"
    assert record["stdout"]["text"] == "ran\n"


def test_probe_shows_what_is_here() -> None:
    done = ran(["probe"])
    assert done.returncode == 0
    assert done.stdout.startswith("bubblewrap ")
    assert "has    seccomp filter" in done.stdout


def test_help_is_quick_and_shows_an_example() -> None:
    began = time.perf_counter()
    done = ran(["run", "--help"])
    assert time.perf_counter() - began < 2  # 0.1 s on an idle machine
    assert "--unsafe-no-sandbox" in done.stdout
    assert "Example" in ran(["--help"]).stdout


@pytest.mark.parametrize("name", ["click", "subprocess", "tempfile"])
def test_what_lies_in_the_folder_that_one_stands_in_is_not_imported(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / f"{name}.py").write_text("print('planted')\n", encoding="utf-8")

    def said(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert said("-c", f"import {name}") == "planted\n"
    assert "planted" not in said("-m", "grader.sandbox", "run", "--help")


def test_a_limit_of_whoever_starts_it_holds_inside_too(words: list[str], tmp_path: Path) -> None:
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[1])"
    command = [sys.executable, "-m", "grader.sandbox", "run", *words, "--", "python", "-c", code]
    lower = ["/bin/sh", "-c", 'ulimit -n 100; exec "$@"', "sh", *command]
    done = subprocess.run(lower, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["stdout"]["text"] == "100\n"
