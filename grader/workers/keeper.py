"""The keeper: it loads what all looks need, forks a child for each, and never waits for one.

It has one thread and reads no byte of a student's. Tasks come in as lines, answers go out as
messages; the answer of a child is passed on as it is.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from grader.workers.child import Bench, become_child
from grader.workers.ties import kill_child, kill_group
from grader.workers.wire import Incoming, TooLongError, packed

_IN, _OUT = 0, 1
_PIECE_BYTES = 1 << 16


@dataclass
class Child:
    """One process that looks; `ended` says how that ended, as far as it is known."""

    number: int
    pid: int
    pipe: int
    home: Path
    started: float
    received: Incoming = field(default_factory=Incoming)
    ended: str = ""
    answer: bytes = b""
    killed: bool = False


class Keeper:
    """The children that run, the tasks that wait, and the answers that are on their way."""

    def __init__(self, bench: Bench, home: Path, lines: bytes) -> None:
        self._bench, self._home = bench, home
        self._lines = bytearray(lines)
        self._waiting: deque[dict[str, Any]] = deque()
        self._children: dict[int, Child] = {}
        self._outgoing = bytearray()
        self._number = 0
        self._goes_on = True
        self._selector = selectors.DefaultSelector()
        self._woken, waker = os.pipe()
        for handle in (_IN, _OUT, self._woken, waker):
            os.set_blocking(handle, False)
        for handle in (_IN, self._woken):
            self._selector.register(handle, selectors.EVENT_READ)
        # A child that ends interrupts the waiting, even if it left its pipe open elsewhere.
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def run(self) -> None:
        """Go on until the tasks' side of the pipe is closed; then no child is left."""
        try:
            while self._goes_on:
                self._take_lines()
                while self._waiting and len(self._children) < self._bench.setup.parallel:
                    self._start(self._waiting.popleft())
                self._wait()
                self._end()
                self._reap()
        finally:
            for child in self._children.values():
                kill_child(child.pid)
                os.waitpid(child.pid, 0)
                shutil.rmtree(child.home, ignore_errors=True)

    def _take_lines(self) -> None:
        *whole, rest = self._lines.split(b"\n")
        self._lines = rest
        self._waiting.extend(map(json.loads, whole))

    def _start(self, values: dict[str, Any]) -> None:
        number, self._number = self._number, self._number + 1
        home = self._home / str(number)
        reading = writing = -1
        try:
            home.mkdir(mode=0o700)
            reading, writing = os.pipe()
            keeper, started = os.getpid(), time.monotonic()
            pid = os.fork()
        except OSError as error:
            for handle in {reading, writing} - {-1}:
                os.close(handle)
            shutil.rmtree(home, ignore_errors=True)
            self._send(number, 0.0, "start", detail=os.strerror(error.errno or 0))
            return
        if pid == 0:
            become_child(self._bench, values, home, writing, keeper)
        os.close(writing)
        os.set_blocking(reading, False)
        self._children[pid] = Child(number, pid, reading, home, started)
        self._selector.register(reading, selectors.EVENT_READ, pid)

    def _wait(self) -> None:
        """Wait until something comes or goes, at most until the next child is late."""
        running = [child.started for child in self._children.values() if not child.ended]
        limit: Optional[float] = None
        if running:
            limit = max(0.0, min(running) + self._bench.setup.wall_seconds - time.monotonic())
        for key, _ in self._selector.select(limit):
            if key.fd == _IN:
                self._read_tasks()
            elif key.fd == _OUT:
                self._write()
            elif key.fd == self._woken:
                _piece(self._woken)
            else:
                self._read(self._children[key.data])

    def _read_tasks(self) -> None:
        data = _piece(_IN)
        if data == b"":  # the parent wants no more, or is no more
            self._goes_on = False
        self._lines += data or b""

    def _read(self, child: Child) -> bool:
        """Take in what the child tells, until all is told or too much; whether more may come."""
        data = _piece(child.pipe)
        if data == b"":
            self._selector.unregister(child.pipe)
        if not data or child.ended:
            return False
        child.received.add(data)
        try:
            message = child.received.message()
        except TooLongError:
            child.ended = "long"
        else:
            if message is not None:
                child.ended, child.answer = "answered", packed(*message)
        return True

    def _end(self) -> None:
        """End the children that have told all, or too much, or take too long."""
        now, limit = time.monotonic(), self._bench.setup.wall_seconds
        for child in self._children.values():
            if not child.ended and now - child.started >= limit:
                child.ended = "time"
            if child.ended and not child.killed:
                kill_child(child.pid)
                child.killed = True

    def _reap(self) -> None:
        for child in list(self._children.values()):
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid == 0:
                continue
            wall_seconds = time.monotonic() - child.started
            while child.pipe in self._selector.get_map() and self._read(child):
                pass  # what it told before it ended still counts
            # No number of a group is given anew while one of the group lives.
            kill_group(child.pid)
            with suppress(KeyError):
                self._selector.unregister(child.pipe)
            os.close(child.pipe)
            shutil.rmtree(child.home, ignore_errors=True)
            del self._children[child.pid]
            how, code = _way_out(status)
            self._send(child.number, wall_seconds, child.ended or how, code, body=child.answer)

    def _send(
        self, number: int, wall_seconds: float, ended: str, code: int = 0, detail: str = "",
        body: bytes = b"",
    ) -> None:  # fmt: skip
        told = {"number": number, "wall_seconds": wall_seconds, "ended": ended, "code": code,
                "detail": detail}  # fmt: skip
        self._outgoing += packed(json.dumps(told).encode("ascii"), body)
        self._write()

    def _write(self) -> None:
        """Pass on as much as the parent takes now, and be told when it takes more."""
        try:
            while self._outgoing:
                written = os.write(_OUT, self._outgoing[:_PIECE_BYTES])
                del self._outgoing[:written]
        except BlockingIOError:
            pass  # the rest goes when there is room again
        except BrokenPipeError:
            self._goes_on = False
            self._outgoing.clear()
        waits = _OUT in self._selector.get_map()
        if self._outgoing and not waits:
            self._selector.register(_OUT, selectors.EVENT_WRITE)
        elif waits and not self._outgoing:
            self._selector.unregister(_OUT)


def _piece(handle: int) -> Optional[bytes]:
    """What can be read now: nothing yet is None, nothing ever again is empty."""
    try:
        return os.read(handle, _PIECE_BYTES)
    except BlockingIOError:
        return None


def _way_out(status: int) -> tuple[str, int]:
    if os.WIFSIGNALED(status):
        return "signal", os.WTERMSIG(status)
    return "exit", os.WEXITSTATUS(status)
