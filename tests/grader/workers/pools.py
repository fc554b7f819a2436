"""A pool of the tests' own entries, and the questions asked about the processes it left."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Callable

from grader.demo.sample import make_sample
from grader.records import Submission
from grader.workers import Answer, Setup, Task, looked_at
from tests.grader.looking.handed import write_key

ENTRY = "tests.grader.workers.entries:look"
# Long enough for a busy machine. Only what hangs on purpose waits for the shorter limit.
LONG, SHORT = 60, 1


def setup_in(folder: Path, wall_seconds: int = LONG, **changes: object) -> Setup:
    """A setup with the sample's rules and key, and an empty export."""
    (folder / "export").mkdir(exist_ok=True)
    sample = make_sample(folder / "sample")
    values: dict[str, object] = {
        "root": folder / "export", "scratch": folder / "scratch",
        "rules": sample.rules.model_dump_json(), "answers": write_key(folder / "key.csv"),
        "wall_seconds": wall_seconds, "memory_mb": 1000, "parallel": 2, "entry": ENTRY,
    }  # fmt: skip
    return Setup(**{**values, **changes})  # type: ignore[arg-type]


def task(name: str) -> Task:
    """A task that both stages are wanted of; its name says what the child does."""
    return Task(f"key of {name}", Submission(name, "zip", (name,)), ("check", "score"))


def good(folder: Path, name: str = "HW4_9900940_王小明.zip") -> Task:
    """A task with a whole submission."""
    data = make_sample(folder / "sample").packed().read_bytes()
    (folder / "export" / name).write_bytes(data)
    return task(name)


def answers(tasks: Sequence[Task], setup: Setup) -> dict[str, Answer]:
    """All answers by what the child did."""
    found = list(looked_at(tasks, setup))
    assert sorted(each.key for each in found) == sorted(each.key for each in tasks)
    return {each.key[len("key of ") :]: each for each in found}


def faults(answer: Answer) -> list[str]:
    """The codes of the faults, which must be those of both stages."""
    assert answer.look.checked is not None
    assert answer.look.scored is not None
    assert answer.look.checked.faults == answer.look.scored.faults
    return [fault.code for fault in answer.look.checked.faults]


def runs(pid: int) -> bool:
    """Whether the process is there and not a dead one that nobody has asked for yet."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def until(true: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it becomes true in time."""
    deadline, never = time.monotonic() + seconds, threading.Event()
    while not true():
        if time.monotonic() > deadline:
            return False
        never.wait(0.005)
    return True


def numbers(folder: Path, prefix: str) -> list[int]:
    """The process numbers that the children left as names of files."""
    return sorted(int(path.name[len(prefix) :]) for path in folder.glob(f"{prefix}*"))
