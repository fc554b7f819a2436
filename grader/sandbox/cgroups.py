"""A control group for one program: the kernel counts its memory, its processes and its time.

Version 1 by hand, as root; version 2 in a folder that was delegated to us. A group is named after
the process that made it, so that the next run can remove what a killed one left.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Optional, Protocol, Union

from grader.sandbox.isolation import CgroupKind
from grader.sandbox.records import Limit, Limits
from grader.sandbox.trouble import SandboxFault

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
CONTROLLERS = ("memory", "pids", "cpuacct")
PREFIX = "course-sandbox-"
SPARE_PROCESSES = 2
"""The sandbox's own first process, and one so that going beyond the limit is seen."""

TCP_SHARE = 8
"""TCP connections may hold so much: the limit of memory divided by this."""

REMOVE_SECONDS = 10
_numbers = itertools.count(1)


class Group(Protocol):
    """What is known of one program's group."""

    def take(self, process: int) -> None:
        """Move a process in, with all that it will start."""

    def limit(self) -> Optional[Limit]:
        """The limit that was gone beyond, as the kernel counted."""

    def peak_memory_bytes(self) -> int:
        """The most memory that it had at one time, its files and the page cache included."""

    def cpu_seconds(self) -> float:
        """The processor time of everything that ran in it."""

    def remove(self) -> None:
        """Remove it; nothing may live in it any more."""


