"""Processes that hold a work folder, for tests to end: `python -m tests.grader.store.holders`.

    hold WORK     holds the folder until its input ends
    forked WORK   holds it and forks a copy that outlives it
    started WORK  holds it and starts a program, with every handle it can inherit, that outlives it

Each says "ready" (and the process id of the other one) and then waits for the end of its input.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from grader.store import open_store


def main(what: str, work: Path) -> None:
    with open_store(work, f"grade {what}/", "2026-05-20T10:00:00+00:00"):
        other = {"hold": os.getpid, "forked": forked, "started": started}[what]()
        sys.stdout.write(f"ready {other}\n")
        sys.stdout.flush()
        sys.stdin.read()


def forked() -> int:
    born, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(told, b"!")  # only now has the copy begun to run, and given its handles back
        while os.read(0, 1):
            pass
        os._exit(0)
    os.read(born, 1)
    return pid


def started() -> int:
    code = "import sys; sys.stdin.read()"
    return subprocess.Popen([sys.executable, "-I", "-S", "-c", code], close_fds=False).pid


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
