"""Reading a case as grading does, and what was found in it."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

from grader.integrity.data.judge import data_findings
from grader.integrity.data.observe import observations
from grader.integrity.records import Inspection, Observation
from grader.rerun.records import Rerun
from tests.integrity_sets.data.case import Case, Source
from validators.catalogue import integrity_codes
from validators.rules.inspecting import DataRules

ACCUSING = frozenset(code.name for code in integrity_codes() if code.accuses)


@functools.lru_cache(maxsize=512)
def _read(title: str, files: tuple[tuple[str, Source], ...]) -> tuple[Observation, ...]:
    with tempfile.TemporaryDirectory() as folder:
        names = Case(title, dict(files)).write(Path(folder))
        return observations(Path(folder), names)


def observed(files: Mapping[str, Source]) -> tuple[Observation, ...]:
    """What is read in a package of these files."""
    return _read("files", tuple(files.items()))


def judged(
    files: Mapping[str, Source], reran: Optional[Rerun] = None, rules: Optional[DataRules] = None
) -> Inspection:
    """What the rules say of a package of these files."""
    return data_findings("HW4.zip", observed(files), reran, rules or DataRules())


def accused(files: Mapping[str, Source]) -> list[tuple[str, str]]:
    """The accusing findings, by code and place."""
    found = [each.finding for each in judged(files).found]
    return [(each.code, str(each.place)) for each in found if each.code in ACCUSING]


def codes(files: Mapping[str, Source]) -> list[str]:
    """The codes of all findings."""
    return [each.finding.code for each in judged(files).found]
