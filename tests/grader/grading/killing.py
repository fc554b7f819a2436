"""Gradings that are killed: started on a made-up class, killed at a moment or at a step.

Every process that a grading starts inherits a mark in its environment, by which it is found.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Optional

ROOT = Path(__file__).parents[3]
SECRET = "pseudonym-secret"
SECONDS = 120.0  # a time-out, never waited for
Whom = Literal["parent", "keeper", "all"]
WHOM: tuple[Whom, ...] = ("parent", "keeper", "all")
_MARK = "GRADE_KILLED_MARK"
_MOMENT = "1715800000"
_PROC = Path("/proc")
_DIES = """\
import importlib, os, signal
owner = importlib.import_module({module!r})
*path, name = {name!r}.split(".")
for part in path:
    owner = getattr(owner, part)
real = getattr(owner, name)
def dies(*given, **named):
    if {when!r} == "after":
        real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, dies)
"""


@dataclass(frozen=True)
class Step:
    """A function of ours, at whose first call the process kills itself: before it, or after."""

    module: str
    name: str
    when: Literal["before", "after"]

    def __str__(self) -> str:
        return f"{self.when} {self.name.strip('_')}"


@dataclass(frozen=True)
class Scene:
    """A course, in which form its export is graded, and a folder for work folders."""

    home: Path
    export: str
    folder: Path

    def work(self, name: str, start: Optional[Path] = None) -> Path:
        """A new work folder: a copy of `start`, or one with nothing but a known secret."""
        work = self.folder / name
        if start is not None:
            shutil.copytree(start, work)
        else:
            work.mkdir(parents=True)
            (work / SECRET).write_bytes(bytes(range(32)))
        return work

    def grade(self, work: Path, *more: str, step: Optional[Step] = None) -> Grading:
        """`grade EXPORT`, started."""
        return self.command(work, (self.export, "--jobs", "2", *more), step)

    def command(
        self, work: Path, words: Sequence[str], step: Optional[Step] = None, mark: str = ""
    ) -> Grading:
        """Any command of `grade`, started in the course's folder."""
        mark = mark or str(work)
        code = "" if step is None else _DIES.format(**vars(step))
        code += "from grader.cli import main; main()"
        environment = {**os.environ, _MARK: mark, "SOURCE_DATE_EPOCH": _MOMENT,
                       "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-c", code, *words, "--work", str(work)],
            cwd=self.home, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, bufsize=0, start_new_session=True,
        )  # fmt: skip
        return Grading(process, mark)


class Grading:
    """A `grade` that runs. It tells a line on standard error for each submission."""

    def __init__(self, process: subprocess.Popen[bytes], mark: str) -> None:
        assert process.stderr is not None
        self.process, self._mark = process, mark
        self._pipe = process.stderr
        self._heard = b""
        self.silent = False

    @property
    def told(self) -> str:
        """What it has told on standard error so far."""
        return self._heard.decode("utf-8", "replace")

    def until(self, lines: int, seconds: float) -> None:
        """Wait for so many lines and then for so long, or until it has ended."""
        while self._heard.count(b"\n") < lines and not self.silent:
            assert self._hear(SECONDS), f"grade stands still; it told {self.told}"
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0 and not self.silent:
            self._hear(rest)

    def kill(self, whom: Whom) -> Whom:
        """Kill without warning; who was killed: where there is no keeper, it is the parent."""
        parent = self.process.pid
        keepers = [pid for pid in marked(self._mark) if _parent_of(pid) == parent]
        if whom == "keeper" and keepers:
            _kill(keepers[0])
            return "keeper"
        # The parent first: it must not take the death of the others for an answer.
        _kill(parent)
        if whom == "all":
            for pid in (*keepers, *marked(self._mark)):
                _kill(pid)
        return "all" if whom == "all" and keepers else "parent"

    def ended(self) -> int:
        """How it ended, when all that it started has ended as well."""
        while not self.silent:
            assert self._hear(SECONDS), f"grade goes on and on; it told {self.told}"
        self._pipe.close()
        code = self.process.wait(SECONDS)
        assert "Traceback" not in self.told, self.told
        assert no_more(self._mark), "a process of grade outlives it"
        return code

    def _hear(self, seconds: float) -> bool:
        if not select.select([self._pipe], [], [], seconds)[0]:
            return False
        data = os.read(self._pipe.fileno(), 1 << 16)
        self._heard += data
        self.silent = not data
        return True


def marked(mark: str) -> list[int]:
    """The processes, dead ones aside, with this mark in their environment."""
    wanted, found = f"{_MARK}={mark}".encode(), []
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            try:
                texts = (entry / "environ").read_bytes().split(b"\0")
            except OSError:  # it has just ended, or is somebody else's
                continue
            if wanted in texts:
                found.append(int(entry.name))
    return sorted(found)


def no_more(mark: str, seconds: float = 20.0) -> bool:
    """Whether all processes with the mark end by themselves in this time."""
    end = time.monotonic() + seconds
    # A process that is just being replaced by a program shows no environment: two empty looks.
    empty = 0
    while empty < 2:
        pids = marked(mark)
        empty = 0 if pids else empty + 1
        for pid in pids:
            try:
                handle = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            try:
                if not select.select([handle], [], [], max(0.0, end - time.monotonic()))[0]:
                    return False
            finally:
                os.close(handle)
    return True


def _parent_of(pid: int) -> int:
    try:
        # The name of the program stands in brackets before, and may hold anything.
        told = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(told.rpartition(")")[2].split()[1])


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
