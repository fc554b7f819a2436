"""The commands that a README names, in English or Chinese, in code or in between the words."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from grader.rerun.command_words import Line, find, same, split, understood, words_of
from validators.package.docx import docx_text
from validators.package.leftovers import is_leftover
from validators.package.readme import decoded, is_readme
from validators.package.workspace import Workspace

README_BYTES = 200_000
"""How much of a README is read for commands."""

_LINE, _COMMANDS = 1_000, 300
_READ_AS_TEXT = frozenset({"", ".txt", ".md", ".rst", ".markdown"})
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_SPAN = re.compile(r"`([^`]+)`")
_MARKER = re.compile(r"^\s*(?:(?:[-*+•·]|\(?\d{1,2}[.)、:：]|[#>]+|step\s*\d+\s*[:：.)]?)\s*)+",
                     re.IGNORECASE)  # fmt: skip
_PROMPT = re.compile(
    r"^\s*(?:\([\w.-]+\)\s*)?(?:[\w.@~:/\\-]*[$%]\s+|[\w.@~:/\\-]+#\s+|PS [^>]*>\s*"
    r"|[A-Za-z]:\\[^>]*>\s*|>{1,3}\s*|!\s*|In \[\d*\]:\s*|\$\s*)"
)
# Where a command begins in between words. What stands before it on the line is no part of it.
_BEGINS = re.compile(
    r"(?<![\w./\\-])(?:(?:\$env:)?[A-Z][A-Z0-9_]+=\S+\s+)*"
    r"(?:(?:sudo|nohup|time|uv run|conda run|poetry run|pipenv run)\s+(?:-\S+\s+\S+\s+)*)?"
    r"(?:(?:[\w./-]*/)?(?:python(?:\d(?:\.\d+)*)?(?:\.exe)?|ipython3?)\s+\S"
    r"|py\s+(?:-\d\S*\s+)?\S+\.py|jupyter(?:-|\s+)\w+|papermill\s|accelerate launch\s|torchrun\s"
    r"|deepspeed\s|cd\s+\S|\./\S+\.py)"
)
_DOCX_LINE = re.compile(r"\s+(?=(?:\$ ?)?(?:python\d?|jupyter|cd|CUDA_\w+=\S+)\s)")
# Programs after a pipe that only show or keep what is printed.
_SHOWING = frozenset({"tee", "cat", "less", "more", "head", "tail", "grep"})
# Sentences end here, and commands with them.
_ENDS = re.compile("[，。；、！？「」『』（）【】]|,\\s|\\s[(#]|\\.\\s")
_NAMED = re.compile(
    r"[^\s`'\"“”‘’「」『』（）()<>，。；、：:*\[\]]+\.(?:ipynb|py)\b", re.IGNORECASE
)
_RUN = re.compile(
    r"\b(run|running|runs|execute|executes|open|launch|start)\b|執行|运行|執行|执行|打開|打开|開啟|跑|開啓",
    re.IGNORECASE,
)
_VALUE = re.compile(r".*[\d./_={}\\-].*|true|false|none", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """A command of a README, the file of the package that it runs, and the line it stands on."""

    line: Line
    path: str
    number: int


def read_readme(workspace: Workspace, legacy_encoding: str) -> str:
    """The text of the READMEs at the package's top, in the order of their names.

    What is no text, as a picture or a PDF, adds nothing.
    """
    texts = []
    for entry in sorted(workspace.entries, key=lambda each: each.path):
        if "/" in entry.path or not is_readme(entry):
            continue
        if entry.suffix == ".docx":
            # Its lines are lost; a new one begins where a command does.
            texts.append(_DOCX_LINE.sub("\n", docx_text(workspace, entry) or ""))
        elif entry.suffix in _READ_AS_TEXT:
            texts.append(decoded(workspace.read(entry, README_BYTES), legacy_encoding)[0])
    return "\n".join(texts)


def commands(text: str, files: Iterable[str]) -> tuple[Said, ...]:
    """The commands that run a file which is there, in their order, each once.

    Where none is written as a command, a notebook or a script that the text says to run.
    """
    known = {same(path): path for path in sorted(files) if not is_leftover(path)}
    lines = _lines(text)
    found = list(_there(_commands(lines, known), known)) or list(_there(_named(lines), known))
    once = {(said.path, said.line.words, said.line.folder): said for said in reversed(found)}
    return tuple(sorted(once.values(), key=lambda said: found.index(said)))


def _there(lines: Iterator[tuple[int, Line]], known: Mapping[str, str]) -> Iterator[Said]:
    """Those of the commands, or of as many as a person writes, whose file is there."""
    for number, line in islice(lines, _COMMANDS):
        path = find(line.file, line.folder, known) if line.file else ""
        if path:
            yield Said(line, path, number)


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines with their numbers; one that a backslash goes on with is joined to the next."""
    found: list[tuple[int, str]] = []
    going_on = False
    for number, line in enumerate(text[:README_BYTES].splitlines(), 1):
        line = unicodedata.normalize("NFC", line)[:_LINE]
        if going_on:
            first, before = found.pop()
            line, number = f"{before} {line.strip()}"[:_LINE], first
        going_on = bool(re.search(r"\s[\\^]\s*$", line))
        found.append((number, re.sub(r"\s[\\^]\s*$", "", line) if going_on else line))
    return found


