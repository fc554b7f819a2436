"""A notebook as a program of the sandbox: our runner executes its cells in a fresh kernel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.sandbox.records import Mount, Program, Result

RUNNER = "/sandbox/run_notebook.py"
"""Where the runner is inside."""

UNPREPARED = 3
"""The runner's exit code when the interpreter can't run notebooks: never the notebook's doing."""

SAYS = "run_notebook: "
"""How each line begins that the runner itself writes to standard error."""

_RUNNER_FILE = Path(__file__).parent / "inside" / "run_notebook.py"


def notebook_program(program: Program, notebook: str) -> Program:
    """The program that executes the notebook, whose path is relative to the program's folder.

    The interpreter needs nbclient and ipykernel. The kernel works in the notebook's own folder.
    """
    # Isolated, so that what a course adds by PYTHONPATH is in the kernel and not in the runner.
    command = ("python", "-I", "-B", RUNNER, notebook)
    mounts = (*program.mounts, Mount(_RUNNER_FILE, RUNNER))
    return replace(program, command=command, mounts=mounts)


def unprepared(result: Result) -> str:
    """Why the interpreter can't run notebooks, as the runner says it; empty when it can."""
    if result.exit_code != UNPREPARED or result.stdout.bytes:
        return ""
    said = [line for line in result.stderr.text.splitlines() if line.startswith(SAYS)]
    return said[-1][len(SAYS) :] if said else ""
