"""A package's scripts and notebooks, parted into cells: trees, lines, and commands of the shell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.rerun.package_code import MAX_CODE_BYTES, MAX_PROGRAMS
from grader.rerun.reading_code import (
    NOTEBOOK_BYTES,
    SCRIPT_BYTES,
    TROUBLES,
    cells_of,
    python_of,
    text_of,
    told_trouble,
    tree_of,
)
from validators.package.workspace import Entry, Workspace

_MENDED_LINES = 8
"""So many lines that aren't Python may be left out of a script or a cell."""
_SKIPPED = frozenset({"__pycache__", "site-packages", "node_modules", "venv", "env"})
_SHELLS = ("%%bash", "%%sh", "%%shell", "%%script")
_COMMAND = re.compile(r"^[ \t]*(?:[\w, ]+=[ \t]*)?([!%])(.*)$")


@dataclass(frozen=True)
class Cell:
    """A script, or one cell of a notebook; `label` is what a place in it is called."""

    label: str
    tree: ast.Module
    lines: tuple[str, ...]
    commands: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Program:
    """One code file. `trouble` says which part of it, or why all of it, isn't read."""

    path: str
    cells: tuple[Cell, ...] = ()
    trouble: str = ""


def read_programs(root: Path, files: Sequence[str]) -> tuple[Program, ...]:
    """The code files of a package in a stable order, as far as the bounds go."""
    code = sorted(
        {path for path in files if path.lower().endswith((".py", ".ipynb")) and not _skipped(path)},
        key=lambda path: (path.count("/"), path),
    )
    left = MAX_CODE_BYTES
    found = []
    for path in code[:MAX_PROGRAMS]:
        program, taken = read_program(root, path) if left > 0 else (Program(path), 0)
        left -= taken
        if left < 0 or not taken:
            program = Program(path, trouble=program.trouble or "there is too much code to read")
        found.append(program)
    found += [Program(path, trouble="there are too many files") for path in code[MAX_PROGRAMS:]]
    return tuple(found)


def read_program(root: Path, path: str) -> tuple[Program, int]:
    """The program, and how much code it counts for: at least 1 where it could be read."""
    notebook = path.lower().endswith(".ipynb")
    limit = NOTEBOOK_BYTES if notebook else SCRIPT_BYTES
    try:
        data = Workspace("", root).read(Entry(path, 0), limit + 1)
    except (OSError, ValueError) as error:
        return Program(path, trouble=f"it can't be opened ({type(error).__name__})"), 0
    if len(data) > limit:
        return Program(path, trouble=f"it is over {limit:,} bytes"), 0
    if notebook:
        found, trouble = cells_of(data)
        # Jupyter doesn't count an empty cell when it numbers those that it runs.
        sources = [source for source in found if source.strip()]
    else:
        sources, trouble = _script(data)
    if trouble:
        return Program(path, trouble=trouble), 0
    # Most of a notebook is pictures, but reading them takes its time too.
    taken = max(sum(map(len, sources)), len(data) // 16 if notebook else 0)
    return _parsed(path, sources, notebook), 1 + taken


def _skipped(path: str) -> bool:
    parts = path.split("/")
    return any(part in _SKIPPED or part.startswith(".") for part in parts[:-1])


def _script(data: bytes) -> tuple[list[str], str]:
    """The text of a script; without it, why it can't be read."""
    try:
        return [text_of(data)], ""
    except TROUBLES as trouble:
        return [], told_trouble(trouble)


def _parsed(path: str, sources: Sequence[str], notebook: bool) -> Program:
    cells, troubles = [], []
    for number, source in enumerate(sources, 1):
        label = f"{path}, cell {number}" if notebook else path
        code = python_of(source) if notebook else source
        tree, trouble = _mended(code)
        if trouble:
            troubles.append(f"cell {number}: {trouble}" if notebook else trouble)
        if code and notebook:
            ast.increment_lineno(tree, source.count("\n") - code.count("\n"))
        commands = tuple(_commands(source)) if notebook else ()
        cells.append(Cell(label, tree, tuple(source.split("\n")), commands))
    return Program(path, tuple(cells), "; ".join(troubles[:3]))


def _mended(code: str) -> tuple[ast.Module, str]:
    """The tree without the few lines that aren't Python, and what was wrong with the first."""
    lines, first = code.split("\n"), ""
    for _ in range(_MENDED_LINES + 1):
        try:
            return tree_of("\n".join(lines)), first
        except SyntaxError as trouble:
            first = first or told_trouble(trouble)
            number = (trouble.lineno or 0) - 1
            if not 0 <= number < len(lines) or lines[number].strip() == "pass":
                break
            indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
            lines[number] = f"{indent}pass"
        except TROUBLES as trouble:
            return ast.Module([], []), first or told_trouble(trouble)
    return ast.Module([], []), first or "it can't be read as Python"


def _commands(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a cell that a shell runs, with their numbers."""
    lines = source.split("\n")
    started = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[started].lstrip().startswith(_SHELLS):
        yield from enumerate(lines[started + 1 :], started + 2)
        return
    for number, line in enumerate(lines, 1):
        match = _COMMAND.match(line)
        if match:
            yield number, match.group(2).lstrip("!")
