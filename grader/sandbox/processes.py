"""What the processes of a sandbox take together, added up from outside where no group counts it."""

# This is read many times a second, as text that is no path of ours.
# ruff: noqa: PTH115, PTH123, PTH208

from __future__ import annotations

import contextlib
import functools
import os
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")

FREE_SOCKETS = 64
"""So many sockets of one program are not counted as memory; honest programs have fewer."""


@dataclass(frozen=True)
class Sample:
    """What was seen at one time, or the most that was seen."""

    tasks: int = 0
    memory_bytes: int = 0
    peak_bytes: int = 0
    cpu_seconds: float = 0.0

    def most(self, other: Sample) -> Sample:
        """The larger of each."""
        return Sample(
            max(self.tasks, other.tasks),
            max(self.memory_bytes, other.memory_bytes),
            max(self.peak_bytes, other.peak_bytes),
            max(self.cpu_seconds, other.cpu_seconds),
        )


def in_namespace_of(first: int) -> list[int]:
    """The processes that live in the namespace of a sandbox's first process."""
    try:
        namespace = os.readlink(f"/proc/{first}/ns/pid_for_children")
    except OSError:
        return []
    return [number for number in everything() if _lives_in(number, namespace)]


def below(first: int, mark: bytes) -> list[int]:
    """A process with all that it started, and every other that has the mark in its environment."""
    parents = {number: _fields(number) for number in everything()}
    found = {number for number in parents if mark in _read(f"/proc/{number}/environ")}
    found = {*found, first} - {os.getpid()}
    while True:
        more = {number for number, fields in parents.items() if fields and int(fields[1]) in found}
        if more <= found:
            return sorted(number for number in found if parents.get(number))
        found |= more


def everything() -> list[int]:
    """The numbers of all processes."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def sample(members: list[int], first: int, disk_bytes: int) -> Sample:
    """What these processes take, with their files in memory.

    Memory that several share is divided among them. Files in memory that are also mapped count
    once: the larger of both numbers. What waits in a socket is nobody's memory: each socket beyond
    the free ones counts as full, and the queues of TCP as they are. The first process is the
    sandbox's own.
    """
    tasks, own, shared, peak, ticks = 0, 0, 0, 0, 0
    sockets: set[str] = set()
    for number in members:
        fields = _fields(number)
        if not fields:
            continue
        ticks += sum(int(one) for one in fields[11:15])
        if number == first:
            continue
        tasks += int(fields[17])
        sockets |= _sockets(number)
        sums = _kilobytes(f"/proc/{number}/smaps_rollup")
        own += sums.get(b"Pss_Anon", sums.get(b"Pss", 0))
        shared += sums.get(b"Pss_Shmem", 0)
        peak = max(peak, _kilobytes(f"/proc/{number}/status").get(b"VmHWM", 0))
    memory = (own << 10) + max(shared << 10, disk_bytes)
    memory += max(0, len(sockets) - FREE_SOCKETS) * socket_bytes() + _queued_bytes(first)
    return Sample(tasks, memory, max(memory, peak << 10), ticks / TICKS)


def command_line(number: int) -> list[bytes]:
    """The words that it was started with; none when it is not there any more."""
    return _read(f"/proc/{number}/cmdline").split(b"\0")


def _sockets(number: int) -> set[str]:
    """The sockets that a process has open."""
    found = set()
    with contextlib.suppress(OSError):  # it has just ended
        for name in os.listdir(f"/proc/{number}/fd"):
            with contextlib.suppress(OSError):
                found.add(os.readlink(f"/proc/{number}/fd/{name}"))
    return {name for name in found if name.startswith("socket:")}


@functools.cache
def socket_bytes() -> int:
    """What can wait in one socket of a program that the filter lets ask for no more."""
    return int(_read("/proc/sys/net/core/wmem_default") or 212992)


def _queued_bytes(first: int) -> int:
    """What waits in the TCP connections within the sandbox."""
    total = 0
    for table in ("tcp", "tcp6"):
        for line in _read(f"/proc/{first}/net/{table}").splitlines()[1:]:
            total += sum(int(queue, 16) for queue in line.split()[4].split(b":"))
    return total


def _fields(number: int) -> list[bytes]:
    """What the kernel tells of a process after its name, empty when it has just ended."""
    return _read(f"/proc/{number}/stat").rpartition(b")")[2].split()


def _lives_in(number: int, namespace: str) -> bool:
    try:
        return os.readlink(f"/proc/{number}/ns/pid") == namespace
    except OSError:
        return False


def _read(path: str) -> bytes:
    """The file, empty when its process has just ended."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _kilobytes(path: str) -> dict[bytes, int]:
    """The numbers of a file with lines such as `Pss: 12 kB`."""
    found = {}
    for line in _read(path).splitlines():
        words = line.split()
        if len(words) == 3 and words[2] == b"kB":
            found[words[0].rstrip(b":")] = int(words[1])
    return found
