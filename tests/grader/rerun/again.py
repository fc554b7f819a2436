"""A small class whose code is run again and again, and what is read out of each grading."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.grader.rerun import plain_programs as programs
from tests.grader.rerun.plain_course import Course, honest
from tests.typed import Done, grade

GOOD, FULL, STAND_IN, UNCLEAR = "9900101", "9900102", "9900103", "9900104"
CLASS = (
    honest(GOOD),
    honest(FULL, files={"main.py": programs.DISK, **programs.CONTRACT}),
    honest(STAND_IN, files={"main.py": programs.STAND_IN, **programs.CONTRACT}),
    honest(UNCLEAR, files={"one.py": programs.PLAIN, "code/two.py": programs.PLAIN}),
)
EVERYBODY = {GOOD, FULL, STAND_IN, UNCLEAR}


def typed(course: Course, work: Path, *more: object) -> Done:
    return grade(*course.words, "--work", work, "--json", *more)


def ran(done: Done) -> list[str]:
    """Whose code was run in this grading, once for each time: what is told after the looks."""
    lines = re.findall(r"^ *(\d+)/\d+  (\d+)  ", done.err, re.MULTILINE)
    looks = done.json["looked_at"]
    return sorted(who for _, who in lines[looks:])


def entrants(done: Done) -> dict[str, dict[str, Any]]:
    return {each["entrant"]: each for each in done.json["entrants"]}


def codes(entrant: dict[str, Any]) -> set[str]:
    return {each["code"] for each in entrant["findings"] if each["code"].startswith("rerun.")}


def rerun_of(work: Path, who: str) -> dict[str, Any]:
    found: dict[str, Any] = grade("explain", who, "--rerun", "--work", work, "--json").json
    return found["rerun"]  # type: ignore[no-any-return]
