"""Run a program that nobody trusts: prepared, run, cleaned up after; a library of its own.

`isolation()` finds out once what this machine can do, and `run(program, output, isolation)` runs
one program by it. What breaks in the sandbox itself is a `SandboxFault`, never a `Result`.
Nothing of the grader is imported here.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

# `python -m grader.sandbox` looks for modules in the folder that it is started in first. That may
# be a stranger's, whose `click.py` is not what we want to import.
if sys.argv[:1] == ["-m"] and sys.path[:1] in ([""], [os.getcwd()]):  # noqa: PTH109 (no import yet)
    del sys.path[0]

from grader.sandbox.isolation import Isolation, isolation, no_isolation
from grader.sandbox.records import (
    INPUT,
    OUTPUT,
    WORK,
    Accepted,
    Limits,
    Mount,
    Program,
    Refused,
    Result,
    Stream,
)
from grader.sandbox.trouble import SandboxFault

if TYPE_CHECKING:
    from grader.sandbox.running import run

__all__ = [
    "INPUT",
    "OUTPUT",
    "WORK",
    "Accepted",
    "Isolation",
    "Limits",
    "Mount",
    "Program",
    "Refused",
    "Result",
    "SandboxFault",
    "Stream",
    "isolation",
    "no_isolation",
    "run",
]


def __getattr__(name: str) -> object:
    """Load what starts programs when it is first asked for, so that `--help` costs nothing."""
    if name != "run":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from grader.sandbox.running import run

    return run
