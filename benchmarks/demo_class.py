"""What each stage of grading the demonstration's class takes: wall time and peak memory.

    PYTHONPATH=. python benchmarks/demo_class.py --copies 1 5

Five copies are a class of 120. A copy has other ids and names; its models are those of the class
with other noise in their weights, and so are other models, with texts that they wrote themselves.
A stage begins and ends where `grade` says so on stderr; where it has nothing to say, it tells none.
The memory of all processes is added up ten times a second, what they share once for each.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.demo_copies import make_copies

GRADE = "from grader.cli import main; main()"
_LINE = re.compile(r"\s*(\d+)/(\d+)  .*?(?P<what>checked|run again|read, to be compared)")
_TOLD = ("checked", "run again", "read, to be compared")
_STAGES = ("collect, match", "check, score", "run again", "read for comparison", "compare, judge")


@dataclass
class Watched:
    """The stages of one run: when each ended, and the most memory at a time."""

    ends: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)
    stage: str = _STAGES[0]


def main() -> None:
    """Grade each size twice and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 5])
    parser.add_argument("--jobs", default="2")
    given = parser.parse_args()
    print("| submissions | stage | wall s | peak MB |\n|---|---|---|---|")
    for copies in given.copies:
        with tempfile.TemporaryDirectory() as scratch:
            home = Path(scratch) / "class"
            bulk, count = make_copies(home, copies)
            for what in ("first run", "nothing changed"):
                for row in _measured(home, bulk, given.jobs):
                    print(
                        f"| {count} | {what}: {row[0]} | {row[1]:.1f} | {row[2]:.0f} |", flush=True
                    )


def _measured(home: Path, bulk: str, jobs: str) -> Iterator[tuple[str, float, float]]:
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", GRADE, bulk, "--jobs", jobs],
        cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    watched = Watched()
    over = threading.Event()
    looking = threading.Thread(target=_look, args=(process.pid, watched, over))
    looking.start()
    assert process.stderr is not None
    for line in process.stderr:
        _note(line, watched, time.monotonic() - started)
    code = process.wait()
    over.set()
    looking.join()
    watched.ends[_STAGES[-1]] = time.monotonic() - started
    if code:
        raise SystemExit(f"grade ended with exit code {code}")
    before = 0.0
    if len(watched.ends) > 1:
        for stage, end in watched.ends.items():
            yield stage, end - before, watched.peaks.get(stage, 0) / 1e6
            before = end
    yield "all", watched.ends[_STAGES[-1]], max(watched.peaks.values(), default=0) / 1e6


def _note(line: str, watched: Watched, at: float) -> None:
    """The last line of a stage ends it; the first of the checks ends what was before them."""
    found = _LINE.match(line)
    if not found:
        return
    stage = 1 + _TOLD.index(found["what"])
    watched.ends.setdefault(_STAGES[0], at)
    watched.ends[_STAGES[stage]] = at
    watched.stage = _STAGES[stage + (found[1] == found[2])]


def _look(pid: int, watched: Watched, over: threading.Event) -> None:
    while not over.wait(0.1):
        total = sum(_resident(each) for each in _family(pid))
        watched.peaks[watched.stage] = max(watched.peaks.get(watched.stage, 0), total)


def _family(pid: int) -> Sequence[int]:
    """The process and all that come from it."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(told[1]), []).append(int(path.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
