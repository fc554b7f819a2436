"""Starts the course's layer before the program: Python imports this file by itself.

If the layer can't start, the program does not either: it would fail for want of a network, which
would look like the student's mistake.
"""

# The layer loads little into the program's process, and there a path is the text it was asked by.
# ruff: noqa: PTH100, PTH118, PTH120, PTH123

from __future__ import annotations

import json
import os
import sys

_NOT_STARTED = 97
"""The exit code of a process whose layer did not start."""


def _start() -> None:
    from grader.rerun.inside.starting import start

    start(os.path.join(os.path.dirname(os.path.abspath(__file__)), "course.json"))


def _give_up(trouble: BaseException) -> None:
    said = f"did not start ({type(trouble).__name__}: {trouble})"
    sys.stderr.write(f"course layer: {said}. This is not the program's own mistake.\n")
    line = {"what": "record", "name": "layer", "answer": said[:300], "where": "", "count": 1}
    try:
        folder = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(folder, "course.json"), encoding="utf-8") as config:
            journal = os.path.expandvars(json.load(config)["journal"])
        with open(journal, "a", encoding="ascii") as file:
            file.write(json.dumps(line) + "\n")
    except (OSError, ValueError, KeyError, TypeError) as also:
        sys.stderr.write(f"course layer: that could not be written down ({also}).\n")
    sys.stderr.flush()
    os._exit(_NOT_STARTED)


try:
    _start()
except BaseException as _trouble:
    _give_up(_trouble)
