"""Run a few lines of Python in the sandbox and see what comes of them."""

from __future__ import annotations

import functools
import itertools
import sys
import textwrap
from pathlib import Path
from typing import Any

from grader.sandbox import Isolation, Limits, Program, Result, isolation, run

_numbers = itertools.count(1)
SMALL = Limits(wall_seconds=30, memory_mb=512, processes=64, disk_mb=16, files=500)


@functools.cache
def here() -> Isolation:
    """What this machine can do, asked once."""
    return isolation()


def program(place: Path, code: str, **more: Any) -> Program:
    """A program of one file, `main.py`, in a folder of its own."""
    source = place / f"in{next(_numbers)}"
    source.mkdir()
    (source / "main.py").write_text(textwrap.dedent(code), encoding="utf-8")
    given = {"limits": SMALL, "python": Path(sys.executable), **more}
    return Program(("python", "main.py"), source, **given)


def tried(folder: Path, code: str, **more: Any) -> Result:
    """What came of these lines; what came back is in `folder / "out"`."""
    return run(program(folder, code, **more), folder / "out", here())


def said(folder: Path, code: str, **more: Any) -> str:
    """What these lines printed; they must end well."""
    result = tried(folder, code, **more)
    assert result.succeeded, result
    return result.stdout.text
