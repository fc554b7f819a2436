"""The seeds that a package states: what fixes the choices that its training leaves to chance.

They are read, never run. Two works with no seed in common may be accused by that, so whatever can't
be known makes all of it unknown; and where one name may stand for several seeds, all of them count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Optional

from grader.integrity.seed_reading import SEED_NAME, SeedReading
from grader.integrity.seed_values import Meant
from grader.integrity.settings_read import SUFFIXES
from grader.rerun.reading_code import read_code
from validators.package.workspace import Entry, Workspace

MOST_FILES, MOST_SEEDS = 200, 32
"""With more files of one kind, or more seeds, nothing is known."""

_MOST_BYTES = 512 << 10
_COMMANDS = (".sh", ".bash", ".bat", ".ps1", ".md", ".txt", ".ipynb", "makefile")
_SETTING = re.compile(r"\s*[\"']?([\w.-]+)[\"']?\s*[=:]\s*[\"']?([^\"',#;]*)[\"']?,?\s*(?:[#;].*)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,19}")
_OPTION = re.compile(r"--?([\w-]*seed)(?:=|\s+)[\"']?([+-]?[0-9]{1,19})(?!\w)", re.IGNORECASE)


def seeds_of(root: Path, files: Sequence[str]) -> tuple[str, ...]:
    """The seeds that the code states and uses, in order; none where they can't be known.

    Nothing is known where code can't be read, where a seed is no constant, and where a training
    library is called without one: its own seed holds then, and everybody's is the same.
    """
    chosen = sorted(set(files))
    trees = _trees(root, chosen)
    settings, options = _texts(root, chosen, SUFFIXES), _texts(root, chosen, _COMMANDS)
    if trees is None or settings is None or options is None:
        return ()
    reading = SeedReading(_settings(settings), _options(options))
    reading.read(trees)
    found = reading.seeds()
    return tuple(map(str, sorted(found))) if len(found) <= MOST_SEEDS else ()


def _trees(root: Path, files: Sequence[str]) -> Optional[list[ast.Module]]:
    """All code; None where some of it can't be read."""
    code = [path for path in files if path.lower().endswith((".py", ".ipynb"))]
    if len(code) > MOST_FILES:
        return None
    trees: list[ast.Module] = []
    for path in code:
        read = read_code(root, path)
        if read.trouble:
            return None
        trees += read.trees
    return trees


def _texts(root: Path, files: Sequence[str], ends: tuple[str, ...]) -> Optional[list[str]]:
    """The beginnings of the files with these ends; None where there are too many."""
    chosen = [path for path in files if path.lower().endswith(ends)]
    if len(chosen) > MOST_FILES:
        return None
    texts = []
    for path in chosen:
        try:
            data = Workspace("", root).read(Entry(path, 0), _MOST_BYTES)
        except (OSError, ValueError):
            return None
        texts.append(data.decode("utf-8", "replace"))
    return texts


def _settings(texts: Sequence[str]) -> dict[str, Meant]:
    """What settings say of names that are a seed's."""
    found: dict[str, Meant] = {}
    for name, value in (each for text in texts for each in _lines(text)):
        number = {int(value)} if _NUMBER.fullmatch(value) else set()
        found.setdefault(name, Meant()).add(Meant(number, unknown=not number))
    return found


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        told = _SETTING.fullmatch(line) if len(line) < 1_000 else None
        if told is not None:
            name = told[1].rpartition(".")[2].replace("-", "_")
            if SEED_NAME.fullmatch(name):
                yield name, told[2].strip()


def _options(texts: Sequence[str]) -> dict[str, Meant]:
    """What commands, wherever they are written down, give for options that are a seed's."""
    found: dict[str, Meant] = {}
    for text in texts:
        for name, value in _OPTION.findall(text):
            found.setdefault(name.replace("-", "_"), Meant()).values.add(int(value))
    return found
