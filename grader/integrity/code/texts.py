"""The text of each code file of a work, as it is compared and shown; bounded, never raising."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.rerun.command_words import CODE_SUFFIXES
from grader.rerun.package_code import MAX_CODE_BYTES, MAX_PROGRAMS
from grader.rerun.reading_code import NOTEBOOK_BYTES, SCRIPT_BYTES, cells_of, python_of, text_of
from validators.package.leftovers import is_leftover
from validators.package.workspace import Entry, Workspace

# Most of a notebook is pictures.
_MAX_NOTEBOOK_BYTES = 16 * MAX_CODE_BYTES
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_LINE_ENDS = re.compile(r"\r\n?")
# What no editor writes; tabs, line ends and form feeds are ordinary.
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_MAX_CONTROLS = 0.01
# Lines that only notebooks know, and what they are in a script that was exported from one.
_MAGIC_LINE = re.compile(r"^([ \t]*)(?:[!?]|%%?\w).*$", re.MULTILINE)
_MAGIC_VALUE = re.compile(
    r"^([ \t]*\w[\w, ]*=[ \t]*)(?:[!%]|get_ipython\(\)\.(?:getoutput|run_line_magic)\().*$",
    re.MULTILINE,
)
_WRITES_CODE = re.compile(r"%%writefile\s+(?:-a\s+)?\S+\.py\s*")


@dataclass(frozen=True)
class Text:
    """A code file: its path, its text as it is shown, and the same lines without magics.

    A notebook's cells are joined, each after a line with its number.
    """

    path: str
    shown: str
    code: str


def texts_of(
    root: Path, files: Sequence[str]
) -> tuple[tuple[Text, ...], tuple[tuple[str, str], ...]]:
    """The texts of the code files by path, and what can't be read, with the reason."""
    found: list[Text] = []
    unread: list[tuple[str, str]] = []
    left = {False: MAX_CODE_BYTES, True: _MAX_NOTEBOOK_BYTES}
    paths = _code_files(files)
    for path in paths[:MAX_PROGRAMS]:
        is_notebook = path.lower().endswith(".ipynb")
        data, trouble = _bytes_of(root, path, NOTEBOOK_BYTES if is_notebook else SCRIPT_BYTES)
        left[is_notebook] -= len(data)
        if left[is_notebook] < 0 and not trouble:
            trouble = "there is too much code before it"
        text = Text(path, "", "")
        if not trouble:
            text, trouble = _notebook(path, data) if is_notebook else _script(path, data)
        if trouble:
            unread.append((path, trouble))
        else:
            found.append(text)
    if len(paths) > MAX_PROGRAMS:
        rest = f"it and {len(paths) - MAX_PROGRAMS - 1:,} more come after {MAX_PROGRAMS} files"
        unread.append((paths[MAX_PROGRAMS], rest))
    return tuple(sorted(found, key=lambda text: text.path)), tuple(sorted(unread))


def _code_files(files: Sequence[str]) -> list[str]:
    """The scripts and notebooks that a student wrote, those near the top first."""
    found = {path for path in files if path.lower().endswith(CODE_SUFFIXES)}
    own = {path for path in found if not is_leftover(path) and not f"/{path}".count("/.")}
    return sorted(own, key=lambda path: (path.count("/"), path))


def _bytes_of(root: Path, path: str, limit: int) -> tuple[bytes, str]:
    try:
        data = Workspace("", root).read(Entry(path, 0), limit + 1)
    except (OSError, ValueError) as trouble:
        return b"", f"it can't be opened ({type(trouble).__name__})"
    return (b"", f"it is over {limit:,} bytes") if len(data) > limit else (data, "")


def _script(path: str, data: bytes) -> tuple[Text, str]:
    text = _LINE_ENDS.sub("\n", _decoded(data)).replace("\0", " ")
    if len(_CONTROLS.findall(text)) > _MAX_CONTROLS * len(text):
        return Text(path, "", ""), "it holds no text"
    return Text(path, text, _without_magics(text)), ""


def _decoded(data: bytes) -> str:
    """The text in the encoding it names or shows; what that doesn't know is replaced."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if data[1:2] == b"\0" and data.count(0) * 3 > len(data):
        return data.decode("utf-16-le", "replace")
    try:
        return text_of(data)
    except (SyntaxError, ValueError, LookupError):
        return data.decode("utf-8", "replace")


def _notebook(path: str, data: bytes) -> tuple[Text, str]:
    cells, trouble = cells_of(data)
    shown: list[str] = []
    code: list[str] = []
    for number, cell in enumerate(cells, 1):
        source = _LINE_ENDS.sub("\n", cell).replace("\0", " ")
        shown += [f"# In [{number}]:", source]
        code += ["", _code_of_cell(source)]
    return Text(path, "\n".join(shown), "\n".join(code)), trouble


def _code_of_cell(source: str) -> str:
    """The cell's Python, line by line where it stands in the cell."""
    start = len(source) - len(source.lstrip())
    head, _, rest = source[start:].partition("\n")
    if not head.startswith("%%"):
        return _without_magics(source)
    lines_before = source.count("\n", 0, start) + 1
    if _WRITES_CODE.fullmatch(head) or python_of(source):
        return "\n" * lines_before + _without_magics(rest)
    return "\n" * source.count("\n")


def _without_magics(text: str) -> str:
    return _MAGIC_LINE.sub(r"\1pass", _MAGIC_VALUE.sub(r"\1None", text))
