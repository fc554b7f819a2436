"""What is seen while a program works: a bar with figures on a terminal, plain lines in a file."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import Optional, TextIO

_CELLS = 20
_REDRAW_SECONDS, _LINE_SECONDS = 0.1, 10.0
"""How often the bar is drawn again, and how often a line is written where there is no terminal."""


class Progress:
    """A bar for one piece of work after the other, written to standard error.

    `begin` names the work and its steps, `show` tells how far it is, `end` finishes its line;
    `note` writes a line of its own between. With `stream=None` nothing is written.
    """

    def __init__(
        self, stream: Optional[TextIO] = sys.stderr, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._terminal = stream is not None and stream.isatty()
        self._title, self._steps, self._first = "", 0, 0
        self._started = self._written = clock()
        self._figures: dict[str, float] = {}
        self._width = 0

    def begin(self, title: str, steps: int, done: int = 0) -> None:
        """Start another piece of work; `done` steps of it were made in an earlier run."""
        self._title, self._steps, self._first = title, steps, done
        self._started = self._clock()
        self._written = self._started - _LINE_SECONDS  # so that the first step is seen
        self._figures = {}

    def show(self, done: int, **figures: float) -> None:
        """Tell that so many steps are done. A figure stays in sight until it is told again."""
        self._figures.update(figures)
        now = self._clock()
        pause = _REDRAW_SECONDS if self._terminal else _LINE_SECONDS
        if now - self._written >= pause or done >= self._steps:
            self._written = now
            self._draw(done, now)

    def note(self, text: str) -> None:
        """Write a line that stays."""
        if self._width:
            self._put("\r" + " " * self._width + "\r")
            self._width = 0
        self._put(f"{text}\n")

    def end(self) -> None:
        """Leave the bar as it stands; what follows is written below it."""
        if self._width:
            self._put("\n")
            self._width = 0

    def _draw(self, done: int, now: float) -> None:
        line = self._line(done, now)
        if not self._terminal:
            self._put(f"{line}\n")
            return
        filled = _CELLS * done // max(self._steps, 1)
        line = f"[{'#' * filled}{'.' * (_CELLS - filled)}] {line}"
        line = line[: shutil.get_terminal_size().columns - 1]  # a wrapped line can't be redrawn
        self._put("\r" + line.ljust(self._width))
        self._width = len(line)

    def _line(self, done: int, now: float) -> str:
        told = [f"{self._title} {done:,}/{self._steps:,}"]
        told += [f"{name} {_number(value)}" for name, value in self._figures.items()]
        made, spent = done - self._first, now - self._started
        if done >= self._steps:
            told.append(f"{duration(spent)} in all")
        elif made > 0:
            told.append(f"{duration(spent / made * (self._steps - done))} left")
        return ", ".join(told)

    def _put(self, text: str) -> None:
        if self._stream is not None:
            self._stream.write(text)
            self._stream.flush()


def duration(seconds: float) -> str:
    """The time in words that are read at a glance: 42 s, 3 min, 1 h 20 min."""
    if seconds < 90:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
