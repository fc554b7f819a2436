"""Start a sandbox and hear from its first program that the walls stand."""

from __future__ import annotations

import array
import contextlib
import os
import re
import select
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Optional

from grader.sandbox import arguments, cgroups, preparing
from grader.sandbox.cgroups import Group
from grader.sandbox.interpreters import interpreter
from grader.sandbox.isolation import Isolation
from grader.sandbox.leftovers import sweep_processes
from grader.sandbox.processes import command_line
from grader.sandbox.records import Program
from grader.sandbox.streams import Reader, clean
from grader.sandbox.trouble import SandboxFault

Rights = tuple[int, int, bytes]
"""What comes with a message: descriptors, or who sent it."""

START_SECONDS = 60
COPY_SECONDS = 600
END_SECONDS = 30


@dataclass(frozen=True)
class Walled:
    """The processes of a started sandbox: bubblewrap outside, and the first one inside.

    `ended` and `first_ended` are descriptors that tell when each is dead.
    """

    monitor: subprocess.Popen[bytes]
    ended: int
    first: int
    first_ended: int

    def kill(self) -> None:
        """Kill all that is inside, and wait until the kernel has seen it dead."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.first_ended, signal.SIGKILL)
        for descriptor in (self.first_ended, self.ended):
            if not wait_for(descriptor, END_SECONDS):
                raise SandboxFault(
                    f"process {self.first} of a sandbox did not die within {END_SECONDS} seconds",
                    "A process that hangs in the kernel ends with a restart of the machine.",
                )
        self.monitor.wait()


@dataclass(frozen=True)
class Sandbox:
    """A started sandbox: what to watch, what to kill, where its files are.

    `folders` are descriptors of what can be written, the output folder first; they stay good
    after everything inside is dead.
    """

    walled: Walled
    folders: tuple[int, ...]
    streams: tuple[Reader, Reader]


def wait_for(descriptor: int, seconds: float) -> bool:
    """Whether the descriptor becomes readable within the time: the process behind it ended."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


