"""What the reading of code finds in the made set, and how long 1,000 packages take.

    PYTHONPATH=. python benchmarks/integrity_data.py [--packages 1000]

The set was written by us, and the reading was mended until it was read right: the figures say what
the tests hold, not what a class will show. Two processes share the packages, as on two cores.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click
from tabulate import tabulate

from grader.integrity.data.judge import data_findings
from grader.integrity.data.observe import observations
from tests.integrity_sets.data.breaches import BREACHES
from tests.integrity_sets.data.case import Case
from tests.integrity_sets.data.honest import HONEST
from tests.integrity_sets.data.later import LATER
from tests.integrity_sets.data.later_breaches import LATER_BREACHES
from tests.integrity_sets.data.more import MORE
from validators.catalogue import integrity_codes
from validators.rules.inspecting import DataRules

ALL = (*HONEST, *BREACHES, *MORE, *LATER, *LATER_BREACHES)
ACCUSING = frozenset(code.name for code in integrity_codes() if code.accuses)
TEMPLATE = Path(__file__).parent.parent / "student_template"


def accused(case: Case, folder: Path) -> set[tuple[str, str]]:
    """The accusing findings of a case, by code and place."""
    seen = observations(folder, case.write(folder))
    found = [each.finding for each in data_findings("x", seen, None, DataRules()).found]
    return {(each.code, str(each.place)) for each in found if each.code in ACCUSING}


def quality() -> list[list[object]]:
    """For each code: planted, found where they are, found elsewhere or in honest programs."""
    counts: Counter[tuple[str, str]] = Counter()
    for case in ALL:
        with tempfile.TemporaryDirectory() as folder:
            found = accused(case, Path(folder))
        wanted = {(case.expects, case.place)} if case.expects else set()
        counts.update((code, "planted") for code, _ in wanted)
        counts.update((code, "found") for code, _ in wanted & found)
        counts.update((code, "wrong") for code, _ in found - wanted)
    rows: list[list[object]] = []
    for code in sorted({code for code, _ in counts}):
        planted, found_, wrong = (counts[code, kind] for kind in ("planted", "found", "wrong"))
        precision = found_ / (found_ + wrong) if found_ + wrong else 1.0
        rows.append([code, planted, found_, wrong, f"{precision:.3f}", f"{found_ / planted:.3f}"])
    return rows


def read(number: int) -> tuple[float, int]:
    """The processor seconds that one package takes, and the peak memory of the process in bytes."""
    with tempfile.TemporaryDirectory() as name:
        if number % 10 == 9:  # every tenth handed in the whole template
            folder, files = TEMPLATE, _template()
        else:
            folder = Path(name)
            files = ALL[number % len(ALL)].write(folder)
        start = time.process_time()
        data_findings("x", observations(folder, files), None, DataRules())
        seconds = time.process_time() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _template() -> Sequence[str]:
    return [str(path.relative_to(TEMPLATE)) for path in TEMPLATE.rglob("*.py")]


@click.command()
@click.option("--packages", default=1000, show_default=True)
def main(packages: int) -> None:
    """Measure what is found, and how long it takes."""
    honest = sum(not case.expects for case in ALL)
    click.echo(f"{honest} honest programs, {len(ALL) - honest} with one planted breach\n")
    headers = ["code", "planted", "found", "wrong", "precision", "recall"]
    click.echo(tabulate(quality(), headers, tablefmt="github", disable_numparse=True))
    start = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        told = list(pool.map(read, range(packages), chunksize=10))
    wall = time.perf_counter() - start
    seconds = sorted(each for each, _ in told)
    median, peak = seconds[len(seconds) // 2], max(each for _, each in told)
    row = (wall, sum(seconds), median * 1000, seconds[-1] * 1000, peak / 1e6)
    rows = [[f"{packages:,}", *(f"{each:,.1f}" for each in row)]]
    headers = ["packages", "wall s", "processor s", "median ms", "longest ms", "peak MB"]
    click.echo("\n" + tabulate(rows, headers, tablefmt="github", disable_numparse=True))


if __name__ == "__main__":
    main()
