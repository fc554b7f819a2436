"""The records of the sandbox: what is to be run, within what, and what came of it.

Plain values and tuples, so that a result can be written as JSON. Paths named `target` are inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Optional

INPUT, OUTPUT, WORK = "/input", "/output", "/output/work"
"""Where things are inside: what is given (read-only), what is collected, the private copy."""

Limit = Literal["wall seconds", "memory", "processes", "disk", "files"]


@dataclass(frozen=True)
class Limits:
    """What one program may take; what goes beyond ends it, and the result says which limit it was.

    `disk_mb` and `files` bound everything it can write, wherever that is. `stream_bytes` is how
    much is kept of each of its two streams; `accepted_files` how many files come back at most.
    """

    wall_seconds: float = 60
    memory_mb: int = 2048
    processes: int = 64
    disk_mb: int = 256
    files: int = 10_000
    stream_bytes: int = 1 << 20
    accepted_files: int = 1000


@dataclass(frozen=True)
class Mount:
    """A file or folder of this machine that the program may read, and where it finds it."""

    source: Path
    target: str


@dataclass(frozen=True)
class Program:
    """What is to be run. `python` and `python3` in the command are the interpreter given.

    The folder `input` is read-only at `/input`. With `copied`, the program works in a private
    copy of it that lies in the output folder as `work`, so that what it writes beside its own
    files can come back too; else in `/input` itself. `folder` is where in there it starts.
    `accepts` are the names, relative to the output folder, that may come back: a `*` stands for
    anything but a slash, `**/` for any folders. Nothing named means every regular file that is
    not in the private copy.
    """

    command: tuple[str, ...]
    input: Path
    copied: bool = False
    folder: str = ""
    mounts: tuple[Mount, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    python: Optional[Path] = None
    limits: Limits = Limits()
    accepts: tuple[str, ...] = ()
    gpu: bool = False


@dataclass(frozen=True)
class Stream:
    """What the program wrote to one of its streams: the start and the end, cleaned for a terminal.

    `bytes` is all that it wrote; `cut` says that the text leaves some of it out.
    """

    text: str = ""
    bytes: int = 0
    cut: bool = False


@dataclass(frozen=True)
class Accepted:
    """A file that came back."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Refused:
    """Something in the output folder that did not come back, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Result:
    """What came of a program: how it ended, what it took, what came back.

    Exactly one of `exit_code` and `signal` is known. `limit` is the one that ended it, None when
    it ended by itself. `layers` are the mechanisms that were in force.
    """

    exit_code: Optional[int]
    signal: Optional[int]
    limit: Optional[Limit]
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int
    written_bytes: int
    stdout: Stream
    stderr: Stream
    accepted: tuple[Accepted, ...]
    refused: tuple[Refused, ...]
    layers: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether it ended by itself, with exit code 0."""
        return self.exit_code == 0 and self.limit is None
