"""The probes of what running code again needs: a sandbox, the course's assets, its Python."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from grader.rerun.assets import read_assets
from grader.rerun.blinding import test_bills
from grader.rerun.clean_room_request import tokenizer_of
from grader.sandbox.isolation import isolation
from grader.sandbox.records import Limits, Program
from grader.sandbox.running import run
from grader.sandbox.trouble import SandboxFault
from grader.settings import GradingSettings
from validators.display import clean
from validators.rules import Rules

Found = tuple[bool, str, str]
# What students' code imports, and what a notebook needs; the first ones the clean room as well.
_WANTED = ("torch", "transformers", "datasets", "evaluate", "nbclient", "ipykernel")
_LOOK = (
    "import importlib.util as u, platform, sys\n"
    "lacks = [n for n in sys.argv[1:] if u.find_spec(n) is None]\n"
    "print(platform.python_version(), ' '.join(lacks), sep='|')\n"
)
_LIMITS = Limits(wall_seconds=30, memory_mb=512, processes=16, disk_mb=16)
_NOT_NEEDED = "It is only needed to run code again, and grading.toml names no assets."


def sandbox_probe(settings: GradingSettings) -> Found:
    """Whether a program really runs in the sandbox here, and how long starting it takes."""
    needed = settings.assets is not None
    try:
        found = isolation()
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=".doctor-") as folder:
            program = Program(("python", "-c", "pass"), Path(folder), limits=_LIMITS)
            result = run(program, Path(folder) / "output", found)
    except SandboxFault as fault:
        told = clean(str(fault))
        return not needed, told if needed else f"{told}. {_NOT_NEEDED}", clean(fault.remedy)
    milliseconds = 1000 * (time.monotonic() - started)
    told = f"{', '.join(found.layers)}; {milliseconds:.0f} ms to start"
    if found.missing:
        told += "; lacks " + "; ".join(f"{what} ({mend})" for what, mend in found.missing)
    return result.succeeded, told, "Send this line to whoever keeps the toolkit."


def assets_probe(settings: GradingSettings, home: Path, rules: Rules) -> Found:
    """Whether the assets hold what the rules and the clean room need. Raises AssetsError."""
    if settings.assets is None:
        return True, "none are named in grading.toml, so no code is run again", ""
    assets = read_assets(home / settings.assets)
    rows = len(test_bills(assets, rules))
    tokenizer = tokenizer_of(assets)
    if tokenizer is None and "model" in rules.competition.parts:
        remedy = "Put the tokenizer's files into models/t5-small/ there."
        return False, f"{rows:,} rows to draw from, but no tokenizer in models/", remedy
    models = ", ".join(each.name for each in assets.models) or "none"
    return True, f"{rows:,} rows to draw from; models: {clean(models)}", ""


def course_python_probe(settings: GradingSettings, home: Path) -> Found:
    """Whether the Python that students' code is run with can start in there and has the libraries.

    Raises SandboxFault.
    """
    if settings.assets is None:
        return True, "not needed: no code is run again", ""
    named = settings.rerun.python
    with tempfile.TemporaryDirectory(prefix=".doctor-") as folder:
        program = Program(
            ("python", "-c", _LOOK, *_WANTED), Path(folder), limits=_LIMITS,
            python=None if named is None else home / named,
        )  # fmt: skip
        result = run(program, Path(folder) / "output", isolation())
    version, _, lacks = result.stdout.text.strip().partition("|")
    if not result.succeeded:
        last = (result.stderr.text.strip().splitlines() or ["no word"])[-1]
        return False, f"it does not start in the sandbox: {clean(last)}", "Name another one."
    if lacks:
        remedy = f"Install into it: {lacks}"
        return False, f"Python {version} lacks {lacks}", remedy
    return True, f"Python {version} with {', '.join(_WANTED)}", ""
