"""Processes that a launcher left which was killed, or broke, while it started a sandbox."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

from grader.sandbox.cgroups import PREFIX, REMOVE_SECONDS, is_left_over

_MARK = re.compile(rb"\0(" + PREFIX.encode() + rb"\d+-\d+-\d+)\0")


def sweep_processes(unwanted: Callable[[str], bool] = is_left_over) -> None:
    """Kill what a launcher left that was killed in the very moment when it started a sandbox.

    Bubblewrap inside is tied to its parent a little later than it is made; until then it waits
    for a word that never comes. The name on its command line says whose it was. What is killed
    may have made another one meanwhile, so that it is looked for until none is there.
    """
    until = time.monotonic() + REMOVE_SECONDS
    while _kill_some(unwanted) and time.monotonic() < until:
        time.sleep(0.002)


def _kill_some(unwanted: Callable[[str], bool]) -> bool:
    """Kill those that are there now; whether there were any."""
    found = False
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            marks = _MARK.findall(path.read_bytes())
            if marks and unwanted(marks[0].decode("ascii")):
                os.kill(int(path.parent.name), signal.SIGKILL)
                found = True
        except OSError:  # it has ended by now, or it is somebody else's
            continue
    return found
