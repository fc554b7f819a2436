"""The program that runs in a process of its own: a question in JSON in, the proof in JSON out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from grader.rerun.clean_room.records import Places, Proof, Question

if TYPE_CHECKING:
    from grader.rerun.clean_room.proving import Proving

ANSWER = "answer.json"
"""The name of the file with the proof, in the output folder."""

NOT_INSTALLED = "torch and transformers are not installed here"
INSTALL = 'Run: pip install "course-competition-toolkit[torch]"'


def answer(question: Question, places: Places, started: float) -> Proof:
    """What the weights show, those handed in and, where that is asked, the released ones.

    Nothing that a file of the student holds makes it fail.
    """
    try:
        torch: Any = import_module("torch")
        from grader.rerun.clean_room.proving import Proving
    except ImportError as error:
        return Proof(why=f"{NOT_INSTALLED} ({error.name or 'a part of them'})", remedy=INSTALL)
    torch.set_num_threads(question.threads)
    there = bool(torch.cuda.is_available())
    device = "cuda" if question.gpu and there else "cpu"
    clock = _Clock(question.seconds, time.monotonic() - started)
    own = _Side(Proving(question, places, device, clock.expired), clock)
    own.work(own.proving.likeliest)
    if not question.and_released:
        own.work(own.proving.others)
    if not question.and_released or own.proving.found:
        return own.proving.proof()
    # The settings that a submission names are no hint about another model.
    about, here = replace(question, declared=None), replace(places, model=places.released)
    clock = _Clock(question.seconds)
    released = _Side(Proving(about, here, device, clock.expired), clock)
    _in_turns(own, released)
    if own.proving.found:
        return own.proving.proof()
    return replace(own.proving.proof(), released=released.proving.proof())


def _in_turns(own: _Side, released: _Side) -> None:
    """The rest of both, the likelier first: texts of the released model are no rare case.

    Where the released model gives the texts, the weights handed in are tried with its settings too:
    two models so near to each other that both give them would do so with the same ones. Then those
    handed in count.
    """
    released.work(released.proving.likeliest)
    if released.proving.found is not None:
        same = released.proving.found
        own.work(lambda: own.proving.also(same))
        return
    own.work(own.proving.others)
    if not own.proving.found:
        released.work(released.proving.others)


class _Clock:
    """The seconds that may be spent on one model, counted only while it is worked on."""

    def __init__(self, seconds: float, spent_seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._spent_seconds = spent_seconds
        self._since: Optional[float] = None

    def expired(self) -> bool:
        """Whether they are over."""
        running = 0.0 if self._since is None else time.monotonic() - self._since
        return self._spent_seconds + running > self._seconds

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        assert self._since is not None
        self._spent_seconds += time.monotonic() - self._since
        self._since = None


@dataclass(frozen=True)
class _Side:
    """The work on one of the two models, and its time."""

    proving: Proving
    clock: _Clock

    def work(self, part: Callable[[], None]) -> None:
        """Do a part of it, on its own time."""
        with self.clock:
            part()


def main(arguments: Sequence[str], output: Path) -> int:
    """Read the question, write the answer; 0 when there is one.

    The arguments are the question's file, and the folders of the model, the tokenizer and the
    released model's configuration.
    """
    from grader.store.codec import decode, encode

    started = time.monotonic()
    asked, model, tokenizer, released = map(Path, arguments)
    question = decode(asked.read_text(encoding="ascii"), Question)
    told = encode(answer(question, Places(model, tokenizer, released), started))
    (output / ANSWER).write_text(told, encoding="ascii")
    return 0
