"""Writers to be killed: `python -m tests.grader.store.nursery HANDLE` makes one for each line.

A line is `FIRST WORK`. The writer opens the store of the folder and writes batch after batch from
the number FIRST on; each number that is on the disk is told through the handle. The nursery tells
the writer's process id and, when it ended, how. (One process that forks: to start a program and
load it anew for each writer would take most of the test's time.)
"""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import replace
from pathlib import Path

from grader.outcomes import Checked
from grader.store import Kept, Store, open_store
from tests.grader.store.samples import CHECKED, DRAFT, FINDING, PLAN, state

MOST_BATCHES = 3000
STEPS = ("a", "b", "c")


def batch(number: int) -> list[Kept]:
    """Three results that must be kept together; their bytes go over several pages."""
    message = f"batch {number} " * (number % 40 + 1)
    record = Checked((replace(FINDING, message=message),), CHECKED.counted)
    return [
        Kept("check", f"{number}-{part}", part, record, bytes([number % 251]) * 5000)
        for part in STEPS
    ]


def write_one(store: Store, number: int) -> None:
    """A batch, and every so often a decision and a run in force: what of it is not there yet."""
    store.keep(batch(number))
    if number % 3 == 0 and len(store.decisions()) < number // 3:
        store.decide(replace(DRAFT, why=f"batch {number}"))
    if number % 5 == 0:
        if len(store.runs()) < number // 5:
            store.begin(PLAN, f"grade {number}", "t")
        run = store.runs()[-1]
        if not run.finished:
            store.finish(run.number, state(str(number)))
        if not run.publications:
            store.publish(run.number, "t", "ta", f"batch {number}")


def write(work: Path, first: int, handle: int) -> None:
    with open_store(work, "grade submissions/", "t") as store:
        for number in range(first, first + MOST_BATCHES):
            write_one(store, number)
            os.write(handle, f"{number}\n".encode())


def born(work: Path, first: int, handle: int) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            write(work, first, handle)
        except BaseException:
            traceback.print_exc()
        os._exit(1)  # it was to be killed
    return pid


def main(handle: int) -> None:
    for line in sys.stdin:
        first, _, work = line.rstrip("\n").partition(" ")
        pid = born(Path(work), int(first), handle)
        tell(f"{pid}")
        tell(f"{os.waitpid(pid, 0)[1]}")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
