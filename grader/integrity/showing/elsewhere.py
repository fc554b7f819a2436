"""What other stages found that accuses: what to type to see more, and where to look."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from grader.integrity.records import FileSeen, Found, Traits
from grader.integrity.showing.evidence import Evidence
from grader.work_folder import WORK
from validators.catalogue import rerun_codes
from validators.display import clean, size
from validators.rerun_codes import LOOKED_UP

TITLE = "What other stages found, which the TA decides on"
"""Stands over findings that are no part of the inspection; a student reads `TITLE_FOR_STUDENT`."""
TITLE_FOR_STUDENT = "What checking or running the code again has shown"
"""The same for the one concerned."""

_DATA = frozenset({
    ".arrow", ".csv", ".db", ".feather", ".h5", ".json", ".jsonl", ".npy", ".npz", ".parquet",
    ".pickle", ".pkl", ".sqlite", ".tsv", ".txt", ".xz", ".gz", ".zip", ".bin", ".dat",
})  # fmt: skip
_MOST = 5


def title(evidence: Evidence) -> str:
    """What stands over these findings."""
    return TITLE_FOR_STUDENT if evidence.for_whom == "student" else TITLE


def command(evidence: Evidence, found: Found) -> str:
    """What the TA types to see all that is known of a finding of another stage."""
    words = ["grade", "explain", evidence.who(found.name).label]
    if evidence.texts_left_out:  # what code printed may name anybody, so --rerun isn't for this
        words.append("--anonymous")
    elif found.finding.code in {each.name for each in rerun_codes()}:
        words.append("--rerun")
    if evidence.work != WORK:
        words += ["--work", evidence.work]
    return clean(shlex.join(words))


def where_to_look(evidence: Evidence, found: Found) -> Iterator[tuple[str, str]]:
    """Where the package lies, and which of its own data files its code names; each with a title.

    The names are read from the source. What a program opened while it ran isn't recorded.
    """
    if evidence.for_whom == "student" or evidence.texts_left_out:
        return
    kept = evidence.kept(found.name)
    if kept:
        yield "the package", kept
    if found.finding.code == LOOKED_UP.name:
        named = [*named_data(evidence.seen(found.name), evidence.lines(found.name))]
        told = [f"{each.path} ({size(each.bytes)}, named at {at})" for each, at in named[:_MOST]]
        if len(named) > _MOST:
            told.append(f"and {len(named) - _MOST:,} more")
        none = "none as a whole name; it may be put together"
        yield "data files of it that its code names", ", ".join(told) or none


def named_data(
    traits: Traits, texts: Mapping[str, Sequence[str]]
) -> Iterator[tuple[FileSeen, str]]:
    """The data files that the code names, the largest first, each with the first place.

    The predictions handed in and the model's own files are what any package has, so they are no
    part of it.
    """
    folders = {str(PurePosixPath(path).parent) for path in traits.weights.files} - {"."}
    usual = "" if traits.predictions is None else traits.predictions.file
    for each in sorted(traits.files, key=lambda one: (-one.bytes, one.path)):
        path = PurePosixPath(each.path)
        own = each.path != usual and str(path.parent) not in folders
        if own and path.suffix.lower() in _DATA:
            place = _named(path.name, texts)
            if place:
                yield each, place


def _named(name: str, texts: Mapping[str, Sequence[str]]) -> str:
    """The first place, as file:line, where the name stands by itself; empty where nowhere."""
    wanted = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    for file in sorted(texts):
        for number, line in enumerate(texts[file], 1):
            if name in line and wanted.search(line):
                return f"{file}:{number}"
    return ""
