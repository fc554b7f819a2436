"""Run one program: prepared, run, collected, cleaned up after."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Optional

from grader.sandbox import cgroups, collecting, launching, watching
from grader.sandbox.isolation import Isolation
from grader.sandbox.records import Program, Result
from grader.sandbox.trouble import SandboxFault


def run(program: Program, output: Path, isolation: Isolation) -> Result:
    """What came of the program; what it may give back lies in the output folder then.

    The folder must be new or empty. `SandboxFault` when the sandbox could not do its work.
    """
    check(program)
    collecting.ready(output)
    try:
        if isolation.kind == "none":
            from grader.sandbox import unisolated

            return unisolated.run(program, output, isolation)
        return _run(program, output, isolation)
    except OSError as failure:
        raise SandboxFault(f"the sandbox broke: {failure}", "Run it again.") from failure


def _run(program: Program, output: Path, isolation: Isolation) -> Result:
    """The same, when everything is in order; what the machine refuses is an `OSError`."""
    limits = program.limits
    with cgroups.group(isolation.cgroups, limits) as group:
        with launching.launched(program, isolation, group) as sandbox:
            meter = watching.SandboxMeter(sandbox, group, limits)
            ended = watching.watch(sandbox.walled, sandbox.streams, meter, limits.wall_seconds)
            exit_code, by_signal = how_it_ended(sandbox.walled.monitor.returncode, ended.limit)
            accepted, refused = collecting.collect(sandbox.folders[0], output, program)
        cpu_seconds = group.cpu_seconds() if group else meter.sample.cpu_seconds
        peak = group.peak_memory_bytes() if group else meter.sample.peak_bytes
    return Result(
        exit_code=exit_code,
        signal=by_signal,
        limit=ended.limit,
        wall_seconds=ended.wall_seconds,
        cpu_seconds=cpu_seconds,
        peak_memory_bytes=peak,
        written_bytes=meter.written_bytes,
        stdout=sandbox.streams[0].stream(),
        stderr=sandbox.streams[1].stream(),
        accepted=accepted,
        refused=refused,
        layers=isolation.layers,
    )


def check(program: Program) -> None:
    """Refuse what can't be run at all, before anything is started."""
    if not program.command:
        raise ValueError("there is no command to run")
    if not program.input.is_dir():
        raise SandboxFault(f"{program.input} is no folder")
    for mount in program.mounts:
        if not mount.source.exists():
            raise SandboxFault(f"{mount.source} is not there to be shown as {mount.target}")


def how_it_ended(code: int, limit: object) -> tuple[Optional[int], Optional[int]]:
    """The exit code or the signal, by what bubblewrap ended with: it adds 128 to a signal."""
    if code < 0 and not limit:
        raise SandboxFault(f"bubblewrap was killed from outside (signal {-code})", "Run it again.")
    if code < 0 or (limit and code == 128 + signal.SIGKILL):
        return None, int(signal.SIGKILL)
    if 128 < code <= 128 + 64:
        return None, code - 128
    return code, None
