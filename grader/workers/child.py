"""The process of one submission: fenced in, it looks once, tells what it saw, and ends."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, NoReturn, Optional

from grader.looking import Look
from grader.workers.records import MEMORY_STATUS, Setup, Told, adapter, read_task
from grader.workers.ties import die_with
from grader.workers.wire import packed
from validators.faults import what_broke

if TYPE_CHECKING:
    from grader.answer_files import AnswerKey
    from validators.rules import Rules

# The pipe that the answer goes into, above standard input, output and error.
_PIPE = 3
# The keeper ends a child in time; should it be gone, the system does, a little later.
_LATER_SECONDS = 30
_CPU_TIMES = 4


@dataclass(frozen=True)
class Bench:
    """What is loaded once and shared by all children."""

    setup: Setup
    look: Callable[..., Look]
    rules: Rules
    key: Optional[AnswerKey]
    ready: Any = None


def become_child(
    bench: Bench, values: dict[str, Any], home: Path, pipe: int, keeper: int
) -> NoReturn:
    """Look at one submission in a process that was just forked, and end it."""
    status = 1
    try:
        _fenced(bench, values, pipe, keeper)
        status = _told(bench, values, home)
    finally:
        # Whatever happened, nothing of the keeper's own may run on here.
        os._exit(status)


def _told(bench: Bench, values: dict[str, Any], home: Path) -> int:
    """Send the answer; the status to end with."""
    try:
        message = _looked(bench, values, home)
    except MemoryError:
        return MEMORY_STATUS
    except (Exception, SystemExit) as error:
        broke = what_broke(error if isinstance(error, Exception) else RuntimeError("it left"))
        message = packed(adapter(Told).dump_json(Told(broke=broke)))
    # The keeper removes what is left; here it costs nobody else's time.
    shutil.rmtree(home, ignore_errors=True)
    rest = memoryview(message)
    while rest:
        rest = rest[os.write(_PIPE, rest) :]
    return 0


def _looked(bench: Bench, values: dict[str, Any], home: Path) -> bytes:
    os.chdir(home)
    tempfile.tempdir = str(home)
    task, root = read_task(values), bench.setup.root
    told: dict[str, Any] = {"orders": task.orders} if task.orders else {}
    if bench.setup.ready:
        told["ready"] = bench.ready
    look = bench.look(task.submission, root, home, bench.rules, bench.key, task.wants, **told)
    answer = Told(look.checked, look.scored, reran=look.reran, traits=look.traits)
    return packed(adapter(Told).dump_json(answer), look.rows or look.arrays)


def _fenced(bench: Bench, values: dict[str, Any], pipe: int, keeper: int) -> None:
    """Cut the process off from the keeper's files, and set its limits."""
    os.setsid()
    die_with(keeper)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    os.dup2(pipe, _PIPE)
    nothing = os.open(os.devnull, os.O_RDWR)
    for own in (0, 1, 2):
        os.dup2(nothing, own)
    os.closerange(_PIPE + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    setup = bench.setup
    signal.alarm(setup.wall_seconds + _LATER_SECONDS)
    _lower(resource.RLIMIT_CPU, _CPU_TIMES * setup.wall_seconds)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, setup.open_files)
    unpacked_bytes = bench.rules.package.max_unpacked_bytes
    largest = max(unpacked_bytes, values["submission"]["bytes"], setup.written_bytes)
    _lower(resource.RLIMIT_FSIZE, largest)
    present = _address_space()
    if present:
        _lower(resource.RLIMIT_AS, present + setup.memory_mb * 1_000_000)


def _lower(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    new = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (new, new))


def _address_space() -> int:
    """How many bytes of addresses the process has; 0 where the system doesn't tell (not Linux)."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except FileNotFoundError:
        return 0
    return int(pages) * resource.getpagesize()
