"""Watch what runs until it ends, by itself or because it went beyond a limit."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional, Protocol

from grader.sandbox import processes
from grader.sandbox.cgroups import Group
from grader.sandbox.launching import Sandbox
from grader.sandbox.records import Limit, Limits
from grader.sandbox.streams import Reader

TICK_SECONDS = 0.02
"""How often the disk and the kernel's counters are looked at; a program's end is seen at once."""

WRITING_TICK_SECONDS = 0.004
"""The same while it writes much, so that three file systems don't make three budgets."""

WRITING_BYTES = 1 << 20
"""More than this since the last look is much."""

LOOK_SHARE = 0.1
"""So much of one processor may be spent on adding up memory, where no group does it."""

LOOK_SECONDS = 0.1
"""How often that is done at least."""

Clock = Callable[[], float]


class Meter(Protocol):
    """Looks at everything that has a limit but the time, and keeps the most that it saw."""

    written_bytes: int
    sample: processes.Sample
    tick_seconds: float

    def limit(self, now: float, /) -> Optional[Limit]:
        """The limit that it is beyond by now."""


class Running(Protocol):
    """What runs: `ended` is a descriptor that tells when it is over."""

    @property
    def ended(self) -> int:
        """Becomes readable at the end."""

    def kill(self) -> None:
        """Kill all of it, and wait until it is dead."""


@dataclass(frozen=True)
class Ended:
    """Which limit ended it, and how long it ran."""

    limit: Optional[Limit]
    wall_seconds: float


class SandboxMeter:
    """The meter of a sandbox: its file systems, and its control group or its processes."""

    def __init__(self, sandbox: Sandbox, group: Optional[Group], limits: Limits) -> None:
        self._sandbox, self._group, self._limits = sandbox, group, limits
        self._at_start = used(sandbox.folders)
        self._next_look, self._used_bytes = 0.0, self._at_start[0]
        self.written_bytes = 0
        self.sample = processes.Sample()
        self.tick_seconds = TICK_SECONDS

    def limit(self, now: float) -> Optional[Limit]:
        """The limit that it is beyond by now."""
        used_bytes, used_files = used(self._sandbox.folders)
        writes = used_bytes - self._used_bytes > WRITING_BYTES
        self.tick_seconds = WRITING_TICK_SECONDS if writes else TICK_SECONDS
        self._used_bytes = used_bytes
        self.written_bytes = max(self.written_bytes, used_bytes - self._at_start[0])
        if used_bytes > self._limits.disk_mb << 20:
            return "disk"
        if used_files - self._at_start[1] > self._limits.files:
            return "files"
        if self._group:
            return self._group.limit()
        if now < self._next_look:
            return None
        began = time.perf_counter()
        first = self._sandbox.walled.first
        found = processes.sample(processes.in_namespace_of(first), first, used_bytes)
        cost = (time.perf_counter() - began) / LOOK_SHARE
        self._next_look = now + min(cost, LOOK_SECONDS)
        self.sample = self.sample.most(found)
        return beyond(found, self._limits)


def beyond(found: processes.Sample, limits: Limits) -> Optional[Limit]:
    """The limit that was gone beyond when this was seen."""
    if found.memory_bytes > limits.memory_mb << 20:
        return "memory"
    return "processes" if found.tasks > limits.processes else None


def used(folders: tuple[int, ...]) -> tuple[int, int]:
    """The bytes and the files that the file systems of the folders have together."""
    told = [os.fstatvfs(folder) for folder in folders]
    taken = sum((one.f_blocks - one.f_bfree) * one.f_frsize for one in told)
    return taken, sum(one.f_files - one.f_ffree for one in told)


def watch(
    running: Running,
    streams: tuple[Reader, Reader],
    meter: Meter,
    wall_seconds: float,
    clock: Clock = time.monotonic,
) -> Ended:
    """Wait for the end, and see to it that nothing is left alive."""
    started = clock()
    limit = _until_the_end(running, streams, meter, started + wall_seconds, clock)
    taken_seconds = clock() - started
    # What it took in its last moments: its first process may still be there to be asked.
    at_end = meter.limit(clock() + LOOK_SECONDS)
    running.kill()
    for reader in streams:
        while reader.open and reader.read():
            continue
    return Ended(limit or at_end or meter.limit(clock()), taken_seconds)


def _until_the_end(
    running: Running,
    streams: tuple[Reader, Reader],
    meter: Meter,
    until: float,
    clock: Clock,
) -> Optional[Limit]:
    """The limit that ends it, None when it ended by itself; both streams are read meanwhile."""
    poll = select.poll()
    readers = {reader.descriptor: reader for reader in streams}
    for descriptor in (running.ended, *readers):
        poll.register(descriptor, select.POLLIN)
    next_tick = 0.0
    while True:
        now = clock()
        if now >= until:
            return "wall seconds"
        if now >= next_tick:
            limit = meter.limit(now)
            next_tick = now + meter.tick_seconds
            if limit:
                return limit
        for descriptor, _ in poll.poll(max(0.0, min(next_tick, until) - now) * 1000):
            if descriptor == running.ended:
                return None
            reader = readers[descriptor]
            reader.read()
            if not reader.open:
                poll.unregister(descriptor)
