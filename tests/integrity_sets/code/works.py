"""Seventeen honest programs of one homework, as projects and as works.

They share a tutorial, and some of them snippets that anybody finds on the web.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from grader.integrity.code.extract import code_traits
from grader.integrity.records import CodeTraits, Work

HERE = Path(__file__).parent
Project = dict[str, str]
"""The files of one student by path. A notebook is its cells, each after a line "# %%"."""

CELL = "# %%"
_INCLUDE = re.compile(r"^#include (\w+)$", re.MULTILINE)
_PART = re.compile(r"^#: (\w+)\n", re.MULTILINE)


@lru_cache(maxsize=2)
def parts_of(name: str) -> Mapping[str, str]:
    """The parts of a text that several take over, by their names."""
    pieces = _PART.split((HERE / name).read_text("utf-8"))
    return dict(zip(pieces[1::2], pieces[2::2]))


def tutorial() -> Project:
    """The tutorial that everybody was given, with blanks to fill in."""
    return {"tutorial.py": "".join(parts_of("tutorial.txt").values())}


def honest() -> dict[str, Project]:
    """The projects of seventeen students, by name."""
    return {
        folder.name: {
            path.name[: -len(".txt")]: _whole(path.read_text("utf-8"))
            for path in sorted(folder.glob("*.txt"))
        }
        for folder in sorted((HERE / "programs").iterdir())
        if folder.is_dir()
    }


def _whole(text: str) -> str:
    """The text with what it takes over from the tutorial (blanks filled in) and from the web."""
    blank = 3 + len(text) % 7
    parts = {**parts_of("tutorial.txt"), **parts_of("public.txt")}
    whole = _INCLUDE.sub(lambda found: parts[found[1]].rstrip("\n"), text)
    return whole.replace("____", f"{blank}e-1")


def write(project: Mapping[str, str], folder: Path) -> None:
    """The project as it lies in a submission."""
    for path, text in project.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(notebook(text) if path.endswith(".ipynb") else text, "utf-8")


def notebook(text: str) -> str:
    """The JSON of a notebook with these cells."""
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
            "source": source.strip("\n").splitlines(keepends=True),
        }
        for source in re.split(rf"^{CELL}\n", text, flags=re.MULTILINE)
        if source.strip()
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def work(name: str, project: Mapping[str, str], reference: bool = False) -> Work[CodeTraits]:
    """The project as it is compared."""
    with tempfile.TemporaryDirectory() as folder:
        write(project, Path(folder))
        traits, arrays = code_traits(Path(folder), tuple(project))
    return Work(name, traits, arrays, reference)


def works(projects: Mapping[str, Project]) -> list[Work[CodeTraits]]:
    """All of these as they are compared."""
    return [work(name, project) for name, project in projects.items()]


def joined(texts: Iterable[str]) -> str:
    """Texts one after the other, each ended by a line end."""
    return "".join(text if text.endswith("\n") else f"{text}\n" for text in texts)
