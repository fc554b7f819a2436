"""What a program asked for, one JSON line each, as far as its own process lets us know."""

# The layer loads little into the program's process, and there a path is the text it was asked by.
# ruff: noqa: PTH100, PTH120

from __future__ import annotations

import json
import os
import sys
import threading
from types import FrameType
from typing import Optional

MOST_DIFFERENT = 500
"""How many different things one process writes down; the rest is only said to be more."""
MOST_CHARACTERS = 300
"""How much is kept of a name, an answer or a place."""

Told = tuple[str, str, str, str]
_CELL = "ipykernel_"
_HERE = os.path.dirname(os.path.abspath(__file__))


class Journal:
    """Writes each different thing once, and at the end how often the repeated ones came.

    Nothing here raises: a full disk must not look like the student's mistake.
    """

    def __init__(self, path: str, student_folders: tuple[str, ...]) -> None:
        self._path = path
        folders = {*student_folders, *map(os.path.realpath, student_folders)}
        # The innermost folder first: a place is named from there.
        named = sorted(folder.rstrip("/") + "/" for folder in folders)
        self._folders = tuple(sorted(named, key=len, reverse=True))
        self._counts: dict[Told, int] = {}
        self._places: dict[str, str] = {}
        self._busy = threading.local()
        self._complained = False

    def tell(
        self, what: str, name: object, answer: object = "", where: Optional[str] = None
    ) -> None:
        """Write down that `name` was asked for, and from which line if that isn't given."""
        if getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            # A name may be an object of the student's, whose text is the student's code too.
            place = self.where(sys._getframe(1)) if where is None else where
            told = (what, _cut(name), _cut(answer), _cut(place))
            seen = self._counts.get(told, 0)
            if seen or len(self._counts) < MOST_DIFFERENT:
                self._counts[told] = seen + 1
                if not seen:
                    self._write(told, 1)
            elif len(self._counts) == MOST_DIFFERENT:
                cut: Told = ("record", "cut", f"more than {MOST_DIFFERENT} different ones", "")
                self._counts[cut] = 1
                self._write(cut, 1)
        except Exception as trouble:
            self._complain(trouble)
        finally:
            self._busy.now = False

    def complain(self, where: str, trouble: BaseException) -> None:
        """Say, on stderr and in the record, that a part of the layer did not work."""
        said = f"{where}: {type(trouble).__name__}: {trouble}"
        self._say(said)
        self.tell("record", "layer", said, "")

    def finish(self) -> None:
        """Write how often those came that came more than once."""
        self._busy.now = True
        try:
            for told, count in list(self._counts.items()):
                if count > 1:
                    self._write(told, count - 1)
        except Exception as trouble:
            self._complain(trouble)
        self._counts.clear()

    def forget(self) -> None:
        """Begin anew in a process that was forked: its parent writes what came before."""
        self._counts.clear()
        self._busy = threading.local()

    @property
    def busy(self) -> bool:
        """Whether this thread is writing just now, so that what happens is the layer's own."""
        return bool(getattr(self._busy, "now", False))

    def where(self, frame: Optional[FrameType]) -> str:
        """`file:line` of the nearest frame in the student's code; empty where there is none."""
        while frame is not None:
            place = self.place(frame.f_code.co_filename)
            if place:
                return f"{place}:{frame.f_lineno}"
            frame = frame.f_back
        return ""

    def place(self, filename: str) -> str:
        """The student's name of a source file; empty for anybody else's."""
        place = self._places.get(filename)
        if place is None:
            place = "" if filename.startswith("<") else self._named(filename)
            if _CELL in filename:
                return _cell()
            self._places[filename] = place
        return place

    def _named(self, filename: str) -> str:
        for path in (os.path.abspath(filename), os.path.realpath(filename)):
            for folder in self._folders:
                if path.startswith(folder) and "site-packages" not in path:
                    return path[len(folder) :]
        return ""

    def _write(self, told: Told, count: int) -> None:
        names = ("what", "name", "answer", "where")
        line = {**dict(zip(names, told)), "count": count}
        data = (json.dumps(line) + "\n").encode("ascii")
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        file = os.open(self._path, flags, 0o644)
        try:
            # One write a line: other processes of the program write to the same file.
            os.write(file, data)
        finally:
            os.close(file)

    def _complain(self, trouble: BaseException) -> None:
        if not self._complained:
            self._complained = True
            self._say(f"nothing can be written down ({type(trouble).__name__}: {trouble})")

    def _say(self, text: str) -> None:
        try:
            sys.stderr.write(f"course layer: {text}. This is not the program's own mistake.\n")
        except (AttributeError, OSError, ValueError):
            return  # There is no stderr any more; the record is what is left.


def ours(filename: str) -> bool:
    """Whether a source file is a part of this layer."""
    return filename.startswith(_HERE)


def _cut(value: object) -> str:
    text = value if type(value) is str else str(value)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _cell() -> str:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    number = getattr(shell, "execution_count", None)
    return f"cell {number}" if isinstance(number, int) else "a cell"
