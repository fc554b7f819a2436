"""The TA's word, killed while it is written: `grade decide`, and `grade --apply` of a regrade."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Optional

from grader.store import read_store
from grader.work_folder import BOARD
from tests.course.ordinary import ORDINARY
from tests.grader.grading.killing import Scene, Step
from tests.grader.grading.trials import finish
from tests.grader.grading.wreckage import Outcome, outcome, refuse_torn

Came = Literal["nothing", "half", "all"]
"""What a killed command had done: nothing, written but not yet in `board.json`, or all of it."""
DECIDE = ("decide", ORDINARY[0].id, "mark.rank", "--set", "12.5", "--why", "measured anew")
APPLY = ("--apply", "--why", "the baseline was mistyped")


@dataclass(frozen=True)
class Deed:
    """A command on a class that has been graded, and the `grade` that goes on where it is killed.

    `before` and `after` are what that ends in if nothing, or all, had been written.
    """

    name: str
    scene: Scene
    start: Path
    words: tuple[str, ...]
    again: tuple[str, ...]
    before: Outcome
    after: Outcome
    wall_seconds: float


def deeds(folder: Path) -> Iterator[Deed]:
    """Both commands, on the course that lies in `folder`; the regrade is of a copy of it."""
    scene = Scene(folder / "course", "submissions", folder / "decided")
    start = scene.work("start")
    finish(scene.grade(start))
    yield _deed("grade decide", scene, start, DECIDE, ())
    home = shutil.copytree(scene.home, folder / "regraded course")
    rules = home / "competition.toml"
    rules.write_text(rules.read_text(encoding="utf-8") + "\n[metric]\nbaseline = 0.2\n", "utf-8")
    regraded = Scene(home, scene.export, folder / "regraded")
    yield _deed("grade --apply", regraded, start, (scene.export, *APPLY), APPLY)


def _deed(
    name: str, scene: Scene, start: Path, words: tuple[str, ...], again: tuple[str, ...]
) -> Deed:
    work = scene.work("undisturbed", start)
    begun = time.monotonic()
    finish(scene.command(work, words))
    seconds = time.monotonic() - begun
    after = outcome(work, scene.home)
    before = after if again else outcome(start, scene.home)
    return Deed(name, scene, start, words, again, before, after, seconds)


def killed_deed(deed: Deed, name: str, chance: random.Random, step: Optional[Step] = None) -> Came:
    """Kill it at the step, or after its start-up at random, and go on; how far it had come."""
    work = deed.scene.work(name, deed.start)
    grading = deed.scene.command(work, deed.words, step)
    if step is None:
        grading.until(0, chance.uniform(deed.wall_seconds / 2, deed.wall_seconds))
        grading.kill("parent")
    code = grading.ended()
    assert code == -9 or (step is None and code == 0), f"{name} ended with {code}: {grading.told}"
    refuse_torn(work)
    with read_store(work) as store:
        in_force = store.in_force()
        assert in_force is not None
        written = bool(store.decisions()) or in_force.number > 1
    board = (work / BOARD).read_bytes()
    old, new = (deed.start / BOARD).read_bytes(), deed.after.files[BOARD]
    assert old != new
    assert board in (old, new), "a board of neither state"
    assert written or board == old, "a board of what is not written"
    finish(deed.scene.grade(work, *deed.again))
    ends = outcome(work, deed.scene.home)
    expected = deed.after if written else deed.before
    # The reason that stands with the publication tells which command made it.
    differs = [each for each in ends.differs(expected) if each != "rows publications"]
    assert not differs, f"{work} differs in {differs}"
    return "nothing" if not written else "all" if board == new else "half"
