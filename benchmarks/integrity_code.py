"""Likeness of code beside copydetect, and the time and memory that a large class takes.

    PYTHONHASHSEED=0 PYTHONPATH=. python benchmarks/integrity_code.py      twins of honest programs
    … --comparable        without the two programs that are hardly more than the tutorial
    PYTHONPATH=. python benchmarks/integrity_code.py --crowd              100, 300 and 1,000 works
    PYTHONPATH=. python benchmarks/integrity_code.py --library            modules of Python itself

The first needs copydetect (pip install copydetect); without it only our own rows are shown. Its
results vary with the seed of Python's hashes.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.integrity.code.compare import compare_code
from grader.integrity.code.extract import code_traits
from grader.integrity.records import CodeTraits, Work
from tests.integrity_sets.code.crowd import crowd, planted_in
from tests.integrity_sets.code.measuring import RULES, TOO_LITTLE, Planted, area, kind_of, planted
from tests.integrity_sets.code.measuring import scores as our_scores
from tests.integrity_sets.code.works import CELL, Project, honest, tutorial, work, works, write

_TWIN = "~twin"
Scores = dict[tuple[str, str], float]


def main() -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2, help="how many sets of twins")
    parser.add_argument(
        "--comparable", action="store_true", help="without works that have little of their own"
    )
    parser.add_argument("--crowd", action="store_true")
    parser.add_argument("--library", action="store_true")
    parser.add_argument("--one-crowd", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one_crowd:
        one_crowd(given.one_crowd)
    elif given.crowd:
        crowds((100, 300, 1000))
    elif given.library:
        library()
    else:
        logging.disable()  # copydetect tells of each notebook
        left_out = TOO_LITTLE if given.comparable else ()
        projects = {n: each for n, each in honest().items() if n not in left_out}
        twins(list(planted(range(given.seeds))), projects)


def twins(all_twins: Sequence[Planted], projects: Mapping[str, Project]) -> None:
    """Precision, recall and ROC of every way to compare, on the same pairs."""
    print(f"{len(all_twins)} twins, {len(projects)} honest programs\n")
    print("| | base code | area under the ROC | worst honest pair | twins above it |"
          " shown at the usual threshold: recall | precision |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    kinds: Mapping[str, list[float]] = {}
    for based in (True, False):
        base = works({"tutorial": tutorial()}) if based else []
        ours = _pairs(all_twins, projects, lambda w, o, base=base: our_scores(w, base, o), _as_work)
        shown = _shown(all_twins, projects, base)
        _row("ours", based, ours, shown)
        kinds = kinds or _kinds(all_twins, ours)
        if importlib.util.find_spec("copydetect") is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for name, prepare in (("as it is", dict), ("scripts, joined", _joined)):
                peer = _Peer(Path(folder), prepare, based)
                theirs = _pairs(all_twins, projects, peer.scores, peer.read)
                _row(f"copydetect, {name}", based, theirs, _above(theirs, 0.33))
    print("\n| change | twins found by the rule | lowest coverage |\n|---|---|---|")
    for kind, found in kinds.items():
        print(f"| {kind} | {sum(s >= 0.5 for s in found)} of {len(found)} | {min(found):.2f} |")


def _as_work(name: str, project: Project) -> Work[CodeTraits]:
    return work(name, project)


def _pairs(
    all_twins: Sequence[Planted],
    projects: Mapping[str, Project],
    score: Callable[..., Scores],
    read: Callable[[str, Project], object],
) -> tuple[list[float], list[float]]:
    """The scores of twins with their originals, in order, and of all honest pairs."""
    class_of = [read(name, project) for name, project in projects.items()]
    low = list(score(class_of, "").values())
    high: list[float] = []
    for each in all_twins:
        for pair, value in score([*class_of, read(_TWIN, each.project)], _TWIN).items():
            (high if each.of in pair else low).append(value)
    return high, low


def _shown(
    all_twins: Sequence[Planted], projects: Mapping[str, Project], base: Sequence[Work[CodeTraits]]
) -> tuple[int, int]:
    """How many twins and how many honest pairs our rule shows, each twin in a class of its own."""
    class_of = works(projects)
    right, wrong = 0, len(compare_code(class_of, base, RULES).pairs)
    for each in all_twins:
        found = compare_code([*class_of, work(_TWIN, each.project)], base, RULES).pairs
        with_it = [pair.first for pair in found if pair.second == _TWIN]
        right += each.of in with_it
        wrong += sum(name != each.of for name in with_it)
    return right, wrong


def _above(pairs: tuple[list[float], list[float]], threshold: float) -> tuple[int, int]:
    high, low = pairs
    return sum(s >= threshold for s in high), sum(s >= threshold for s in low)


def _row(name: str, based: bool, pairs: tuple[list[float], list[float]], shown: tuple[int, int]
         ) -> None:  # fmt: skip
    (high, low), (right, wrong) = pairs, shown
    above = sum(score > max(low) for score in high)
    recall, precision = right / len(high), right / max(1, right + wrong)
    print(
        f"| {name} | {'subtracted' if based else 'left in'} | {area(high, low):.4f} |"
        f" {max(low):.2f} | {above} of {len(high)} | {recall:.1%} | {precision:.1%} |"
    )


def _kinds(
    all_twins: Sequence[Planted], pairs: tuple[list[float], list[float]]
) -> Mapping[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for each, score in zip(all_twins, pairs[0]):
        found[kind_of(each.how)].append(score)
    return found


def _joined(project: Project) -> Project:
    """All code in one script, which is the best that a reader of single scripts can be given."""
    return {"all.py": "\n".join(project.values()).replace(f"{CELL}\n", "")}


class _Peer:
    """copydetect with its usual settings; of several files the two most alike count."""

    def __init__(self, folder: Path, prepare: Callable[[Project], Project], based: bool) -> None:
        self.folder, self.prepare = folder, prepare
        self.boilerplate: Any = []
        if based:
            (base,) = self.read("base", tutorial())[1]
            self.boilerplate = np.array(sorted(base.hashes))

    def read(self, name: str, project: Project) -> tuple[str, list[Any]]:
        """The fingerprints of each file of a work."""
        from copydetect import CodeFingerprint

        prepared = self.prepare(project)
        write(prepared, self.folder)
        return name, [
            CodeFingerprint(str(self.folder / path), 25, 6, self.boilerplate) for path in prepared
        ]

    def scores(self, read: Sequence[tuple[str, list[Any]]], only: str) -> Scores:
        """The larger of both shares of each pair."""
        from copydetect import compare_files

        return {
            (first, second): max(
                max(compare_files(one, other)[1]) for one in files for other in others
            )
            for place, (first, files) in enumerate(read)
            for second, others in read[place + 1 :]
            if only in ("", first, second)
        }


def crowds(sizes: Sequence[int]) -> None:
    """Time and memory for classes of these sizes, each in a process of its own."""
    print(
        "| works | bytes of code each | reading one, ms | comparing, s | pairs |"
        " peak memory, MB | twins found | others shown |\n|---|---|---|---|---|---|---|---|"
    )
    for size in sizes:
        command = [sys.executable, __file__, "--one-crowd", str(size)]
        subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def one_crowd(count: int) -> None:
    """One row of the table."""
    projects = crowd(count, 14_000, 0)
    length = statistics.fmean(len(text) for each in projects.values() for text in each.values())
    with tempfile.TemporaryDirectory() as folder:
        for name, project in projects.items():
            write(project, Path(folder) / name)
        start = time.perf_counter()
        read = [
            Work(name, *code_traits(Path(folder) / name, tuple(project)))
            for name, project in projects.items()
        ]
        reading = time.perf_counter() - start
    start = time.perf_counter()
    found = compare_code(read, works({"tutorial": tutorial()}), RULES)
    seconds = time.perf_counter() - start
    pairs = {(pair.first, pair.second) for pair in found.pairs}
    right = planted_in(count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {count:,} | {length:,.0f} | {1000 * reading / count:.0f} | {seconds:.1f} |"
          f" {count * (count - 1) // 2:,} | {peak:.0f} | {len(pairs & right)} of {len(right)} |"
          f" {len(pairs - right)} |", flush=True)  # fmt: skip


def library() -> None:
    """Modules of Python itself as a class: programs that should have nothing in common."""
    root = Path(os.__file__).parent
    read = [Work(path, *code_traits(root, (path,))) for path in _modules(root)]
    found = compare_code(read, [], RULES)
    (spread,) = found.spreads
    print(f"{len(read)} modules, {spread.compared + spread.flagged:,} pairs; the highest that"
          f" does not stand out has {spread.highest:.2f}.\n")  # fmt: skip
    print("| coverage | shared tokens | | |\n|---|---|---|---|")
    for pair in found.pairs:
        figures = dict(pair.figures)
        print(f"| {figures['coverage']:.2f} | {figures['shared tokens']:.0f} | {pair.first} |"
              f" {pair.second} |")  # fmt: skip


def _modules(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        is_typed = 5_000 < path.stat().st_size < 40_000
        if is_typed and not name.startswith(("site-packages/", "encodings/")):
            yield name


if __name__ == "__main__":
    main()