@contextlib.contextmanager
def launched(program: Program, isolation: Isolation, group: Optional[Group]) -> Iterator[Sandbox]:
    """A sandbox whose program has just started; at the end of the block nothing of it lives."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with contextlib.ExitStack() as stack:
        stack.enter_context(ours)
        with theirs:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            mark = cgroups.new_name()
            monitor, first = _start(program, isolation, theirs, mark, group is not None)
        stack.callback(end, monitor)
        stack.push(_kill_when_it_broke(mark))
        streams = readers(monitor, program.limits.stream_bytes, stack)
        ended = stack.enter_context(descriptor(os.pidfd_open(monitor.pid)))
        first_ended = stack.enter_context(descriptor(_open_first(first, mark, monitor, streams[1])))
        walled = Walled(monitor, ended, first, first_ended)
        stack.callback(walled.kill)
        if group:
            # Now, while the program behind it still starts: moving takes the kernel some time.
            with contextlib.suppress(ProcessLookupError):  # it has ended: below it is told why
                group.take(first)
        folders, process = hear(ours, ended, monitor, streams[1])
        for folder in folders:
            stack.enter_context(descriptor(folder))
        if group:
            group.take(process)
        hear_start(ours, ended, monitor, streams[1])
        yield Sandbox(walled, folders, streams)


def _kill_when_it_broke(mark: str) -> Callable[..., None]:
    """What ends a block: when it broke, perhaps before we knew its processes, all are killed."""

    def at_end(kind: Optional[type[BaseException]], *_: object) -> None:
        if kind:
            sweep_processes(mark.__eq__)

    return at_end


def readers(
    monitor: subprocess.Popen[bytes], bound_bytes: int, stack: contextlib.ExitStack
) -> tuple[Reader, Reader]:
    """What reads the two streams of a process, closed with the stack."""
    made = []
    for pipe in (monitor.stdout, monitor.stderr):
        assert pipe is not None
        made.append(Reader(os.dup(pipe.fileno()), bound_bytes))
        stack.callback(made[-1].close)
        pipe.close()
    return made[0], made[1]


def _start(
    program: Program, isolation: Isolation, control: socket.socket, mark: str, counted: bool
) -> tuple[subprocess.Popen[bytes], int]:
    """Start bubblewrap; its process, and the number of the first process inside (0: none).

    The mark on the command line says which run of whom it is.
    """
    python = interpreter(program.python)
    with arguments.Descriptors() as descriptors:
        limits = preparing.limits_inside(program, counted)
        told = descriptors.holding(
            preparing.instructions(program, python, preparing.Places(), limits)
        )
        words = arguments.inside(program, python, descriptors, counted)
        listed = descriptors.holding("\0".join([*words, ""]).encode("utf-8", "surrogateescape"))
        reading, writing = os.pipe()
        try:
            monitor = subprocess.Popen(  # noqa: S603 (bubblewrap)
                [
                    *(str(isolation.binary), "--args", str(listed), "--info-fd", str(writing)),
                    *("--", python.path, "-I", "-S", arguments.STAGE0_INSIDE),
                    *(str(control.fileno()), str(told), mark),
                ],
                env=arguments.OUTER_ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(*descriptors.numbers, writing, control.fileno()),
                start_new_session=True,
            )
        except OSError as failure:
            raise SandboxFault(f"{isolation.binary} can't be started: {failure}") from failure
        finally:
            os.close(writing)
        with descriptor(reading):
            return monitor, _first_of(reading)


def _first_of(info: int) -> int:
    """The first process inside, as bubblewrap tells it; 0 when it doesn't in time.

    It is read to its end: bubblewrap writes it piece by piece, and a closed pipe would stop it.
    """
    told = b""
    while wait_for(info, START_SECONDS):
        more = os.read(info, 4096)
        if not more:
            found = re.search(rb'"child-pid": *(\d+)', told)
            return int(found[1]) if found else 0
        told += more
    return 0


@contextlib.contextmanager
def descriptor(number: int) -> Iterator[int]:
    """The descriptor, closed at the end of the block."""
    try:
        yield number
    finally:
        os.close(number)


def _open_first(first: int, mark: str, monitor: subprocess.Popen[bytes], stderr: Reader) -> int:
    """A descriptor of the first process inside, and of no other that has its number by now."""
    if not first:
        raise fault("bubblewrap did not start a sandbox", monitor, stderr)
    try:
        opened = os.pidfd_open(first)
    except ProcessLookupError:
        raise fault("the sandbox did not start", monitor, stderr) from None
    if os.fsencode(mark) not in command_line(first):
        os.close(opened)
        raise fault("the sandbox did not start", monitor, stderr)
    return opened


def _message(control: socket.socket, ended: int, seconds: float) -> tuple[bytes, list[Rights]]:
    """What is said next; nothing when the process behind `ended` is dead, or too slow."""
    poll = select.poll()
    for watched in (control.fileno(), ended):
        poll.register(watched, select.POLLIN)
    ready = dict(poll.poll(seconds * 1000))
    if not ready:
        raise TimeoutError(f"nothing heard for {seconds:g} seconds")
    if control.fileno() not in ready:
        return b"", []
    message, rights, _, _ = control.recvmsg(8192, 4096)
    return message, rights


def hear(
    control: socket.socket, ended: int, monitor: subprocess.Popen[bytes], stderr: Reader
) -> tuple[tuple[int, ...], int]:
    """Descriptors of the writable folders, and the process that sent them, which waits now."""
    folders, process = array.array("i"), 0
    try:
        message, rights = _message(control, ended, START_SECONDS)
    except OSError as failure:
        raise fault(f"the sandbox did not start ({failure})", monitor, stderr) from failure
    for level, kind, data in rights:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            folders.frombytes(data)
        elif (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            process = array.array("i", data)[0]
    if message != b"here":
        raise fault("the sandbox did not start", monitor, stderr)
    return tuple(folders), process


def hear_start(
    control: socket.socket, ended: int, monitor: subprocess.Popen[bytes], stderr: Reader
) -> None:
    """Let it go on and wait until the program starts; nothing that is said later is heard."""
    try:
        control.send(b"go on")
        message, _ = _message(control, ended, COPY_SECONDS)
    except OSError as failure:
        raise fault(f"the sandbox did not get ready ({failure})", monitor, stderr) from failure
    if message != b"started":
        told = clean(message)
        raise fault(f"the sandbox did not get ready: {told}".rstrip(": "), monitor, stderr)


def fault(message: str, monitor: subprocess.Popen[bytes], stderr: Reader) -> SandboxFault:
    """What broke, with the last words of bubblewrap; the program has said nothing yet."""
    end(monitor)
    while stderr.open and stderr.read():
        continue
    words = " ".join(stderr.stream().text.split())[-400:]
    remedy = "python -m grader.sandbox probe shows what this machine can do."
    return SandboxFault(f"{message} ({words})" if words else message, remedy)


def end(monitor: subprocess.Popen[bytes]) -> None:
    """End bubblewrap, and with it what is inside, if it still runs."""
    try:
        monitor.wait(0)
    except subprocess.TimeoutExpired:
        monitor.kill()
        monitor.wait()