def _commands(lines: list[tuple[int, str]], known: Mapping[str, str]) -> Iterator[tuple[int, Line]]:
    folder, fence = "", ""
    for number, line in lines:
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
            continue
        for typed in _typed(line, bool(fence)):
            for found, after in _of_line(typed, folder, known):
                folder = after
                yield number, found


def _typed(line: str, in_code: bool) -> Iterator[list[str]]:
    """The words of each command on the line."""
    if in_code or line.startswith(("    ", "\t")):
        bare = _PROMPT.sub("", line, count=1).strip()
        if in_code and bare.startswith("#"):
            return
        if _BEGINS.match(bare) or (in_code and not _BEGINS.search(bare)):
            yield _words(bare)
            return
    spans = [span for span in _SPAN.findall(line) if _BEGINS.match(_PROMPT.sub("", span, 1))]
    if spans:
        for span in spans:
            yield _words(_PROMPT.sub("", span, count=1))
        return
    bare = _PROMPT.sub("", _MARKER.sub("", line, count=1), count=1).replace("`", " ")
    starts = [match.start() for match in _BEGINS.finditer(bare)]
    for start, end in zip(starts, [*starts[1:], len(bare)]):
        yield _without_prose(_words(_ENDS.split(bare[start:end])[0]))


def _words(text: str) -> list[str]:
    try:
        return words_of(text)
    except ValueError:  # a quotation mark without its fellow, as in "don't"
        return text.split()


def _without_prose(words: list[str]) -> list[str]:
    """The words up to where the sentence goes on: options and their values, paths, numbers."""
    words = [re.sub(r"(?<=\w)[.,:;]+$", "", word) for word in words]
    program = next((n for n, word in enumerate(words) if re.search(r"\.(py|ipynb|sh)$", word)), 0)
    kept = words[: program + 1] if program else words
    for word in words[program + 1 :] if program else ():
        is_option = word.startswith("-") or kept[-1].startswith("-")
        if not (is_option or _VALUE.fullmatch(word) or set(word) <= set("<>&|;")):
            break
        kept.append(word)
    return kept


def _of_line(words: list[str], folder: str, known: Mapping[str, str]) -> Iterator[tuple[Line, str]]:
    """The programs of the words and the folder after each; `cd` alone gives a line of no file."""
    parts = split(words)
    for place, (command, operator) in enumerate(parts):
        if command[:1] in (["cd"], ["%cd"]):
            folder = _changed(command[1] if len(command) > 1 else "", folder, known)
            yield Line((), ""), folder
            continue
        line = understood(command)
        if line is not None and not {"-h", "--help"} & set(line.words):
            piped = ""
            if operator == "|" and parts[place + 1][0][:1] not in [[name] for name in _SHOWING]:
                piped = "only a shell could pass on what it prints"
            yield replace(line, folder=folder, vague=line.vague or piped), folder


def _changed(target: str, folder: str, known: Mapping[str, str]) -> str:
    """The folder after `cd`; one that isn't there is the package itself, wherever that was."""
    plain = target.replace("\\", "/").rstrip("/")
    if plain in ("", ".", "~"):
        return folder if plain == "." else ""
    folders = {posixpath.dirname(key): posixpath.dirname(path) for key, path in known.items()}
    for key, path in list(folders.items()):
        while "/" in key:
            key, path = posixpath.dirname(key), posixpath.dirname(path)
            folders.setdefault(key, path)
    wanted = same(posixpath.normpath(posixpath.join(folder, plain)))
    if wanted == "." or plain.startswith(".."):
        return folders.get(wanted, "")
    parts = [part for part in same(plain).split("/") if part not in ("", ".", "..")]
    ends = (wanted, *("/".join(parts[start:]) for start in range(len(parts))))
    return next((folders[end] for end in ends if end and end in folders), "")


def _named(lines: list[tuple[int, str]]) -> Iterator[tuple[int, Line]]:
    """The files that a sentence says to run."""
    for number, line in lines:
        if _RUN.search(line):
            for name in _NAMED.findall(line):
                words = (name,) if name.lower().endswith(".ipynb") else ("python", name)
                yield number, Line(words, name)
