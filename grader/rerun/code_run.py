"""One execution of a submission's own code on blinded rows, and what it left."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.rerun.aligning import aligned
from grader.rerun.asked import read_asked
from grader.rerun.contract import command_line
from grader.rerun.course_folder import ASKED, CourseFolder
from grader.rerun.handed import Handed
from grader.rerun.records import Asked, Entry, Ran
from grader.sandbox.isolation import Isolation
from grader.sandbox.notebooks import notebook_program, unprepared
from grader.sandbox.records import OUTPUT, WORK, Accepted, Limits, Program, Result
from grader.sandbox.running import run
from grader.sandbox.trouble import SandboxFault
from validators.display import clean
from validators.predictions import Predictions, read_predictions
from validators.rules import Rules

PREDICTIONS = "predictions.csv"
"""What a program that is told where to write its predictions calls them."""
LAYER_BROKE = 97
"""How a program ends that our layer could not be put into."""
_IN_WORK = "work/"
_STREAM_BYTES = 256 << 10
_SHOWN_LINES = 25
_ACCEPTED_FILES = 200


@dataclass(frozen=True)
class Outcome:
    """One execution, and which file its predictions were read from; `copied` are the
    files that were handed in with the very same bytes."""

    ran: Ran
    file: str = ""
    copied: tuple[str, ...] = ()
    how_aligned: str = ""


@dataclass(frozen=True)
class Bench:
    """What all executions of one submission have in common."""

    handed: Handed
    entry: Entry
    course: CourseFolder
    rows: int
    rules: Rules
    isolation: Isolation
    python: Optional[Path] = None
    gpu: bool = False


def model_inside(handed: Handed) -> str:
    """The path inside of the model's folder that was handed in."""
    return f"{WORK}/{handed.model}" if handed.model else WORK


def execute(bench: Bench, output: Path) -> Outcome:
    """Run the program once; what comes back lies in `output`. Raises SandboxFault."""
    program = _program(bench)
    result = run(program, output, bench.isolation)
    if bench.entry.kind == "notebook":
        trouble = unprepared(result)
        if trouble:
            raise SandboxFault(
                f"the course's Python can't run notebooks: {trouble}",
                "Install nbclient and ipykernel where [rerun] python of grading.toml points.",
            )
    if result.exit_code == LAYER_BROKE and _layer_broke(read_asked(output / ASKED)):
        raise SandboxFault("our layer inside did not start", "Look at what grade doctor says.")
    file, texts, how = _predicted(bench, output, result.accepted)
    digests = {each.name: each.sha256 for each in result.accepted}
    ran = Ran(
        ended=_ended(result, program.limits),
        succeeded=result.succeeded,
        wall_seconds=result.wall_seconds,
        cpu_seconds=result.cpu_seconds,
        peak_memory_bytes=result.peak_memory_bytes,
        predictions=texts,
        asked=read_asked(output / ASKED),
        streams=_streams(result),
        layers=result.layers,
        limit=result.limit or "",
    )
    wrote = digests.get(file)
    copied = tuple(path for path, digest in bench.handed.csv_digests if digest == wrote)
    return Outcome(ran, file, copied, how)


def _layer_broke(asked: Sequence[Asked]) -> bool:
    """Whether our layer says that it could not start; a program may end with that code, too."""
    return any(each.what == "record" and each.name == "layer" for each in asked)


def _program(bench: Bench) -> Program:
    limits, entry = bench.rules.rerun, bench.entry
    output = f"{OUTPUT}/{PREDICTIONS}"
    program = Program(
        command=command_line(entry, model_inside(bench.handed), bench.course.data, output),
        input=bench.handed.root,
        copied=True,
        folder=entry.folder,
        mounts=bench.course.mounts,
        environment=bench.course.environment,
        python=bench.python,
        limits=Limits(
            wall_seconds=limits.wall_seconds,
            memory_mb=limits.memory_mb,
            processes=limits.processes,
            disk_mb=limits.disk_mb,
            files=bench.rules.package.max_entries * 2,
            stream_bytes=_STREAM_BYTES,
            accepted_files=_ACCEPTED_FILES,
        ),
        accepts=(ASKED, "**/*.csv", *_named(entry)),
        gpu=bench.gpu,
    )
    return notebook_program(program, entry.command[0]) if entry.kind == "notebook" else program


def _named(entry: Entry) -> Iterator[str]:
    """The outputs that the entry names, as they are called in the output folder."""
    folder = f"{_IN_WORK}{entry.folder}/" if entry.folder else _IN_WORK
    for name in entry.outputs:
        yield f"{folder}{name}"
        yield name


def _predicted(
    bench: Bench, output: Path, accepted: Sequence[Accepted]
) -> tuple[str, tuple[Optional[str], ...], str]:
    """The likeliest file of predictions, the texts by new ID, and how these were found."""
    nothing = (None,) * bench.rows
    best: tuple[str, tuple[Optional[str], ...], str] = ("", nothing, "not at all")
    for each in _likeliest_first(bench, accepted):
        found = read_predictions(output / each.name, each.name, bench.rules)
        if not _has_texts(found):
            continue
        lined_up = aligned(found.ids, found.texts, bench.rows)
        here = sum(text is not None for text in lined_up.texts)
        if here > sum(text is not None for text in best[1]):
            best = (each.name, lined_up.texts, lined_up.how)
    return best


def _has_texts(found: Predictions) -> bool:
    return bool(found.texts)


def _likeliest_first(bench: Bench, accepted: Sequence[Accepted]) -> list[Accepted]:
    """The files that the run wrote or changed: the agreed one, those that are named, the others."""
    named = (PREDICTIONS, *_named(bench.entry))
    given = {digest for _, digest in bench.handed.csv_digests}
    handed = {f"{_IN_WORK}{path}" for path in bench.handed.files}
    new = [
        each
        for each in accepted
        if each.name != ASKED and not (each.name in handed and each.sha256 in given)
    ]
    places = {name: number for number, name in reversed([*enumerate(named)])}
    return sorted(new, key=lambda each: (places.get(each.name, len(named)), each.name))


def _ended(result: Result, limits: Limits) -> str:
    """How it ended, for a reader: by itself, by a signal, or at a limit with its number."""
    most = {
        "wall seconds": f"{limits.wall_seconds:,.0f} seconds", "memory": f"{limits.memory_mb:,} MB",
        "processes": f"{limits.processes:,} processes", "disk": f"{limits.disk_mb:,} MB of disk",
        "files": f"{limits.files:,} files",
    }  # fmt: skip
    if result.limit is not None:
        return f"was ended at its limit of {most[result.limit]}"
    if result.signal is not None:
        return f"was ended by signal {result.signal} ({_signal_name(result.signal)})"
    if result.exit_code == 0:
        return "ended well"
    return f"ended with exit code {result.exit_code}"


def _signal_name(number: int) -> str:
    known = {each.value: each.name for each in signal.Signals}
    return known.get(number, "no name")


def _streams(result: Result) -> str:
    """The last lines of what it printed; errors last."""
    parts = []
    for name, stream in (("stdout", result.stdout), ("stderr", result.stderr)):
        lines = stream.text.strip().splitlines()[-_SHOWN_LINES:]
        if lines:
            parts += [f"{name}, {stream.bytes:,} bytes in all:", *lines]
    return "\n".join(clean(line) for line in parts)
