"""What the end of a child means: its look, or a fault of its submission."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Optional

from grader.integrity.records import Traits
from grader.looking import Look
from grader.outcomes import Checked, Scored
from grader.rerun.records import Rerun
from grader.workers.records import MEMORY_STATUS, Answer, Setup, Task, Told, adapter
from grader.workers.wire import MOST_BYTES, Incoming
from validators.display import clean
from validators.report import Fault

_NOBODYS = "Not the student's fault."
_TIME = f"{_NOBODYS} Raise seconds_per_submission in [limits] of grading.toml and run grade again."
_MEMORY = f"{_NOBODYS} Raise memory_mb in [limits] of grading.toml and run grade again."
_KILLED = f"{_NOBODYS} If memory ran out, let fewer be looked at at a time (--jobs)."
_AGAIN = (
    f"{_NOBODYS} Run grade again; if it stays, look at the submission by hand and send this line "
    "to whoever keeps the toolkit."
)
# How `what_broke` tells of memory: Python's and numpy's exceptions, and the system's reason.
_NO_MEMORY = ("MemoryError", "Cannot allocate memory")


def answer_of(task: Task, setup: Setup, told: Mapping[str, Any], body: bytes) -> Answer:
    """The answer to a task from what the keeper tells of it; it never raises."""
    ended, place = told["ended"], clean(task.submission.source)
    look: Optional[Look] = None
    fault = Fault("fault.answer", place, "the answer about it could not be read.", _AGAIN)
    if ended == "answered":
        read = _read(body)
        if read is not None and read[0].broke:
            broke = f"looking at it broke ({clean(read[0].broke)})."
            fault = _memory_or(Fault("fault.look", place, broke, _AGAIN), task, setup)
        elif read is not None:
            look = _look(read[0], read[1], task, setup)
    else:
        fault = _fault_of_end(told, task, setup)
    return Answer(task.key, look or failed(task, fault), told["wall_seconds"])


def failed(task: Task, fault: Fault) -> Look:
    """The look that failed as a whole: the fault is one of everything that was wanted."""
    return Look(
        Checked(faults=(fault,)) if "check" in task.wants else None,
        Scored(faults=(fault,)) if "score" in task.wants else None,
        reran=Rerun(faults=(fault,)) if "rerun" in task.wants else None,
        traits=Traits(faults=(fault,)) if "traits" in task.wants else None,
    )


def _read(body: bytes) -> Optional[tuple[Told, bytes]]:
    incoming = Incoming()
    try:
        incoming.add(body)
        message = incoming.message()
        return message and (adapter(Told).validate_json(message.header), message.body)
    except ValueError:  # no JSON, or not of this form
        return None


def _look(told: Told, rows: bytes, task: Task, setup: Setup) -> Optional[Look]:
    """The look, if it has what was wanted; a part that lacked memory says so in its own words."""
    if ("check" in task.wants) != (told.checked is not None):
        return None
    if ("score" in task.wants) != (told.scored is not None):
        return None
    if ("rerun" in task.wants) != (told.reran is not None):
        return None
    if ("traits" in task.wants) != (told.traits is not None):
        return None
    checked, scored = told.checked, told.scored
    if checked is not None:
        faults = tuple(_memory_or(fault, task, setup) for fault in checked.faults)
        checked = replace(checked, faults=faults)
    if scored is not None:
        faults = tuple(_memory_or(fault, task, setup) for fault in scored.faults)
        scored = replace(scored, faults=faults)
    traits = told.traits
    if traits is not None:
        faults = tuple(_memory_or(fault, task, setup) for fault in traits.faults)
        return Look(traits=replace(traits, faults=faults), arrays=rows)
    return Look(checked, scored, rows, told.reran)


def _fault_of_end(told: Mapping[str, Any], task: Task, setup: Setup) -> Fault:
    place, ended, code = clean(task.submission.source), told["ended"], told["code"]
    if ended == "time":
        message = f"looking at it did not finish in {setup.wall_seconds:,} s."
        return Fault("fault.time", place, message, _TIME)
    if ended == "long":
        message = f"the answer about it is longer than {MOST_BYTES:,} bytes."
        return Fault("fault.answer", place, message, _AGAIN)
    if ended == "start":
        message = f"its process could not be started ({clean(told['detail'])})."
        return Fault("fault.look", place, message, _KILLED)
    if ended == "exit":
        if code == MEMORY_STATUS:
            return _memory(task, setup)
        message = f"looking at it ended with status {code} and without an answer."
        return Fault("fault.crash", place, message, _AGAIN)
    remedy = _KILLED if code == signal.SIGKILL else _AGAIN
    message = f"looking at it was ended by signal {code} ({_signal_name(code)})."
    return Fault("fault.crash", place, message, remedy)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name of its own
        return "no name"


def _memory_or(fault: Fault, task: Task, setup: Setup) -> Fault:
    lacked = any(reason in fault.message for reason in _NO_MEMORY)
    return _memory(task, setup) if lacked else fault


def _memory(task: Task, setup: Setup) -> Fault:
    message = f"looking at it needed more than {setup.memory_mb:,} MB of memory."
    return Fault("fault.memory", clean(task.submission.source), message, _MEMORY)
