"""A command line as a student or a TA writes it, as the words of one Python program or notebook.

No shell ever sees one: a line is split into words, and what only a shell could do makes it vague.
"""

from __future__ import annotations

import posixpath
import re
import shlex
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Optional

from grader.rerun.records import Entry, EntryKind
from validators.display import quoted

CODE_SUFFIXES = (".py", ".ipynb")
PLACES = ("{model}", "{data}", "{output}")
"""The words of a contract that are replaced when it is run."""

_PYTHON = re.compile(r"python(\d(\.\d+)*)?w?(\.exe)?|py(\.exe)?|pypy3?|ipython3?", re.IGNORECASE)
_VERSION = re.compile(r"-[23](\.\d+)?(-\d\d)?")
_SETTING = re.compile(r"(?:\$env:)?[A-Za-z_]\w*=.*", re.DOTALL)
_NOTEBOOKS = re.compile(r"(python\S* -m )?(jupyter\S*|papermill|nbconvert|runipy|code)\b")
# Programs that start Python programs; their own options are left out with them.
_LAUNCHERS = re.compile(
    r"(python\S* (-\S+ )*-m )?(accelerate|torchrun|deepspeed|torch\.distributed\.(launch|run)"
    r"|accelerate\.commands\.launch)\b"
)
_WRAPPERS = frozenset({"sudo", "nohup", "time", "env", "exec", "uv", "poetry", "pipenv", "conda",
                       "mamba", "micromamba", "srun", "nice", "stdbuf", "xvfb-run"})  # fmt: skip
