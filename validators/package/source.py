"""The code of a package: there, and not empty. It is read as text, never imported or compiled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any

from validators.display import listed
from validators.display import size as shown_size
from validators.findings import Finding
from validators.package import codes
from validators.package.subject import Package
from validators.package.troubles import first_few
from validators.package.workspace import Entry
from validators.rules.records import Rules

_LARGE_BYTES = 1_000_000
_NOTEBOOK_BYTES = 32 << 20
# Each of these makes a Python object when a notebook is parsed: what keeps memory bounded.
_NOTEBOOK_OBJECTS = 2_000_000
_TEXT_SUFFIXES = (".txt", ".md", ".sh", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".json", ".jsonl")


class _Content(Enum):
    """What a code file turns out to hold."""

    CODE = "code"
    NOTHING = "nothing"
    BROKEN = "broken"


def check_code(package: Package, rules: Rules) -> Iterator[Finding]:
    """The code is there, and every notebook can be read."""
    suffixes = rules.package.code_suffixes
    judged = [(entry, *_judged(package, entry)) for entry in package.workspace.files(*suffixes)]
    broken = [(entry, why) for entry, content, why in judged if content is _Content.BROKEN]
    yield from first_few(
        codes.BROKEN_NOTEBOOK.at(package.place_of(entry), f"{why}; expected a Jupyter notebook.")
        for entry, why in broken
    )
    empty = [(entry, why) for entry, content, why in judged if content is _Content.NOTHING]
    if any(content is _Content.CODE for _, content, _ in judged):
        yield from first_few(
            codes.EMPTY_CODE.at(package.place_of(entry), f"{why}; expected code.")
            for entry, why in empty
        )
    elif not broken:
        names = tuple(entry.path for entry, _ in empty)
        found = f"no code in {listed(names, len(names))}" if names else "no code file"
        wanted = " or ".join(suffixes)
        yield codes.NO_CODE.at(package.place, f"{found}; expected {wanted} files that hold code.")


def check_text_sizes(package: Package, rules: Rules) -> Iterator[Finding]:
    """No code or text file is so large that it must hold data."""
    model = "" if rules.model is None else f"{rules.model.folder}/"
    yield from first_few(
        codes.LARGE_TEXT.at(
            package.place_of(entry),
            f"{shown_size(entry.bytes)}; expected at most {shown_size(_LARGE_BYTES)}.",
            bytes=entry.bytes,
        )
        for entry in package.workspace.files(*rules.package.code_suffixes, *_TEXT_SUFFIXES)
        if entry.bytes > _LARGE_BYTES and not (model and entry.path.startswith(model))
    )


def _judged(package: Package, entry: Entry) -> tuple[_Content, str]:
    if not entry.bytes:
        return _Content.NOTHING, "the file is empty"
    if entry.suffix != ".ipynb":
        # What is longer than this holds something, if only data; its size is told elsewhere.
        data = package.workspace.read(entry, _LARGE_BYTES)
        if entry.bytes > _LARGE_BYTES or _has_code(data.decode("utf-8", "replace")):
            return _Content.CODE, ""
        return _Content.NOTHING, "nothing but white space and comments"
    if entry.bytes > _NOTEBOOK_BYTES:
        return _Content.CODE, ""
    return _notebook(package.workspace.read(entry, _NOTEBOOK_BYTES))


def _notebook(data: bytes) -> tuple[_Content, str]:
    if sum(map(data.count, (b",", b"[", b"{"))) > _NOTEBOOK_OBJECTS:
        return _Content.CODE, ""
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return _Content.BROKEN, "it is not JSON"
    cells = _cells(notebook)
    if cells is None:
        return _Content.BROKEN, "it is JSON, but no notebook (it has no cells)"
    code = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    if any(_has_code(_source(cell)) for cell in code):
        return _Content.CODE, ""
    found = f"{len(code)} code cells, all empty" if code else "a notebook without code cells"
    return _Content.NOTHING, found


def _cells(notebook: Any) -> Any:
    """The cells of a notebook of any version; None when it is no notebook."""
    if not isinstance(notebook, dict):
        return None
    if isinstance(notebook.get("cells"), list):
        return notebook["cells"]
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return None
    found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in found if isinstance(cells, list) for cell in cells]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _has_code(text: str) -> bool:
    """Whether any line holds more than white space or a comment."""
    lines = (line.strip(" \t\r\f\v\0\ufeff") for line in text.split("\n"))
    return any(line and not line.startswith("#") for line in lines)
