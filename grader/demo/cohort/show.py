"""The demonstration: the class is graded, the TA decides, and the board is shown.

The commands are those that a TA types, in the folder of the class; each is shown before it runs.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import click

from grader.demo.cohort import site
from grader.demo.cohort.folder import made_once
from grader.demo.cohort.make import make_cohort
from grader.demo.cohort.members import MEMBERS
from grader.demo.cohort.records import Decided, Member
from grader.sandbox.isolation import isolation
from grader.sandbox.trouble import SandboxFault
from validators.console import DONE
from validators.display import clean

EVIDENCE, PAGE, BOARD = "evidence", "board.html", "grade-work/board.json"
_NEEDED = ("torch", "transformers", "datasets", "accelerate", "nbclient", "ipykernel")
_INSTALL = 'pip install "course-competition-toolkit[torch,rerun]"'
_COMMANDS = {
    "grade": "from grader.cli import main; main()",
    "leaderboard": "from leaderboard.cli import main; main()",
}
_WIDTH = 78
_LOOKED_UP = (
    "grade explain 9900122 --rerun             what running one student's code again showed",
    'grade decide 9900122 rerun.looked-up --confirm --why "the answers lie in cache.json"',
)


class DemoError(RuntimeError):
    """A command of the demonstration failed; the text has the command and its exit code."""


def show_cohort(folder: Path) -> None:
    """Make the class, grade it, decide as its TA, and show what came of it. Raises DemoError."""
    started = time.monotonic()
    lacking = why_not_rerun()
    if lacking:
        _say(f"Nobody's code can be run again here: {lacking} The rest is shown without that.")
    _say(
        f"1. A class of {len(MEMBERS)} hands in: Moodle's bulk zip, its worksheet, the roster, and"
        f" Kaggle's leaderboards are written to {folder}/."
    )
    if not made_once(folder, lambda home: make_cohort(home, rerun=not lacking)):
        _say("They are there already.")
    again = "" if lacking else " its code is run again in a sandbox,"
    takes = "" if lacking else " The first time this takes two minutes."
    _say(
        f"2. The TA grades it. Each package is unpacked, checked and scored;{again} and all are"
        f" compared.{takes}"
    )
    _run(folder, "grade", site.BULK)
    _decide(folder)
    _say("4. What is left for the TA, and the board as the class sees it.")
    _run(folder, "grade", "status")
    _run(folder, "leaderboard", "show", BOARD)
    _run(folder, "leaderboard", "export", BOARD, "--format", "html", "--output", PAGE)
    shutil.rmtree(folder / EVIDENCE, ignore_errors=True)  # of an earlier demonstration
    _run(folder, "grade", "evidence", "--html", EVIDENCE)
    click.echo(_ended(folder, time.monotonic() - started, () if lacking else _LOOKED_UP))


def why_not_rerun() -> str:
    """Why nobody's code can be run again on this machine, with the mend; empty where it can."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        return f"{', '.join(missing)} is not installed. Run: {_INSTALL}."
    try:
        isolation()
    except SandboxFault as fault:
        return f"{clean(str(fault))}. {clean(fault.remedy).rstrip('.')}."
    return ""


def _decide(folder: Path) -> None:
    """Take the decisions of the table that still wait."""
    waiting = _waiting(folder)
    wanted = [
        (member, decided)
        for member in MEMBERS
        for decided in member.decided
        if (member.id, decided.code) in waiting
    ]
    if not wanted:
        _say("3. What the TA of this class decides is decided already.")
        return
    _say(
        "3. What accuses somebody has cost nothing so far. The TA looks at the evidence and"
        " decides; each decision is kept with name, time and reason."
    )
    for member, decided in wanted:
        _run(folder, "grade", *decision_words(member, decided))


def decision_words(member: Member, decided: Decided) -> tuple[str, ...]:
    """What the TA types after `grade` for this decision."""
    return ("decide", member.id, decided.code, f"--{decided.word}", "--why", decided.why)


def _waiting(folder: Path) -> set[tuple[str, str]]:
    """Whose findings wait for a decision, and which."""
    done = subprocess.run(  # noqa: S603 (our own command)
        _words("grade", "status", "--json"), cwd=folder, stdout=subprocess.PIPE, check=False
    )
    if done.returncode != DONE:
        raise DemoError(f"grade status --json: exit code {done.returncode}")
    needs = json.loads(done.stdout)["needs"]
    return {(each["entrant"], each["says"].split("  ")[0]) for each in needs}


def _run(folder: Path, *command: str) -> None:
    shown = shlex.join(command)
    click.echo(click.style(f"{folder}$ {shown}", bold=True))
    sys.stdout.flush()
    done = subprocess.run(_words(*command), cwd=folder, check=False)  # noqa: S603 (our own)
    if done.returncode != DONE:
        raise DemoError(f"{shown}: exit code {done.returncode}")
    click.echo()


def _words(*command: str) -> Sequence[str]:
    """The command under this very interpreter, whatever else is installed."""
    # The folder of the class is no place to import from.
    code = f"import sys; del sys.path[0]; {_COMMANDS[command[0]]}"
    return (sys.executable, "-c", code, *command[1:])


def _say(text: str) -> None:
    click.echo(click.style(click.wrap_text(text, _WIDTH), fg="cyan"))
    click.echo()


def reachable(programs: Path) -> Sequence[str]:
    """What to type first where a shell finds no `grade`, or that of another installation."""
    found = shutil.which("grade")
    if found is None or Path(found).parent != programs:
        return (f'export PATH={shlex.quote(os.fspath(programs))}:"$PATH"',)
    return ()


def _ended(folder: Path, wall_seconds: float, more: Sequence[str]) -> str:
    minutes, seconds = divmod(round(wall_seconds), 60)
    lines = (
        *reachable(Path(sys.executable).parent),
        f"cd {shlex.quote(os.fspath(folder))}",
        "grade evidence                            what stands out, with both sides of each pair",
        *more,
        "check-submission --competition competition.toml student/*    as students check theirs",
        f"{PAGE}, {EVIDENCE}/index.html    pages for a browser",
    )
    told = "\n".join(f"  {line}" for line in lines)
    return (
        f"That took {minutes} min {seconds} s. All of it lies in {folder}/ for you to go on with:"
        f"\n\n{told}"
    )
