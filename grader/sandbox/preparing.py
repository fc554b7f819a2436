"""What a program is told: where things are, its environment, its limits."""

from __future__ import annotations

from dataclasses import dataclass

from grader.sandbox.cgroups import SPARE_PROCESSES
from grader.sandbox.interpreters import Interpreter
from grader.sandbox.records import INPUT, OUTPUT, WORK, Program

SLACK_BYTES = 64 << 10
"""So much more than the limit fits on the disk, so that going beyond it is seen."""

SPARE_DATA_BYTES = 1 << 30
"""What a process may reserve above the memory limit: the stacks of threads are hardly ever used."""

OPEN_FILES = 4096
FEWER_OPEN_FILES = 512
"""Where no group counts them: what waits in a socket is memory that nothing else shows."""

WATCHED_PROCESSES = 16
"""So many more can start where only the watchdog counts them: it must see too many of them."""


@dataclass(frozen=True)
class Places:
    """Where things are for the program, and where its input comes from."""

    source: str = INPUT
    input: str = INPUT
    output: str = OUTPUT
    temporary: str = "/tmp"  # noqa: S108 (the sandbox's own)
    shared: tuple[str, ...] = ("/dev/shm",)  # noqa: S108 (the same)

    @property
    def writable(self) -> tuple[str, ...]:
        """The folders that can be written, the output folder first."""
        return (self.output, self.temporary, *self.shared)

    def start(self, program: Program) -> str:
        """The folder that the program's own `folder` is in."""
        return self.output + WORK[len(OUTPUT) :] if program.copied else self.input


def disk_bytes(program: Program) -> int:
    """The budget of all that it may write."""
    return program.limits.disk_mb << 20


def environment(program: Program, python: Interpreter, places: Places) -> dict[str, str]:
    """The whole environment of the program: nothing of ours, the same on every machine."""
    made = {
        "PATH": ":".join((*python.search, "/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": places.temporary,
        "TMPDIR": places.temporary,
        "USER": "student",
        "LOGNAME": "student",
        "SHELL": "/bin/sh",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "OUTPUT_DIR": places.output,
    }
    if python.libraries:
        made["LD_LIBRARY_PATH"] = ":".join(python.libraries)
    return {**made, **dict(program.environment)}


def instructions(
    program: Program, python: Interpreter, places: Places, limits: tuple[str, ...]
) -> bytes:
    """What the first program inside shall do, as it reads it."""
    start = places.start(program)
    pairs = [("hand over", place) for place in places.writable]
    if start != places.source:
        whole_bytes = disk_bytes(program) // 2 if program.copied else 1 << 62
        pairs += [("copy", places.source), ("copy to", start), ("whole bytes", str(whole_bytes))]
    pairs += [("start in", f"{start}/{program.folder}")]
    words = program.command
    if words[0] in ("python", "python3"):
        words = (python.path, *words[1:])
    pairs += [("limit", told) for told in limits] + [("word", word) for word in words]
    told = environment(program, python, places)
    pairs += [("environment", f"{name}={value}") for name, value in told.items()]
    for key, value in pairs:
        if "\0" in value:
            raise ValueError(f"{key}: a NUL character in {value[:80]!r}")
    return b"".join(f"{key}\0{value}\0".encode("utf-8", "surrogateescape") for key, value in pairs)


def limits_of_each(program: Program, open_files: int = OPEN_FILES) -> tuple[str, ...]:
    """The limits that each process has, whatever else counts."""
    return (
        "RLIMIT_CORE=0",
        f"RLIMIT_FSIZE={disk_bytes(program) + SLACK_BYTES}",
        f"RLIMIT_NOFILE={open_files}",
        "RLIMIT_MEMLOCK=65536",
        "RLIMIT_MSGQUEUE=0",
    )


def limits_inside(program: Program, counted: bool) -> tuple[str, ...]:
    """The same with a limit of processes, and one of memory where no group counts it."""
    processes = program.limits.processes + SPARE_PROCESSES
    if counted:
        return (*limits_of_each(program), f"RLIMIT_NPROC={processes}")
    return (
        *limits_of_each(program, FEWER_OPEN_FILES),
        f"RLIMIT_NPROC={processes + WATCHED_PROCESSES}",
        *limit_of_data(program),
    )


def limit_of_data(program: Program) -> tuple[str, ...]:
    """A limit of each process's own memory; graphics drivers reserve too much for one."""
    if program.gpu:
        return ()
    return (f"RLIMIT_DATA={(program.limits.memory_mb << 20) + SPARE_DATA_BYTES}",)
