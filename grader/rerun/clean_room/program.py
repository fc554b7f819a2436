"""The program that runs in a process of its own: a question in JSON in, the proof in JSON out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from grader.rerun.clean_room.records import Places, Proof, Question
from grader.rerun.clean_room.searching import NEAR

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

    def shown(about: Question, here: Places, since: float) -> Proof:
        def expired() -> bool:
            return time.monotonic() - since > question.seconds

        try:
            return Proving(about, here, device, expired).proof()
        except MemoryError:
            return Proof(why="the memory was not enough")

    own = shown(question, places, started)
    if not question.and_released or (
        own.best is not None and own.best.equal >= NEAR * own.best.rows
    ):
        return own
    # The settings that a submission names are no hint about another model.
    about, here = replace(question, declared=None), replace(places, model=places.released)
    return replace(own, released=shown(about, here, time.monotonic()))


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
