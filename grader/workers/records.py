"""What the workers are asked and what they answer, and how it is written for another process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from grader.integrity.records import Traits
from grader.looking import Look, Want
from grader.outcomes import Checked, Scored
from grader.records import Submission
from grader.rerun.records import Rerun

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LOOK = "grader.looking:look"
# How a child ends that ran out of memory and may not have enough left to say so.
MEMORY_STATUS = 77


class WorkersError(RuntimeError):
    """The workers as a whole could not go on, which is our fault; the text says why."""


class SetupError(WorkersError):
    """What the workers were given can't be used, such as an answer key; the text says why."""


@dataclass(frozen=True)
class Task:
    """One submission, and what is wanted of it; `key` is the caller's own name for it.

    `orders` are told to the look as they are, where there are any: what it needs besides.
    """

    key: str
    submission: Submission
    wants: tuple[Want, ...]
    orders: str = ""


@dataclass(frozen=True)
class Setup:
    """What all tasks have in common, and the limits of each.

    `rules` are the whole rules as JSON. `scratch` is a folder for what is unpacked; it is empty
    again afterwards. `entry` names the function that looks, as `module:name`. `open_files` is how
    many files a look may have open at a time, `written_bytes` how large a file it may write, where
    that is more than it unpacks. `ready`, where there is one, names a function that makes once what
    all looks share, of the rules, the answer key and `orders`; a look gets it as its last argument.
    """

    root: Path
    scratch: Path
    rules: str
    answers: Optional[Path]
    wall_seconds: int
    memory_mb: int
    parallel: int
    entry: str = LOOK
    open_files: int = 256
    written_bytes: int = 0
    ready: str = ""
    orders: str = ""


@dataclass(frozen=True)
class Answer:
    """What came of one task; what went wrong stands in the faults of the look."""

    key: str
    look: Look
    wall_seconds: float


@dataclass(frozen=True)
class Told:
    """What a child tells: the parts of its look, or in one line what broke."""

    checked: Optional[Checked] = None
    scored: Optional[Scored] = None
    broke: str = ""
    reran: Optional[Rerun] = None
    traits: Optional[Traits] = None


def as_line(record: Any) -> bytes:
    """A task or setup as one line of ASCII."""
    return json.dumps(asdict(record), default=_plain).encode("ascii") + b"\n"


def read_setup(line: bytes) -> Setup:
    """The setup of a line."""
    values = json.loads(line)
    paths = {key: values[key] and Path(values[key]) for key in ("root", "scratch", "answers")}
    return Setup(**{**values, **paths})


def read_task(values: dict[str, Any]) -> Task:
    """The task of a line that has been read as JSON."""
    task: Task = adapter(Task).validate_python(values)
    return task


@lru_cache(maxsize=4)
def adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """What reads and writes records of this kind, made once."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
