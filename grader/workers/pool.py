"""The parent's side: start the keeper, give it tasks, hand on the answers, and end it."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import grader
from grader.workers.records import Answer, Setup, SetupError, Task, WorkersError, as_line
from grader.workers.telling import answer_of
from grader.workers.wire import MOST_BYTES, Incoming
from validators.display import clean

_BOOT = (
    "import sys; parent, *sys.path = sys.argv[1:]; "
    "from grader.workers.keeping import main; main(int(parent))"
)
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# A child ends in its own time; so long, the keeper may need to load and to clear away besides.
_SPARE_SECONDS = 120
# So long the keeper may need to end in good order, before it is ended in any.
_END_SECONDS = 10
# Tasks that the keeper has at a time, for each child: none waits for the parent to wake up.
_AHEAD = 4
_PIECE_BYTES = 1 << 16
_TOLD_BYTES = 2_000
_AGAIN = "What is finished is kept: run the same command again."


def looked_at(tasks: Sequence[Task], setup: Setup) -> Iterator[Answer]:
    """The answers, in the order in which they are found; whatever happens, one for each task.

    Raises WorkersError where the workers as a whole can't go on. Closing the iterator ends
    everything. It must be read by a thread that lives until then: the keeper ends with it.
    """
    if not tasks:
        return
    if setup.parallel < 1 or setup.wall_seconds < 1:
        raise ValueError("at least one child at a time, and at least one second for it")
    if not hasattr(os, "fork"):
        raise WorkersError("this system can't fork; run grade on Linux, macOS or WSL.")
    if setup.answers is None and any("score" in task.wants for task in tasks):
        raise WorkersError("there is no answer key to score with; name it in grading.toml.")
    with _folder(setup.scratch) as home, _keeper(home) as keeper:
        inside = replace(setup, root=_absolute(setup.root), scratch=home)
        if setup.answers is not None:
            inside = replace(inside, answers=_absolute(setup.answers))
        for told, body in _Exchange(keeper, tasks, inside).messages():
            yield answer_of(tasks[told["number"]], setup, told, body)


class _Keeper:
    """The keeper's process, and what it writes to its standard error."""

    def __init__(self, home: Path, heard: IO[bytes]) -> None:
        command = [sys.executable, "-I", "-c", _BOOT, str(os.getpid()), *_import_path()]
        self.process = subprocess.Popen(  # noqa: S603 (our own interpreter and code)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=heard,
            cwd=home,
            env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1")},
            bufsize=0,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.tasks, self.answers = self.process.stdin, self.process.stdout
        self._heard = heard

    def why(self) -> str:
        """How it ended, and the last that it said."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_SECONDS)
        code = self.process.returncode
        if code is None:
            return "it closed its pipe and goes on"
        how = f"signal {-code}" if code < 0 else f"status {code}"
        self._heard.seek(0, os.SEEK_END)
        self._heard.seek(max(0, self._heard.tell() - _TOLD_BYTES))
        lines = self._heard.read().decode("utf-8", "replace").strip().splitlines()
        return f"{how}: {clean(lines[-1])}" if lines else how

    def end(self) -> None:
        """End it and with it all children; it clears away first, if it still can."""
        try:
            self.tasks.close()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_END_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            self.answers.close()


class _Exchange:
    """Tasks to the keeper and messages from it, without ever waiting for one side alone."""

    def __init__(self, keeper: _Keeper, tasks: Sequence[Task], setup: Setup) -> None:
        self._keeper, self._tasks = keeper, tasks
        self._ahead = _AHEAD * setup.parallel
        self._silence_seconds = setup.wall_seconds + _SPARE_SECONDS
        self._given = self._answered = 0
        self._outgoing = bytearray(as_line(setup))
        # The keeper's own part of a message is small.
        self._incoming = Incoming(2 * MOST_BYTES)

    def messages(self) -> Iterator[tuple[Mapping[str, Any], bytes]]:
        """What the keeper tells of each task, until it has told of all."""
        for pipe in (self._keeper.tasks, self._keeper.answers):
            os.set_blocking(pipe.fileno(), False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._keeper.answers, selectors.EVENT_READ)
            selector.register(self._keeper.tasks, selectors.EVENT_WRITE)
            while self._answered < len(self._tasks):
                self._give()
                self._move(selector)
                yield from self._received()

    def _give(self) -> None:
        while self._given < len(self._tasks) and self._given - self._answered < self._ahead:
            self._outgoing += as_line(self._tasks[self._given])
            self._given += 1

    def _move(self, selector: selectors.BaseSelector) -> None:
        """Write and read as much as is possible now, at least something."""
        waits = self._keeper.tasks in selector.get_map()
        if self._outgoing and not waits:
            selector.register(self._keeper.tasks, selectors.EVENT_WRITE)
        elif waits and not self._outgoing:
            selector.unregister(self._keeper.tasks)
        ready = {key.fileobj for key, _ in selector.select(self._silence_seconds)}
        if not ready:
            silence = f"for {self._silence_seconds:,} s"
            raise WorkersError(
                f"the process that looks at submissions is silent {silence}. {_AGAIN}"
            )
        if self._keeper.tasks in ready:
            self._write()
        if self._keeper.answers in ready:
            data = os.read(self._keeper.answers.fileno(), _PIECE_BYTES)
            if not data:
                why = self._keeper.why()
                raise WorkersError(f"the process that looks at submissions ended ({why}). {_AGAIN}")
            self._incoming.add(data)

    def _write(self) -> None:
        try:
            written = os.write(self._keeper.tasks.fileno(), self._outgoing[:_PIECE_BYTES])
        except BlockingIOError:
            return
        except BrokenPipeError:
            # It is gone. What it answered before is still read, and then its end is noticed.
            self._given, written = len(self._tasks), len(self._outgoing)
        del self._outgoing[:written]

    def _received(self) -> Iterator[tuple[Mapping[str, Any], bytes]]:
        while (message := self._incoming.message()) is not None:
            told = json.loads(message.header)
            if "trouble" in told:
                raise SetupError(clean(told["trouble"]))
            self._answered += 1
            yield told, message.body


@contextmanager
def _keeper(home: Path) -> Iterator[_Keeper]:
    with tempfile.TemporaryFile() as heard:
        try:
            keeper = _Keeper(home, heard)
        except OSError as error:
            why = error.strerror or str(error)
            raise WorkersError(
                f"no process could be started to look at submissions ({why})."
            ) from error
        try:
            yield keeper
        finally:
            keeper.end()


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    """A new folder in `scratch` that is removed again, as are those of runs that were killed."""
    scratch = _absolute(scratch)
    try:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        clear_scratch(scratch)
        home = Path(tempfile.mkdtemp(prefix=f"look-{os.getpid()}-", dir=scratch))
    except OSError as error:
        why = error.strerror or str(error)
        raise WorkersError(f"{scratch}: nothing can be unpacked there ({why}).") from error
    try:
        yield home
    finally:
        # What can't be removed is left to the next run: no finished answer is lost for it.
        shutil.rmtree(home, ignore_errors=True)


def clear_scratch(scratch: Path) -> None:
    """Remove what runs that were killed left in the folder; it need not be there."""
    for left in sorted(scratch.glob("look-*-*")):
        if not _runs(left.name.split("-")[1]):
            shutil.rmtree(left, ignore_errors=True)


def _runs(number: str) -> bool:
    if not number.isdecimal():
        return True  # not a name of ours
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (links stay as they are)


def _import_path() -> list[str]:
    """Where the keeper imports from: never from the current folder, whose files may be anyone's."""
    here = os.path.realpath(os.curdir)
    known = [os.path.abspath(entry) for entry in sys.path if entry]  # noqa: PTH100
    kept = [entry for entry in known if os.path.realpath(entry) != here]
    # A checkout may be known by the current folder alone; it comes last, where it hides nothing.
    own = str(Path(str(grader.__file__)).resolve().parent.parent)
    return kept if own in kept else [*kept, own]
