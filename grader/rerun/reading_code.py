"""A student's code as syntax trees: bounded, never run, and never a way to bring us down."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import threading
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validators.package.workspace import Entry, Workspace

SCRIPT_BYTES, NOTEBOOK_BYTES = 512 << 10, 32 << 20
"""How much of a script and of a notebook is read; what is longer isn't code that was typed."""

# Each of these makes a Python object when a notebook is parsed: what keeps memory bounded.
_NOTEBOOK_OBJECTS = 2_000_000
# Python before 3.11 ends without a word on a tree that is much deeper than this; later ones raise.
_DEPTH, _FRAGILE = 500, sys.version_info < (3, 11)
_ENCODINGS = re.compile(
    r"utf-8(-sig)?|ascii|us-ascii|latin-1|iso-8859-\d+|cp\d+|windows-125\d|gbk|gb2312|gb18030"
    r"|big5(hkscs)?|shift_jis|euc-\w{2,3}|euc_\w{2,3}|koi8-\w"
)
TROUBLES = (SyntaxError, ValueError, LookupError, MemoryError, RecursionError)
"""What reading code may raise."""
# Cell magics after which the rest of the cell is still Python.
_PYTHON_MAGICS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun"})
_MAGIC_LINE = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)
_MAGIC_VALUE = re.compile(r"^([ \t]*\w[\w, ]*=[ \t]*)[%!].*$", re.MULTILINE)
_RUNS = re.compile(r"^[ \t]*(?:%run|!\s*python[\d.]*)\s+(?:-\S+\s+)*(\S+\.py)\b", re.MULTILINE)
# The list of warning filters belongs to the whole process.
_FILTERS = threading.Lock()


@dataclass(frozen=True)
class Read:
    """What a code file turned out to be: its trees, the scripts that magics of it run, trouble.

    `trouble` is one clause that says why it, or a part of it, can't be read; mostly empty.
    """

    trees: tuple[ast.Module, ...] = ()
    runs: tuple[str, ...] = ()
    trouble: str = ""


def read_code(root: Path, path: str) -> Read:
    """The trees of a script (one) or of a notebook (one for each cell that can be read)."""
    limit = NOTEBOOK_BYTES if path.lower().endswith(".ipynb") else SCRIPT_BYTES
    try:
        data = Workspace("", root).read(Entry(path, 0), limit + 1)
    except (OSError, ValueError) as trouble:
        return Read(trouble=f"it can't be opened ({type(trouble).__name__})")
    if len(data) > limit:
        return Read(trouble=f"it is over {limit:,} bytes")
    if path.lower().endswith(".ipynb"):
        return _notebook(data)
    try:
        return Read((tree_of(text_of(data)),))
    except TROUBLES as trouble:
        return Read(trouble=told_trouble(trouble))


def _notebook(data: bytes) -> Read:
    sources, trouble = cells_of(data)
    if trouble:
        return Read(trouble=trouble)
    trees, runs, broken = [], [], 0
    for source in sources:
        runs += _RUNS.findall(source)
        try:
            trees.append(tree_of(python_of(source)))
        except TROUBLES:
            broken += 1
    trouble = f"{broken} of its {len(sources)} code cells can't be read as Python" if broken else ""
    return Read(tuple(trees), tuple(dict.fromkeys(runs)), trouble)


def cells_of(data: bytes) -> tuple[tuple[str, ...], str]:
    """The source of each code cell of a notebook's bytes; without any, why it can't be read."""
    if sum(map(data.count, (b",", b"[", b"{"))) > _NOTEBOOK_OBJECTS:
        return (), "it holds too much to be a notebook that was typed"
    try:
        sources = tuple(_sources(json.loads(data)))
    except (ValueError, RecursionError, MemoryError):
        return (), "it is no notebook"
    if sum(map(len, sources)) > SCRIPT_BYTES:
        return (), f"its code is over {SCRIPT_BYTES:,} characters"
    return sources, ""


def _sources(notebook: Any) -> Iterator[str]:
    """The source of each code cell, for a notebook of any version."""
    if not isinstance(notebook, dict):
        raise ValueError("no notebook")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = notebook.get("worksheets")
        if not isinstance(sheets, list):
            raise ValueError("no cells")
        found = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
        cells = [cell for some in found if isinstance(some, list) for cell in some]
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input", ""))
            lines = source if isinstance(source, list) else [source]
            yield "".join(line for line in lines if isinstance(line, str))


def python_of(source: str) -> str:
    """The Python of a cell, without the words that only notebooks know."""
    head, _, rest = source.lstrip().partition("\n")
    if head.startswith("%%"):
        if head.split()[0] not in _PYTHON_MAGICS:
            return ""
        source = rest
    return _MAGIC_LINE.sub(r"\1pass", _MAGIC_VALUE.sub(r"\1None", source))


def text_of(data: bytes) -> str:
    """The text of a script in the encoding that it names. Raises what `TROUBLES` lists."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    # Other codecs of Python are no encodings of text, or take a day for a megabyte.
    if not _ENCODINGS.fullmatch(encoding.lower()):
        raise ValueError(f"encoding {encoding}")
    return data.decode(encoding)


def tree_of(text: str) -> ast.Module:
    """The tree of the text. Raises what `TROUBLES` lists."""
    if "\0" in text:
        raise ValueError("NUL characters")
    if _FRAGILE and _depth(text) > _DEPTH:
        raise ValueError("it is nested too deeply")
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the student's code: "\d", `is` with a number
        return ast.parse(text)


def _depth(text: str) -> int:
    """At least how deep the expressions of the text are: operators that can nest, by brackets."""
    depth, deepest = 0, 0
    outer: list[int] = []
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    # What ends in the middle of a statement is told by the parser, in better words.
    with suppress(tokenize.TokenError):
        for token in tokens:
            if token.type == tokenize.NEWLINE:
                depth = 0
                outer.clear()
            elif token.type == tokenize.STRING:
                depth += _within_braces(token.string)
            elif token.type == tokenize.OP:
                depth = _deeper(token.string, depth, outer)
            deepest = max(deepest, depth)
            if deepest > _DEPTH:
                break
    return deepest


def _deeper(operator: str, depth: int, outer: list[int]) -> int:
    """The depth after the operator; `outer` holds it for each bracket that is open."""
    if operator in ",;":
        return outer[-1] if outer else 0
    if operator in ")]}" and outer:
        return outer.pop() + 1
    if operator in "([{":
        outer.append(depth)
        return depth
    return depth + 1


def _within_braces(string: str) -> int:
    """How many operators the expressions of an f-string hold, where it is one token."""
    level, found = 0, 0
    if "f" in re.split("[\"']", string, maxsplit=1)[0].lower():
        for character in string:
            level += {"{": 1, "}": -1 if level else 0}.get(character, 0)
            found += bool(level) and character in ".+-*/%|&^@(["
    return found


def told_trouble(trouble: BaseException) -> str:
    """Why a text can't be read as Python, in one clause."""
    if isinstance(trouble, SyntaxError):
        line = f", line {trouble.lineno}" if trouble.lineno else ""
        return f"it can't be read as Python ({trouble.msg}{line})"[:200]
    if isinstance(trouble, (MemoryError, RecursionError)):
        return "it is nested too deeply to be read as Python"
    return f"it can't be read as Python ({trouble})"[:200]
