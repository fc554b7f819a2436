"""Whether `grade` loses, tears or doubles anything when it is killed at random moments.

    PYTHONPATH=. python benchmarks/grade_killed.py [--kills 200] [--seed 1] [--more 20]

A made-up class of 60 is graded from the folder and from the bulk zip, killed with SIGKILL (the
parent, the keeper of its workers, or all processes) once or several times in a row, and resumed.
Files, results and exports must have the bytes of an undisturbed run, and no process may be left.
`grade decide` and `grade --apply` are killed as well. What a power cut does to the disk can't be
tried like that; tests/grader/store/test_crash.py cuts and damages the database's log instead.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from tabulate import tabulate

from tests.course.make import make_course
from tests.grader.grading.killing import Scene
from tests.grader.grading.trials import Kill, trial, undisturbed
from tests.grader.grading.words import Deed, deeds, killed_deed
from tests.grader.grading.wreckage import PHASES, outcome

EXPORTS = ("submissions", "submissions.zip")
MOST_IN_A_ROW = 4


def kills_of(scene: Scene, count: int, dice: random.Random) -> Iterator[Kill]:
    """So many kills of `grade EXPORT`, or a few more; every resumed run is compared."""
    expected, _ = undisturbed(scene, "undisturbed")
    again, tempo = undisturbed(scene, "again")  # the first one had to warm the disk cache
    assert not again.differs(expected), f"undisturbed runs differ in {again.differs(expected)}"
    done = number = 0
    while done < count:
        kills, work = trial(scene, f"trial{number}", tempo, dice, dice.randint(1, MOST_IN_A_ROW))
        differs = outcome(work, scene.home).differs(expected)
        assert not differs, f"{work} differs in {differs} after {kills}"
        done, number = done + len(kills), number + 1
        yield from kills


def shown(kills: list[Kill]) -> str:
    """The kills by phase, and how many found results there."""
    rows = []
    for phase in PHASES:
        own = [kill for kill in kills if kill.phase == phase]
        whom = Counter(kill.whom for kill in own)
        found = sum(kill.kept > 0 for kill in own)
        rows.append((phase, len(own), whom["parent"], whom["keeper"], whom["all"], found))
    total = [sum(row[place] for row in rows) for place in range(1, 6)]
    headers = ("killed while", "kills", "parent", "keeper", "all", "results were there")
    return tabulate([*rows, ("", *total)], headers)


def words_shown(deed: Deed, count: int, dice: random.Random) -> tuple[object, ...]:
    """A row: how often a command was killed, and what its kills had left to the next `grade`."""
    found = Counter(killed_deed(deed, f"{deed.name}{number}", dice) for number in range(count))
    return deed.name, count, found["nothing"], found["half"], found["all"]


@click.command()
@click.option("--kills", default=200, show_default=True, help="Kills of `grade EXPORT`.")
@click.option("--more", default=20, show_default=True, help="Kills of each other command.")
@click.option("--seed", default=1, show_default=True)
def main(kills: int, more: int, seed: int) -> None:
    """Kill `grade` again and again; the first difference ends it and leaves the folder."""
    folder, dice = Path(tempfile.mkdtemp(prefix="grade-killed-")), random.Random(seed)
    click.echo(f"in {folder}")
    make_course(folder / "course")
    found: list[Kill] = []
    start = time.monotonic()
    for export in EXPORTS:
        scene = Scene(folder / "course", export, folder / f"work of {export}")
        for kill in kills_of(scene, kills // len(EXPORTS), dice):
            found.append(kill)
            click.echo(f"{len(found):>4} {kill.whom}, {kill.phase}, {kill.kept} kept", err=True)
    click.echo(f"{len(found)} kills in {time.monotonic() - start:.0f} s, nothing lost\n")
    click.echo(shown(found) + "\n")
    rows = [words_shown(deed, more, dice) for deed in deeds(folder)]
    click.echo(tabulate(rows, ("command", "kills", "nothing written", "written, not yet in force",
                               "in force")))  # fmt: skip
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
