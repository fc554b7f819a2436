"""Lines folded to the window: words stay whole, and what goes on stands under where it began."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from tabulate import tabulate

from leaderboard.terminal import Gives, display_width, fits, laid_out

_LEAST = 60
_COLUMN = re.compile(r"\s*\S.*?\S {2,}(?=\S)|\s*")
# A command is copied as one line; a window breaks it without changing it.
_COMMAND = "→"


def window_width() -> Optional[int]:
    """How wide the window is; None where the output goes into a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def folded(lines: Iterable[str], width: Optional[int]) -> Iterator[str]:
    """The lines, those that are longer than the window in several; as they are without one."""
    for line in lines:
        told_as_is = "\n" in line or line.lstrip().startswith(_COMMAND)  # a table, or a command
        if width is None or told_as_is or display_width(line) <= width:
            yield line
        else:
            yield from _fold(line, max(width, _LEAST))


def table_lines(
    headers: Sequence[str], rows: Sequence[Sequence[str]], width: Optional[int],
    gives: Gives = (), right: Sequence[str] = (),
) -> Iterator[str]:  # fmt: skip
    """A table, laid out for the window where it is too wide for it: see `blocks` of terminal."""
    align = ["right" if name in right else "left" for name in headers] if rows else ()
    text: str = tabulate(rows, headers, disable_numparse=True, colalign=align)
    if not fits(text, width):
        text = laid_out(headers, rows, width, gives, right)
    yield from text.splitlines()


def _fold(line: str, width: int) -> Iterator[str]:
    begin = _COLUMN.match(line)
    assert begin is not None
    start = begin.group() if display_width(begin.group()) <= width // 2 else line[: _spaces(line)]
    indent = " " * (display_width(start) if start.strip() else _spaces(line) + 2)
    so_far, empty = start, True
    for word in line[len(start) :].split(" "):
        if not empty and display_width(f"{so_far} {word}") > width:
            yield so_far.rstrip()
            so_far, empty = indent, True
        so_far, empty = so_far + ("" if empty else " ") + word, False
    yield so_far


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
