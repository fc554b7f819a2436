"""Notebooks: run cell by cell in a kernel without a network, plainly and in the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional, Union

import pytest

from grader.sandbox.notebooks import RUNNER, SAYS, UNPREPARED, notebook_program, unprepared
from grader.sandbox.records import Mount, Program, Result, Stream

ROOT = Path(__file__).parents[2]
FILE = ROOT / "grader" / "sandbox" / "inside" / "run_notebook.py"
SECONDS = 120


def code(source: Union[str, list[str]], *tags: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}}


def written(path: Path, cells: Sequence[dict[str, Any]], **more: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells), **more}), encoding="utf-8")
    return path


def run(folder: Path, notebook: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-B", *options, str(FILE), notebook]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS,
        encoding="utf-8", env={**os.environ, "PYTHONPATH": str(folder / "layer")},
    )  # fmt: skip


def test_cells_run_in_order_up_to_the_first_exception(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# not code"},
        code(["import os, sys\n", "print('你好', os.environ['IPYTHONDIR'], os.getpid())"]),
        code("print('warned', file=sys.stderr); 6 * 7"),
        code("!echo from a shell"),
        code("1 / 0", "raises-exception"),
        code("missing_name"),
        code("print('never')"),
    ]
    written(tmp_path / "a.ipynb", cells)  # no version, no metadata
    done = run(tmp_path, "a.ipynb")
    assert done.returncode == 1, done.stderr
    words = done.stdout.split()
    assert words[:5] == ["---", "cell", "1", "---", "你好"]
    assert "--- cell 2 ---\n42\n" in done.stdout
    assert "--- cell 3 ---\nfrom a shell" in done.stdout
    assert "never" not in done.stdout
    assert "--- cell 2 ---\nwarned\n" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "\x1b" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last == f"{SAYS}cell 5: NameError: name 'missing_name' is not defined"
    # Nothing is left: no folder of the kernel's, no kernel.
    assert words[5].startswith(("/tmp/nb", str(tmp_path.parent)))
    assert not Path(words[5]).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(words[6]), 0)


def test_an_old_notebook_runs_in_its_folder_whatever_lies_beside_it(tmp_path: Path) -> None:
    source = "import mine, os, added\nopen('made.txt', 'w').write(mine.NAME + added.NAME)"
    sheet = {"cells": [{"cell_type": "code", "input": source, "language": "python"}]}
    metadata = {"kernelspec": {"name": "pytorch_env", "display_name": "Mine"}, "name": ""}
    written(tmp_path / "in" / "b b.ipynb", (), metadata=metadata)
    path = tmp_path / "in" / "b b.ipynb"
    whole = {"nbformat": 3, "nbformat_minor": 0, "metadata": metadata, "worksheets": [sheet]}
    path.write_text(json.dumps(whole), encoding="utf-8")
    (tmp_path / "in" / "mine.py").write_text("NAME = 'beside '", encoding="utf-8")
    for name in ("ipykernel", "ipykernel_launcher", "zmq", "traitlets", "sitecustomize"):
        (tmp_path / "in" / f"{name}.py").write_text("raise SystemExit(9)", encoding="utf-8")
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "added.py").write_text("NAME = 'layer'", encoding="utf-8")
    done = run(tmp_path, "in/b b.ipynb")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "in" / "made.txt").read_text(encoding="utf-8") == "beside layer"


def test_a_kernel_that_ends_is_the_notebooks_doing(tmp_path: Path) -> None:
    cells = [code("print(1)"), code("import os; os._exit(0)"), code("print(2)")]
    written(tmp_path / "a.ipynb", cells, nbformat=4)
    done = run(tmp_path, "a.ipynb")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == (f"{SAYS}the kernel ended while cell 2 ran.")


R = {"kernelspec": {"name": "ir", "language": "R"}}
UNREADABLE: tuple[tuple[Optional[str], str], ...] = (
    (None, "can't be read as a notebook (FileNotFoundError"),
    ("", "can't be read as a notebook"),
    ("[" * 200_000, "can't be read as a notebook (RecursionError"),
    ("[]", "no notebook"),
    ('{"cells": 5}', "it has no cells"),
    (json.dumps({"cells": [], "metadata": R}), "a notebook for R, not Python"),
    (json.dumps({"cells": [], "metadata": {"kernelspec": {"name": "ir"}}}), "for ir, not Python"),
    (json.dumps({"cells": [], "metadata": {"language_info": {"name": "julia\x1b\n"}}}), "julia"),
    (json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "language": "bash"}]}]}), "bash"),
)


@pytest.mark.parametrize(("text", "said"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_notebook_for_python_is_said(
    tmp_path: Path, text: Optional[str], said: str
) -> None:
    if text is not None:
        (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    done = run(tmp_path, "a.ipynb")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"{SAYS}a.ipynb ")
    assert said in line


def test_an_interpreter_without_nbclient_is_not_the_notebooks_doing(tmp_path: Path) -> None:
    written(tmp_path / "a.ipynb", [code("1")])
    done = run(tmp_path, "a.ipynb", "-S")  # without what is installed
    assert done.returncode == UNPREPARED
    (line,) = done.stderr.strip().splitlines()
    assert "no nbclient and ipykernel" in line
    assert unprepared(result(UNPREPARED, stderr=done.stderr)) == line[len(SAYS) :]


def result(exit_code: int, stdout: str = "", stderr: str = "") -> Result:
    streams = (Stream(text, len(text)) for text in (stdout, stderr))
    return Result(exit_code, None, None, 1.0, 1.0, 1, 0, *streams, (), (), ())


@pytest.mark.parametrize(
    "ended",
    [
        result(1, "", f"{SAYS}cell 1: x"),
        result(3, "--- cell 1 ---", f"{SAYS}x"),
        result(3),
        result(0),
    ],
)
def test_what_a_notebook_prints_is_not_taken_for_the_interpreters_fault(ended: Result) -> None:
    assert unprepared(ended) == ""


def test_the_program_keeps_what_it_was_given(tmp_path: Path) -> None:
    mounts = (Mount(tmp_path, "/course"),)
    program = Program((), tmp_path, folder="src", mounts=mounts, environment=(("A", "1"),))
    found = notebook_program(program, "a.ipynb")
    assert found.command == ("python", "-I", "-B", RUNNER, "a.ipynb")
    assert found.mounts == (*mounts, Mount(FILE, RUNNER))
    assert (found.input, found.folder, found.environment) == (tmp_path, "src", (("A", "1"),))


def test_in_the_sandbox(tmp_path: Path) -> None:
    cells = [
        code("import os, socket\nout = os.environ['OUTPUT_DIR']\nprint(os.getcwd())"),
        code("open(f'{out}/made.csv', 'w').write('ID,Predict\\n')\n!python -V > $out/v.txt"),
        code("socket.create_connection(('127.0.0.1', 80), 2)", "raises-exception"),
        code("open('beside.txt', 'w')", "raises-exception"),
        code("print('last')"),
    ]
    written(tmp_path / "in" / "src" / "a.ipynb", cells, nbformat=4, nbformat_minor=5)
    given = ("--input", "in", "--output", "out", "--result", "r.json")
    command = [sys.executable, "-m", "grader.sandbox", "run-notebook", *given, "--", "src/a.ipynb"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    said = record["stderr"]["text"]
    assert record["exit_code"] == 0, said
    assert "--- cell 1 ---\n/input/src\n" in record["stdout"]["text"]
    assert "--- cell 5 ---\nlast" in record["stdout"]["text"]
    assert "Error" in said.partition("cell 4")[0]
    assert "Read-only file system" in said
    assert (tmp_path / "out" / "made.csv").read_text(encoding="utf-8") == "ID,Predict\n"
    assert (tmp_path / "out" / "v.txt").read_text(encoding="utf-8").split()[1] == (
        ".".join(map(str, sys.version_info[:3]))
    )
    assert not (tmp_path / "in" / "src" / "beside.txt").exists()