_FLAGS = re.compile(r"-[bBdEiIOqsSuvVxP]+")
# What stands where the reader is to put something of their own.
_BLANK = re.compile(r"<[^<>]+>|\[[^\[\]]*\]|\.{3,}|…+|(?:.*/)?path[/_]to(?:[/_].*)?|your[-_].*"
                    r"|\$.*|%\w+%", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One command: the words of a Python program, or the path of a notebook.

    `file` is what it starts, as written. `left_out` are words that are not run with it; `vague`
    says in a clause why it can't be run as it stands, empty where it can.
    """

    words: tuple[str, ...]
    file: str
    folder: str = ""
    left_out: tuple[str, ...] = ()
    vague: str = ""

    @property
    def is_notebook(self) -> bool:
        """Whether it runs a notebook."""
        return self.file.lower().endswith(".ipynb")


def words_of(text: str) -> list[str]:
    """The words of a line as a shell would split them, operators apart; raises ValueError."""
    # A backslash inside a word is a path of Windows; a dash that Word made long is two dashes.
    text = re.sub(r"\\(?=[^\s\"'])", "/", text)
    text = re.sub(r"(?<!\S)[\u2013\u2014](?=\w)", "--", text)
    text = re.sub(r"(?<=[\s=])<([^<>\s][^<>]*)>", r"'<\1>'", text)  # <model> is to be filled in
    for curly, straight in zip("\u201c\u201d\u2018\u2019", "\"\"''"):
        text = text.replace(curly, straight)
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    return list(lexer)


def understood(words: list[str]) -> Optional[Line]:
    """The program that the words start, or None when they start no Python program or notebook."""
    words, left_out, vague = _without_redirects(words)
    words, wrappers = _without_wrappers(words)
    left_out = (*wrappers, *left_out)
    joined = " ".join(words)
    if _NOTEBOOKS.match(joined):
        notebook = next((word for word in words if word.lower().endswith(".ipynb")), "")
        converts = re.search(r"--to[ =](?!notebook)", joined) and "--execute" not in words
        if not notebook or converts:
            return None
        return Line((notebook,), notebook, "", left_out, vague)
    launcher = _LAUNCHERS.match(joined)
    if launcher:
        start = next((n for n, word in enumerate(words) if word.lower().endswith(".py")), None)
        if start is None:
            return None
        left_out = (*left_out, " ".join(words[:start]))
        words = ["python", *words[start:]]
    elif words and words[0].lower().endswith(CODE_SUFFIXES):
        words = ["python", *words]
    if not words or not _PYTHON.fullmatch(posixpath.basename(words[0])):
        return None
    line = _python_line(words[1:])
    if line is None:
        return None
    return replace(line, left_out=left_out, vague=vague or line.vague)


def _python_line(words: list[str]) -> Optional[Line]:
    """The line of the words after `python`."""
    while words and (_VERSION.fullmatch(words[0]) or _FLAGS.fullmatch(words[0])):
        words = words[1:]
    while words and words[0] in ("-W", "-X"):
        words = words[2:]
    if not words:
        return None
    if words[0] == "-m" and len(words) > 1:
        file = words[1].replace(".", "/") + ".py"
        # A module of the library is no program of the student; whether this is one shows later.
        return Line(("python", *words), file, vague=_blank(words[2:]))
    if words[0].lower().endswith(".ipynb"):
        return Line((words[0],), words[0])
    if words[0].lower().endswith(".py"):
        return Line(("python", *words), words[0], vague=_blank(words[1:]))
    return None


def _blank(words: Iterable[str]) -> str:
    blank = next((word for word in words if _BLANK.fullmatch(word.partition("=")[2] or word)), "")
    return f"{quoted(blank)} stands for something that isn't said" if blank else ""


def _without_wrappers(words: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """The words from the program on, and what stands before it: settings, `sudo`, `uv run`."""
    left_out: list[str] = []
    while words:
        if _SETTING.fullmatch(words[0]):
            taken = 1
        elif words[0].lower() in _WRAPPERS:
            rest = enumerate(words[1:], 1)
            taken = next((n for n, word in rest if _starts(word)), len(words))
        else:
            break
        left_out.append(" ".join(words[:taken]))
        words = words[taken:]
    return words, tuple(left_out)


def _starts(word: str) -> bool:
    known = _PYTHON.fullmatch(word) or _SETTING.fullmatch(word) or _LAUNCHERS.match(word)
    return bool(known or word in _WRAPPERS or word.lower().endswith(CODE_SUFFIXES))


def _without_redirects(words: list[str]) -> tuple[list[str], tuple[str, ...], str]:
    """The words without what a shell does with the streams; a CSV made that way is vague."""
    kept: list[str] = []
    left_out: list[str] = []
    vague, skip = "", False
    for number, word in enumerate(words):
        if skip:
            skip = False
        elif word and set(word) <= set("<>&"):
            target = words[number + 1] if number + 1 < len(words) else ""
            skip = True
            if kept and kept[-1] in ("1", "2"):
                kept.pop()
            if "<" in word or target.lower().endswith((".csv", ".tsv", ".jsonl")):
                vague = f"only a shell could do {quoted(f'{word} {target}')}"
            left_out.append(f"{word} {target}".strip())
        else:
            kept.append(word)
    return kept, tuple(left_out), vague


def split(words: list[str]) -> list[tuple[list[str], str]]:
    """The single commands between `&&`, `;` and `|`, each with the operator that follows it."""
    found: list[tuple[list[str], str]] = []
    current: list[str] = []
    for word in words:
        if word and set(word) <= set(";&|") and word not in (">&", "&>"):
            found.append((current, word))
            current = []
        else:
            current.append(word)
    return [*found, (current, "")]


def same(path: str) -> str:
    """A path as it is compared: Unicode form and case don't count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def find(name: str, folder: str, files: Mapping[str, str]) -> str:
    """The file that the name means when it is typed in the folder; empty where it is not there.

    `files` are paths by how they are compared. A path of another machine is found by its end.
    """
    plain = name.replace("\\", "/")
    wanted = same(posixpath.normpath(posixpath.join(folder, plain)))
    if wanted in files:
        return files[wanted]
    parts = [part for part in same(plain).split("/") if part not in ("", ".", "..", "~")][-20:]
    # One look at all files, however many folders the name has.
    near = {key: path for key, path in files.items() if key.rpartition("/")[2] in parts[-1:]}
    while parts and near:
        end = "/".join(parts)
        found = [path for key, path in near.items() if key == end or key.endswith(f"/{end}")]
        if found:
            return found[0] if len(found) == 1 else ""
        parts = parts[1:]
    return ""


def entry(line: Line, path: str, found_by: str, outputs: tuple[str, ...] = ()) -> Entry:
    """The line as what is run, with the file that is really there in the place of the one named."""
    if path.lower().endswith(".ipynb"):
        folder, _, name = path.rpartition("/")
        return Entry("notebook", (name,), folder, outputs, found_by)
    kind: EntryKind = "contract" if any(mark in w for w in line.words for mark in PLACES) else (
        "command"
    )  # fmt: skip
    if line.words[1] == "-m":
        whole = same(path).endswith(same(line.file))
        above = "/".join(path.split("/")[: -1 - line.file.count("/")]) if whole else ""
        return Entry(kind, line.words, above, outputs, found_by)
    typed = posixpath.normpath(line.file.replace("\\", "/"))
    folder, near = line.folder, path
    if same(posixpath.join(folder, typed)) != same(path) and same(path).endswith(f"/{same(typed)}"):
        # It was typed in the folder where that is its path.
        folder = "/".join(path.split("/")[: -1 - typed.count("/")])
    if folder and path.startswith(f"{folder}/"):
        near = path[len(folder) + 1 :]
    elif folder:
        folder, _, near = path.rpartition("/")
    return Entry(kind, ("python", near, *line.words[2:]), folder, outputs, found_by)


def shown(found: Entry) -> str:
    """What is run, as it would be typed in the package's top folder."""
    if found.kind == "notebook":
        return posixpath.join(found.folder, *found.command)
    typed = " ".join(_typed(word) for word in found.command)
    return f"cd {_typed(found.folder)} && {typed}" if found.folder else typed


def _typed(word: str) -> str:
    """The word as it is typed: quoted only where it has to be, in any script."""
    return word if re.fullmatch(r"[\w{}@%+=:,./-]+", word) else shlex.quote(word)
