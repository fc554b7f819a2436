"""The clean room from outside: a request is answered by a process of its own, in the sandbox.

The code in there is ours; what it reads is not. At worst a hostile file breaks that process.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import grader
import validators
from grader.rerun.clean_room.program import ANSWER
from grader.rerun.clean_room.records import Proof, ProofRequest, Question
from grader.sandbox.records import INPUT, Limits, Mount, Program, Result
from grader.sandbox.trouble import SandboxFault

if TYPE_CHECKING:
    from grader.sandbox.isolation import Isolation

_OURS, _ASKED, _TOKENIZER, _RELEASED = "/ours", "/asked", "/tokenizer", "/released"
_QUESTION = "question.json"
# The process ends by itself a little before it is ended, so that what it found is not lost.
_OF_THE_TIME = 0.9
_TO_START_SECONDS = 10.0
_MOST_ANSWER = 64 << 20
_SHOWN = 300


def prove(request: ProofRequest, isolation: Isolation, limits: Limits) -> Proof:
    """Whether the model gives the submitted texts. Every way to fail is told in the proof.

    With the folder of the released model it answers whether that one made them. `limits` are those
    of one model: with `and_released` it may take twice the time.
    """
    from grader.sandbox.running import run

    if len(request.bills) != len(request.submitted):
        raise ValueError("there must be a submitted text for every bill")
    if request.rules.architecture.family != "t5":
        return Proof(why="only models of the T5 family can be made from their weights here")
    with tempfile.TemporaryDirectory(prefix="clean-room-") as folder:
        asked, output = Path(folder) / "asked", Path(folder) / "output"
        asked.mkdir()
        _write_question(request, limits, asked / _QUESTION)
        if request.and_released:
            limits = replace(limits, wall_seconds=2 * limits.wall_seconds)
        try:
            result = run(_program(request, asked, limits), output, isolation)
        except SandboxFault as fault:
            return Proof(fault=str(fault), remedy=fault.remedy)
        return _proof(result, output / ANSWER, limits)


def _write_question(request: ProofRequest, limits: Limits, path: Path) -> None:
    from grader.store.codec import encode

    wall = limits.wall_seconds
    question = Question(
        architecture=request.rules.architecture.model_dump_json(),
        bills=request.bills,
        submitted=request.submitted,
        declared=request.declared,
        gpu=request.gpu,
        threads=request.threads,
        seconds=max(1.0, min(wall * _OF_THE_TIME, wall - _TO_START_SECONDS)),
        and_released=request.and_released,
    )
    path.write_text(encode(question), encoding="ascii")


def _program(request: ProofRequest, asked: Path, limits: Limits) -> Program:
    packages = (Path(path) for package in (grader, validators) for path in package.__path__)
    mounts = [Mount(path, f"{_OURS}/{path.name}") for path in packages]
    mounts += [Mount(asked, _ASKED), Mount(request.tokenizer, _TOKENIZER)]
    mounts += [] if request.released is None else [Mount(request.released, _RELEASED)]
    module = ("python", "-m", "grader.rerun.clean_room")
    threads = str(request.threads)
    return Program(
        command=(*module, f"{_ASKED}/{_QUESTION}", INPUT, _TOKENIZER, _RELEASED),
        input=request.model,
        mounts=tuple(mounts),
        environment=(
            ("PYTHONPATH", _OURS),
            ("PYTHONDONTWRITEBYTECODE", "1"),
            ("HF_HUB_OFFLINE", "1"),
            ("TRANSFORMERS_VERBOSITY", "error"),
            ("TOKENIZERS_PARALLELISM", "false"),
            ("OMP_NUM_THREADS", threads),
            ("MKL_NUM_THREADS", threads),
        ),
        python=Path(sys.executable),
        limits=limits,
        accepts=(ANSWER,),
        gpu=request.gpu,
    )


def _proof(result: Result, answer: Path, limits: Limits) -> Proof:
    """The proof that the process wrote, or why there is none."""
    from grader.store.codec import UnreadableError, decode

    wall = result.wall_seconds
    if result.limit is not None:
        taken = {"wall seconds": f"{limits.wall_seconds:g} seconds"}
        taken["memory"] = f"{limits.memory_mb:,} MB"
        least = taken.get(result.limit, result.limit)
        return Proof(why=f"it took more than it may: {least}", wall_seconds=wall)
    if not result.succeeded:
        return Proof(fault=f"the clean room ended early: {_last(result)}", wall_seconds=wall)
    try:
        with answer.open(encoding="ascii") as stream:
            found = decode(stream.read(_MOST_ANSWER), Proof)
    except (OSError, ValueError, UnreadableError) as error:
        told = type(error).__name__ if isinstance(error, OSError) else str(error)
        return Proof(fault=f"the clean room gave no answer ({told})", wall_seconds=wall)
    return replace(found, wall_seconds=wall)


def _last(result: Result) -> str:
    """The last line that the process wrote, or how it ended."""
    lines = result.stderr.text.strip().splitlines()
    ended = f"exit code {result.exit_code}" if result.signal is None else f"signal {result.signal}"
    return lines[-1][:_SHOWN] if lines else ended