def read_number(path: Path, key: str = "") -> int:
    """The number in a file of the kernel, or the one after the key; 0 for `max` and where none."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return 0
    found = re.search(rf"^{re.escape(key)} ?(\d+)$", text, re.MULTILINE)
    return int(found[1]) if found else 0


def _own(controller: str, table: Path) -> str:
    """The group of this process, by the table the kernel shows; `` is that of version 2."""
    for line in table.read_text(encoding="ascii").splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(","):
            return path
    return "/"


class FirstVersion:
    """A group in each of three trees."""

    def __init__(self, name: str, limits: Limits, root: Path = ROOT, table: Path = OWN) -> None:
        self._at = {one: root / one / _own(one, table).strip("/") / name for one in CONTROLLERS}
        for folder in self._at.values():
            folder.mkdir()
        memory = str(limits.memory_mb << 20)
        (self._at["memory"] / "memory.limit_in_bytes").write_text(memory)
        with_swap = self._at["memory"] / "memory.memsw.limit_in_bytes"
        if with_swap.exists():
            with_swap.write_text(memory)
        # Version 1 counts what waits in TCP connections apart, and only when it has a limit.
        waiting = self._at["memory"] / "memory.kmem.tcp.limit_in_bytes"
        if waiting.exists():
            waiting.write_text(str((limits.memory_mb << 20) // TCP_SHARE))
        (self._at["pids"] / "pids.max").write_text(str(limits.processes + SPARE_PROCESSES))

    def take(self, process: int) -> None:
        """Move a process into it."""
        for folder in self._at.values():
            (folder / "cgroup.procs").write_text(str(process))

    def limit(self) -> Optional[Limit]:
        """The limit that was gone beyond, by its counters."""
        if read_number(self._at["memory"] / "memory.oom_control", "oom_kill"):
            return "memory"
        return _too_many(self._at["pids"])

    def peak_memory_bytes(self) -> int:
        """The most memory that it had at one time."""
        return read_number(self._at["memory"] / "memory.max_usage_in_bytes")

    def cpu_seconds(self) -> float:
        """The processor time so far."""
        return read_number(self._at["cpuacct"] / "cpuacct.usage") / 1e9

    def remove(self) -> None:
        """Remove it, with what still lives in it."""
        for folder in self._at.values():
            remove_folder(folder)


class SecondVersion:
    """One group in the one tree, in a folder that was delegated to us."""

    def __init__(self, name: str, limits: Limits, root: Path = ROOT, table: Path = OWN) -> None:
        parent = delegated(root, table)
        if parent is None:
            raise SandboxFault("no control group is delegated to this process any more")
        self._at = parent / name
        self._at.mkdir()
        (self._at / "memory.max").write_text(str(limits.memory_mb << 20))
        for file, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            if (self._at / file).exists():
                (self._at / file).write_text(value)
        (self._at / "pids.max").write_text(str(limits.processes + SPARE_PROCESSES))

    def take(self, process: int) -> None:
        """Move a process into it."""
        (self._at / "cgroup.procs").write_text(str(process))

    def limit(self) -> Optional[Limit]:
        """The limit that was gone beyond, by its counters."""
        if read_number(self._at / "memory.events", "oom_kill"):
            return "memory"
        return _too_many(self._at)

    def peak_memory_bytes(self) -> int:
        """The most memory that it had at one time."""
        peak = read_number(self._at / "memory.peak")
        return peak or read_number(self._at / "memory.current")

    def cpu_seconds(self) -> float:
        """The processor time so far."""
        return read_number(self._at / "cpu.stat", "usage_usec") / 1e6

    def remove(self) -> None:
        """Remove it, with what still lives in it."""
        remove_folder(self._at)


def _too_many(folder: Path) -> Optional[Limit]:
    return "processes" if read_number(folder / "pids.events", "max") else None


def delegated(root: Path = ROOT, table: Path = OWN) -> Optional[Path]:
    """The folder of version 2 in which we may make groups, None where there is none.

    That is our own group, or for root the top. Where neither hands its controllers down yet, our
    own is made to: the kernel wants no process in it then, so they move into a group below.
    """
    parent = root / _own("", table).strip("/")
    if parent.name == "launcher":
        parent = parent.parent
    for folder in (parent, root):
        if _has_both(folder / "cgroup.subtree_control") and os.access(folder, os.W_OK):
            return folder
    try:
        if not _has_both(parent / "cgroup.controllers"):
            return None
        leaf = parent / "launcher"
        leaf.mkdir(exist_ok=True)
        for process in (parent / "cgroup.procs").read_text(encoding="ascii").split():
            (leaf / "cgroup.procs").write_text(process)
        (parent / "cgroup.subtree_control").write_text("+memory +pids")
    except OSError:
        return None
    return parent


def _has_both(file: Path) -> bool:
    """Whether the file names the controllers that we need."""
    try:
        return {"memory", "pids"} <= set(file.read_text(encoding="ascii").split())
    except OSError:
        return False


def kind_here(root: Path = ROOT, table: Path = OWN) -> CgroupKind:
    """The kind of group that can be made here, found by making one."""
    smallest = Limits(memory_mb=64, processes=8)
    makers: tuple[tuple[CgroupKind, Union[type[FirstVersion], type[SecondVersion]]], ...]
    makers = (("v2", SecondVersion), ("v1", FirstVersion))
    for kind, maker in makers:
        try:
            maker(new_name(), smallest, root, table).remove()
        except (OSError, SandboxFault):
            continue
        return kind
    return "none"


def new_name() -> str:
    """A name that tells who made the group, and when that process started."""
    process = os.getpid()
    return f"{PREFIX}{process}-{start_of(process)}-{next(_numbers)}"


def start_of(process: int) -> int:
    """When a living process started, in ticks since the machine did; 0 when there is none."""
    try:
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in (b"Z", b"X") else int(fields[19])


def is_left_over(name: str) -> bool:
    """Whether whoever made something of this name is dead."""
    process, start = name[len(PREFIX) :].split("-")[:2]
    return start_of(int(process)) != int(start)


@contextlib.contextmanager
def group(kind: CgroupKind, limits: Limits) -> Iterator[Optional[Group]]:
    """A group for one program, removed at the end; None where none can be made."""
    if kind == "none":
        yield None
        return
    sweep()
    maker = FirstVersion if kind == "v1" else SecondVersion
    try:
        made = maker(new_name(), limits)
    except OSError as failure:
        raise SandboxFault(f"the control group can't be made: {failure}") from failure
    try:
        yield made
    finally:
        made.remove()


def sweep(root: Path = ROOT, table: Path = OWN) -> None:
    """Remove the groups of launchers that are dead, with whatever still lives in them."""
    places = [root / one / _own(one, table).strip("/") for one in CONTROLLERS]
    places += [root, root / _own("", table).strip("/")]
    for place in (*places, *(place.parent for place in places if place.name == "launcher")):
        for folder in place.glob(f"{PREFIX}*"):
            if is_left_over(folder.name):
                remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """Kill what is in a group, and remove it."""
    until = time.monotonic() + REMOVE_SECONDS
    while True:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError as failure:
            if time.monotonic() > until:
                raise SandboxFault(f"the control group {folder} can't be removed") from failure
            kill_members(folder)
            time.sleep(0.002)
        else:
            return


def kill_members(folder: Path) -> None:
    """Kill every process in a group."""
    with contextlib.suppress(FileNotFoundError):  # another run has removed it by now
        for process in (folder / "cgroup.procs").read_text(encoding="ascii").split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
