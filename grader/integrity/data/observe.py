"""What a package's code loads, and what reaches training or the predictions, by reading it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Callable, Optional

from grader.integrity.data.cells import Program, read_programs
from grader.integrity.data.machine import Machine
from grader.integrity.data.state import Frame, OverBudgetError
from grader.integrity.data.words import UNREAD, says
from grader.integrity.records import Observation

_TOO_DEEP = "it is nested too deeply to be followed"
_TOO_MUCH = "it takes too many steps to be followed to its end"


def observations(root: Path, files: Sequence[str]) -> tuple[Observation, ...]:
    """What the code does with data and models, in the order of files and lines.

    Nothing is run. Programs are followed as far as that is simple; what isn't is told as such. What
    one program writes into a file, another that reads the file has: where that one comes first,
    all are followed twice.
    """
    programs = read_programs(root, files)
    machine = Machine(programs)
    _follow(machine, programs)
    if machine.read_too_early:
        machine.forget()
        machine.modules.clear()
        _follow(machine, programs)
    for program in programs:
        if program.trouble:
            _unread(machine, program, program.trouble)
    return machine.observed


def _follow(machine: Machine, programs: Sequence[Program]) -> None:
    used = {path for program in programs for path in _imports(machine, program)}
    frames: list[Frame] = []
    for program in programs:
        if program.path not in used or _has_main(program):
            frame = _guarded(machine, program, partial(machine.run, program.path))
            frames += [frame] if frame is not None else []
    for frame in (*frames, *(machine.modules[path] for path in sorted(machine.modules))):
        program = machine.programs[frame.path]
        _guarded(machine, program, partial(machine.leftover, frame))


def _guarded(
    machine: Machine, program: Program, follow: Callable[[], Optional[Frame]]
) -> Optional[Frame]:
    """What following gives; None where a program is too much, which is told."""
    doubt, branches = machine.doubt, machine.branches
    try:
        return follow()
    except OverBudgetError:
        _unread(machine, program, _TOO_MUCH)
    except (RecursionError, MemoryError):
        _unread(machine, program, _TOO_DEEP)
    finally:
        machine.start_over(doubt, branches)
    return None


def _unread(machine: Machine, program: Program, why: str) -> None:
    machine.observe("file", program.path, (program.path, 1), says(UNREAD, detail=why))


def _imports(machine: Machine, program: Program) -> set[str]:
    """The files of the package that a program imports, by their names alone."""
    names: set[str] = set()
    for cell in program.cells:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    frame = Frame(program.path, path=program.path)
    found = {machine.path_of(name, frame) for name in names if name.strip(".")}
    return {path for path in found if path is not None}


def _has_main(program: Program) -> bool:
    return any(
        re.match(r"if\s+__name__\s*==", line) for cell in program.cells for line in cell.lines
    )
