"""The command line of bubblewrap: which walls, and what the program sees within them."""

from __future__ import annotations

import functools
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Optional

from grader.sandbox import preparing
from grader.sandbox.interpreters import LINKS, Interpreter
from grader.sandbox.records import INPUT, OUTPUT, Program
from grader.sandbox.trouble import SandboxFault

OUTER_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
"""All that bubblewrap itself is started with: what it has, `/proc/1` inside would show."""

STAGE0 = Path(__file__).parent / "inside" / "stage0.py"
STAGE0_INSIDE = "/sandbox/stage0.py"
SHARED = ("/tmp", "/dev/shm")  # noqa: S108 (the sandbox's own)
"""What a program may write beside its output folder."""

NUMBER = "65534"
"""The number of the user and the group inside, which is nobody's."""

FILES_OF_ETC = {
    "/etc/passwd": f"student:x:{NUMBER}:{NUMBER}:student:/tmp:/bin/sh\n",
    "/etc/group": f"student:x:{NUMBER}:\n",
    "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
SHOWN_OF_ETC = (
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "mime.types"),
    *("fonts", "ssl/certs", "ssl/openssl.cnf", "magic"),
)
GUARDED_OF_PROC = ("sys", "sysrq-trigger", "irq", "bus", "fs", "scsi", "acpi", "mtrr", "pressure")
"""What root could write in `/proc` although the namespaces are its own."""


class Descriptors:
    """The files that bubblewrap reads by number; closed at the end of the block."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def holding(self, data: bytes) -> int:
        """The number of a new file in memory that has these bytes."""
        number = os.memfd_create("sandbox")
        self.numbers.append(number)
        os.write(number, data)
        os.lseek(number, 0, os.SEEK_SET)
        return number

    def __enter__(self) -> Descriptors:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        for number in self.numbers:
            os.close(number)


def walls(descriptors: Descriptors, disk_bytes: int, hidden_memory: bool = False) -> list[str]:
    """The arguments that every sandbox has: namespaces, the system's folders, bounded scratch."""
    return [
        *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--disable-userns", "--new-session", "--die-with-parent"),
        *("--cap-drop", "ALL", "--uid", NUMBER, "--gid", NUMBER, "--hostname", "sandbox"),
        "--clearenv",
        *system_folders(),
        *etc(descriptors),
        *proc(),
        *("--dev", "/dev"),
        *(word for place in SHARED for word in scratch(place, disk_bytes)),
        *("--seccomp", str(descriptors.holding(seccomp_filter(hidden_memory)))),
    ]


def scratch(place: str, disk_bytes: int) -> list[str]:
    """A folder in memory that can be written, within a bound that the kernel holds."""
    return ["--size", str(disk_bytes), "--perms", "1777", "--tmpfs", place]


def system_folders() -> list[str]:
    """The system's programs and libraries, with the old names as the links or folders they are."""
    words = ["--ro-bind", "/usr", "/usr"]
    for path in map(Path, ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")):
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    return words


def etc(descriptors: Descriptors) -> list[str]:
    """A made-up list of people and hosts, and what programs need of the machine's own settings."""
    words = []
    for path, text in FILES_OF_ETC.items():
        words += ["--ro-bind-data", str(descriptors.holding(text.encode())), path]
    for name in SHOWN_OF_ETC:
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return words


def proc() -> list[str]:
    """The processes inside alone; what steers the machine is read-only, the first one is hidden.

    The first process is bubblewrap's: whoever writes its memory could make it outlive us.
    """
    words = ["--proc", "/proc"]
    for name in GUARDED_OF_PROC:
        words += ["--ro-bind-try", f"/proc/{name}", f"/proc/{name}"]
    for path in secrets_of_proc() if os.geteuid() == 0 else ():
        words += ["--ro-bind", "/dev/null", path]
    return [*words, "--size", "4096", "--tmpfs", "/proc/1", "--remount-ro", "/proc/1"]


@functools.cache
def secrets_of_proc() -> tuple[str, ...]:
    """The files of `/proc` that only root may read: inside, root is still their owner."""
    found = []
    for folder in map(Path, ("/proc", "/proc/tty/driver")):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            mode = path.lstat().st_mode if not path.name.isdigit() else 0
            if stat.S_ISREG(mode) and not mode & 0o077:
                found.append(str(path))
    return tuple(found)


def seccomp_filter(hidden_memory: bool) -> bytes:
    """The filter of system calls; with or without those for memory that has no name anywhere."""
    from grader.sandbox.seccomp import filter_bytes

    try:
        return filter_bytes(deny_memfd=not hidden_memory)
    except ValueError as failure:
        raise SandboxFault(str(failure), "Use a machine of x86_64 or aarch64.") from failure


def devices() -> list[str]:
    """The graphics cards, where there are any, and what of the machine their driver reads."""
    words = []
    for path in sorted(map(str, Path("/dev").glob("nvidia*"))):
        words += ["--dev-bind-try", path, path]
    for path in ("/sys/bus/pci", "/sys/devices", "/sys/module/nvidia", "/run/nvidia-persistenced"):
        words += ["--ro-bind-try", path, path]
    return words


def inside(
    program: Program, python: Interpreter, descriptors: Descriptors, counted: bool
) -> list[str]:
    """All arguments for one program, up to the name of what is started."""
    disk_bytes = preparing.disk_bytes(program) + preparing.SLACK_BYTES
    words = walls(descriptors, disk_bytes, hidden_memory=program.gpu and counted)
    for path in python.shown:
        words += ["--ro-bind", path, path]
    for name in python.links:
        words += ["--symlink", python.path, f"{LINKS}/{name}"]
    words += ["--ro-bind", str(STAGE0), STAGE0_INSIDE]
    words += ["--ro-bind", str(program.input.resolve()), INPUT]
    for mount in program.mounts:
        words += ["--ro-bind", str(mount.source.resolve()), mount.target]
    words += scratch(OUTPUT, disk_bytes)
    if program.gpu:
        words += devices()
    return [*words, "--remount-ro", "/dev", "--remount-ro", "/"]
