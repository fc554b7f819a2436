"""No sandbox: a plain process with limits, for whoever asked for it in so many words.

The program works in a temporary copy of its input. Mounts can't be made without namespaces: where
the command and the environment name a place inside, they get the place outside instead. A program
that writes such a name in its own code doesn't find it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

from grader.sandbox import arguments, collecting, launching, preparing, processes, watching
from grader.sandbox.interpreters import interpreter
from grader.sandbox.isolation import Isolation
from grader.sandbox.records import INPUT, OUTPUT, Limit, Limits, Program, Result
from grader.sandbox.streams import Reader
from grader.sandbox.trouble import SandboxFault


@dataclass(frozen=True)
class Plain:
    """A plain process and what it started, which has the mark in its environment."""

    process: subprocess.Popen[bytes]
    ended: int
    mark: bytes

    def members(self) -> list[int]:
        """Its processes that are there now."""
        return processes.below(self.process.pid, self.mark)

    def kill(self) -> None:
        """Kill the process and all that it started."""
        done: set[int] = set()
        while True:
            members = set(self.members()) - done
            if not members:
                break
            for number in members:
                kill_process(number)
            done |= members
        self.process.wait()


def kill_process(number: int) -> None:
    """Kill a process, and wait until it is dead; one that is gone already is none."""
    with contextlib.suppress(ProcessLookupError), _ended(number) as watched:
        signal.pidfd_send_signal(watched, signal.SIGKILL)
        launching.wait_for(watched, launching.END_SECONDS)


class PlainMeter:
    """The meter of a plain process: the files below its folder, and its processes."""

    def __init__(self, plain: Plain, folder: Path, limits: Limits) -> None:
        self._plain, self._folder, self._limits = plain, folder, limits
        self._at_start = _used(folder)
        self.written_bytes = 0
        self.sample = processes.Sample()
        self.tick_seconds = watching.LOOK_SECONDS

    def limit(self, _now: float) -> Optional[Limit]:
        """The limit that it is beyond by now."""
        used_bytes, used_files = _used(self._folder)
        self.written_bytes = max(self.written_bytes, used_bytes - self._at_start[0])
        if used_bytes > self._limits.disk_mb << 20:
            return "disk"
        if used_files - self._at_start[1] > self._limits.files:
            return "files"
        found = processes.sample(self._plain.members(), 0, 0)
        self.sample = self.sample.most(found)
        return watching.beyond(found, self._limits)


def _used(folder: Path) -> tuple[int, int]:
    """The bytes and the files below the folder, but for the copy of the input."""
    taken, files = 0, 0
    for root, folders, names in os.walk(folder):
        for name in (*folders, *names):
            with contextlib.suppress(FileNotFoundError):  # it may be gone by now
                taken += Path(root, name).lstat().st_blocks * 512
                files += 1
    return taken, files


def run(program: Program, output: Path, isolation: Isolation) -> Result:
    """What came of the program, run without any wall."""
    with tempfile.TemporaryDirectory(prefix="course-sandbox-") as name:
        folder = Path(name).resolve()
        with _launched(program, folder) as (plain, streams):
            meter = PlainMeter(plain, folder / "written", program.limits)
            ended = watching.watch(plain, streams, meter, program.limits.wall_seconds)
            opened = os.open(folder / "written" / "output", os.O_RDONLY | os.O_DIRECTORY)
            with launching.descriptor(opened):
                accepted, refused = collecting.collect(opened, output, program)
    code = plain.process.returncode
    return Result(
        exit_code=code if code >= 0 else None,
        signal=-code if code < 0 else None,
        limit=ended.limit,
        wall_seconds=ended.wall_seconds,
        cpu_seconds=meter.sample.cpu_seconds,
        peak_memory_bytes=meter.sample.peak_bytes,
        written_bytes=meter.written_bytes,
        stdout=streams[0].stream(),
        stderr=streams[1].stream(),
        accepted=accepted,
        refused=refused,
        layers=isolation.layers,
    )


def outside(program: Program, places: preparing.Places) -> Program:
    """The program with every place inside that its command or environment names put outside."""
    start = places.start(program)
    moved = {mount.target: str(mount.source.resolve()) for mount in program.mounts}
    moved.update({f"{OUTPUT}/work": start} if program.copied else {})
    moved.update({INPUT: places.input, OUTPUT: places.output})

    def put(text: str) -> str:
        for inside in sorted(moved, key=len, reverse=True):
            if text == inside or text.startswith(f"{inside}/"):
                return moved[inside] + text[len(inside) :]
        return text

    return replace(
        program,
        command=tuple(put(word) for word in program.command),
        environment=tuple(
            (name, ":".join(put(part) for part in value.split(":")))
            for name, value in program.environment
        ),
    )


@contextlib.contextmanager
def _launched(program: Program, folder: Path) -> Iterator[tuple[Plain, tuple[Reader, Reader]]]:
    """The process, just started, and its two streams; it is dead at the end of the block."""
    written = folder / "written"
    for path in (written / "output", written / "tmp"):
        path.mkdir(parents=True)
    source = str(program.input.resolve())
    input_there = str(written / "output" / "work" if program.copied else folder / "input")
    places = preparing.Places(
        source, input_there, str(written / "output"), str(written / "tmp"), ()
    )
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with contextlib.ExitStack() as stack:
        stack.enter_context(ours)
        with theirs:
            process = _start(outside(program, places), places, theirs)
        stack.callback(launching.end, process)
        streams = launching.readers(process, program.limits.stream_bytes, stack)
        plain = Plain(process, stack.enter_context(_ended(process.pid)), os.fsencode(written))
        stack.callback(plain.kill)
        folders, _ = launching.hear(ours, plain.ended, process, streams[1])
        for opened in folders:
            os.close(opened)
        launching.hear_start(ours, plain.ended, process, streams[1])
        yield plain, streams


def _ended(process: int) -> contextlib.AbstractContextManager[int]:
    return launching.descriptor(os.pidfd_open(process))


def _start(
    program: Program, places: preparing.Places, control: socket.socket
) -> subprocess.Popen[bytes]:
    python = interpreter(program.python)
    python = replace(python, search=(str(Path(python.path).parent),), libraries=())
    limits = (*preparing.limits_of_each(program), *preparing.limit_of_data(program))
    with arguments.Descriptors() as descriptors:
        told = descriptors.holding(preparing.instructions(program, python, places, limits))
        words = [python.path, "-I", "-S", str(arguments.STAGE0)]
        try:
            return subprocess.Popen(  # noqa: S603 (there shall be no wall)
                [*words, str(control.fileno()), str(told)],
                env=arguments.OUTER_ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(*descriptors.numbers, control.fileno()),
                start_new_session=True,
            )
        except OSError as failure:
            raise SandboxFault(f"{python.path} can't be started: {failure}") from failure
