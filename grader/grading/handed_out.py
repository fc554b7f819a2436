"""The digests of the code that everybody was given, as it lies there now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.settings import load_grading
from validators.rules import RulesError
from validators.starting import TemplateError, template_files, template_folder

MOST_BYTES = 4_000_000
"""A larger file is nobody's code."""


def handed_out_code(options: Sequence[str]) -> frozenset[str]:
    """The SHA-256 of every file of base code that a run with these options was told of.

    What has been moved or can't be read any more is left out: then nothing equals it.
    """
    return frozenset((*_of_template(), *_of_course(options)))


def _of_template() -> Iterator[str]:
    try:
        files = template_files(template_folder())
    except (TemplateError, OSError):  # an installation without it: nobody was given it by us
        return
    yield from (hashlib.sha256(data).hexdigest() for data in files.values())


def _of_course(options: Sequence[str]) -> Iterator[str]:
    named = [value for name, value in zip(options, options[1:]) if name == "--grading"]
    for grading in map(Path, named):
        try:
            names = load_grading(grading).inspect.base_code
        except RulesError:
            continue
        for place in (grading.parent / name for name in names):
            yield from (_digest(each) for each in (place, *place.rglob("*")) if _is_code(each))


def _is_code(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size <= MOST_BYTES
    except OSError:
        return False


def _digest(path: Path) -> str:
    """The digest of a file; of one that can't be read, what no file has."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
