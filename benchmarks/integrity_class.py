"""What inspecting a whole class costs in `grade`, and whether it finds what was planted.

    PYTHONPATH=. python benchmarks/integrity_class.py [--sizes 100 300 1000]

Each made class is graded with all parts of the inspection, two submissions at a time: as new, after
one submission was taken away (so that all others are compared anew, and none is read), and with
nothing changed; and as new without any part. CPU time counts all processes; the peak is that of the
largest one. Whoever has an accusing finding that wasn't planted counts as an honest one accused.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grade_speed import JOBS, Cost, cost

from tests.integrity_sets.whole.crowd import expected_in, make_crowd, package_of
from validators.catalogue import integrity_codes

_ROOT = Path(__file__).resolve().parents[1]
_ACCUSING = frozenset(code.name for code in integrity_codes() if code.accuses)
_FIRST = 0  # has nothing planted, so whoever is compared without it has the same found


@dataclass(frozen=True)
class Seen:
    """What was found in a class, beside what was planted."""

    accusing: int
    planted: int
    found: int
    accused: tuple[tuple[str, str], ...]
    """The code and the student of every finding that was not planted."""


@dataclass(frozen=True)
class Measured:
    """What grading one class took, and what it showed."""

    count: int
    costs: tuple[Cost, ...]
    seen: Seen


def main() -> int:
    """Print both tables; the status says whether everything came out as planted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000])
    given = parser.parse_args()
    load, begun = os.getloadavg()[0], time.perf_counter()
    measured = [measure(size) for size in given.sizes]
    _tell_costs(measured)
    _tell_findings(measured)
    print(f"\nLoad of the machine at the start: {load:.1f} on {os.cpu_count()} cores;"
          f" all of this took {time.perf_counter() - begun:.0f} s.")  # fmt: skip
    wrong = [each for each in measured if each.seen.accused or each.seen.found < each.seen.planted]
    for each in wrong:
        print(f"{each.count:,}: NOT AS PLANTED. Beyond it: {each.seen.accused}", file=sys.stderr)
    if not wrong:
        print("Everything that was planted was found; no honest submission was accused.")
    return 1 if wrong else 0


def measure(count: int) -> Measured:
    """One class, made and graded in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "class"
        make_crowd(home, count)
        rules = (home / "competition.toml").read_text("utf-8")
        (home / "plain.toml").write_text(f"{rules}\n[inspect]\nparts = []\n", "utf-8")
        new = cost(home, _words("competition.toml", "work"))
        seen = seen_in(_graded(home), count)
        again = cost(home, _words("competition.toml", "work"))
        plain = cost(home, _words("plain.toml", "plain"))
        (home / "submissions" / package_of(_FIRST)).unlink()
        compared = cost(home, _words("competition.toml", "work"))
    print(f"{count:,} done", file=sys.stderr)
    return Measured(count, (new, plain, compared, again), seen)


def seen_in(answer: Any, count: int) -> Seen:
    """The accusing findings of an answer of `grade --json`, beside what was planted."""
    found = {
        (finding["code"], entrant["entrant"])
        for entrant in answer["entrants"]
        for finding in entrant["findings"]
        if finding["code"] in _ACCUSING
    }
    expected = expected_in(count)
    right = sum(all((code, number) in found for number in ids) for code, ids in expected.planted)
    beyond = tuple(sorted(found - expected.of_each))
    return Seen(len(found), len(expected.planted), right, beyond)


def _words(competition: str, work: str) -> tuple[str, ...]:
    return ("submissions", "--competition", competition, "--grading", "grading.toml",
            "--work", work, *JOBS)  # fmt: skip


def _graded(home: Path) -> Any:
    """The answer of the grading that was just done."""
    command = "from grader.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, *_words("competition.toml", "work"), "--json"],
        cwd=home, env={**os.environ, "PYTHONPATH": str(_ROOT)}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def _tell_costs(measured: Sequence[Measured]) -> None:
    print("| submissions | what | wall s | CPU s | peak MB |\n|---|---|---|---|---|")
    for each in measured:
        new, plain, compared, again = each.costs
        inspecting = Cost(
            new.wall_seconds - plain.wall_seconds, new.cpu_seconds - plain.cpu_seconds, 0
        )
        _row(f"{each.count:,}", "first grade", new)
        _row("", "the same without inspecting", plain)
        _row("", "so reading and comparing", inspecting)
        _row("", "one handed in less: all compared anew", compared)
        _row("", "nothing changed", again)


def _row(count: str, what: str, took: Cost) -> None:
    peak = f"{took.peak_mb:.0f}" if took.peak_mb else ""
    print(f"| {count} | {what} | {took.wall_seconds:.1f} | {took.cpu_seconds:.1f} | {peak} |")


def _tell_findings(measured: Sequence[Measured]) -> None:
    print("\n| submissions | planted | found | accusing findings | honest accused |\n"
          "|---|---|---|---|---|")  # fmt: skip
    for each in measured:
        seen = each.seen
        honest = len({number for _, number in seen.accused})
        print(f"| {each.count:,} | {seen.planted} | {seen.found} | {seen.accusing} | {honest} |")


if __name__ == "__main__":
    sys.exit(main())
