"""`rerun.toml`: what a student declares about running their code again."""

from __future__ import annotations

import difflib
import math
import posixpath
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional, Union

from grader.rerun.command_words import (
    CODE_SUFFIXES,
    PLACES,
    Line,
    entry,
    find,
    same,
    split,
    understood,
    words_of,
)
from grader.rerun.records import Entry, Settings
from validators.display import quoted
from validators.findings import Finding, Place
from validators.package.leftovers import is_leftover
from validators.package.workspace import Entry as File
from validators.package.workspace import Workspace
from validators.rerun_codes import CONTRACT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME = "rerun.toml"
"""The file of the contract."""

MAX_BYTES = 64 << 10
"""How large it may be; a contract is a page of text."""

TEMPLATE = ("python", "predict.py", "--model", PLACES[0], "--data", PLACES[1],
            "--output", PLACES[2])  # fmt: skip
"""What is run where `predict.py` takes the arguments of the student template."""

OPTIONS = frozenset({"--model", "--data", "--output"})
"""The options by which the template's `predict.py` is known."""

_KEYS = ("command", "folder", "outputs", "generation")
_PLACE = re.compile("|".join(map(re.escape, PLACES)))
_Number = Union[int, float]
# Key of [generation] → field of Settings, smallest and largest value.
_NUMBERS: dict[str, tuple[str, _Number, _Number]] = {
    "max_length": ("max_length", 1, 4096),
    "max_new_tokens": ("max_length", 1, 4095),
    "num_beams": ("beams", 1, 64),
    "no_repeat_ngram_size": ("no_repeat_ngram", 0, 100),
    "length_penalty": ("length_penalty", -100.0, 100.0),
    "max_input_tokens": ("max_input_tokens", 1, 65536),
}
_GENERATION = (*_NUMBERS, "early_stopping", "prefix")
# What transformers generates at most where nothing is said.
_DEFAULT = Settings(max_length=20)


@dataclass(frozen=True)
class Contract:
    """A `rerun.toml` that can be used: what is run, if it says so, and the declared settings."""

    path: str
    entry: Optional[Entry] = None
    settings: Optional[Settings] = None


@dataclass(frozen=True)
class ReadContract:
    """What came of looking for a `rerun.toml`: the contract, if it can be used, and findings."""

    contract: Optional[Contract] = None
    findings: tuple[Finding, ...] = ()


class _WrongValueError(ValueError):
    """A value that can't be used; the text says what was found and what is expected."""


def read_contract(root: Path, files: Sequence[str]) -> ReadContract:
    """The contract at the top of the package, or in the one folder of it that has one."""
    found = sorted(
        path for path in files if same(posixpath.basename(path)) == NAME and not is_leftover(path)
    )
    top = [path for path in found if "/" not in path]
    if not found:
        return ReadContract()
    if len(top or found) > 1:
        told = ", ".join(quoted(path) for path in (top or found)[:3])
        message = f"{len(top or found)} of them ({told}); expected one."
        return ReadContract(findings=(CONTRACT.at(Place((top or found)[0]), message),))
    (path,) = top or found
    try:
        values = _values(root, path)
        contract = _contract(values, path, files)
    except _WrongValueError as wrong:
        return ReadContract(findings=(CONTRACT.at(Place(path), str(wrong)),))
    return ReadContract(contract, tuple(_unknown(values, path)))


def template_entry(path: str) -> Entry:
    """The student template's contract for the `predict.py` at the path."""
    folder, _, name = path.rpartition("/")
    command = (TEMPLATE[0], name, *TEMPLATE[2:])
    return Entry("contract", command, folder, (), "predict.py takes --model, --data and --output")


def command_line(entry: Entry, model: str, data: str, output: str) -> tuple[str, ...]:
    """The words that are run, with the paths in the places of a contract."""
    if entry.kind != "contract":
        return entry.command
    values = dict(zip(PLACES, (model, data, output)))
    # In one pass, so that a path that looks like a place is not replaced again.
    return tuple(_PLACE.sub(lambda place: values[place[0]], word) for word in entry.command)


def _values(root: Path, path: str) -> dict[str, Any]:
    try:
        data = Workspace("", root).read(File(path, 0), MAX_BYTES + 1)
    except (OSError, ValueError) as trouble:
        raise _WrongValueError(f"it can't be opened ({type(trouble).__name__}).") from trouble
    if len(data) > MAX_BYTES:
        raise _WrongValueError(f"it is over {MAX_BYTES:,} bytes; expected a page of text.")
    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as trouble:
        raise _WrongValueError("it is not UTF-8; expected UTF-8.") from trouble
    except (ValueError, RecursionError) as trouble:
        raise _WrongValueError(f"not valid TOML ({str(trouble)[:120]}).") from trouble


def _contract(values: dict[str, Any], path: str, files: Sequence[str]) -> Contract:
    above = path.rpartition("/")[0]
    folder = _folder(values.get("folder", ""), above, files)
    found = None
    if "command" in values:
        found = replace(
            _entry(_words(values["command"]), folder, files),
            outputs=_outputs(values.get("outputs", [])),
            found_by=path,
        )
    settings = _settings(values["generation"]) if "generation" in values else None
    return Contract(path, found, settings)


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        try:
            words = words_of(value)
        except ValueError as trouble:
            raise _WrongValueError(f"command can't be split into words ({trouble}).") from trouble
        if len(split(words)) > 1:
            raise _WrongValueError(f"command is {quoted(value)}; expected one command, no shell.")
        return words
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise _WrongValueError("command is no list of words; expected a list or one line of text.")
    return list(value)


def _entry(words: list[str], folder: str, files: Sequence[str]) -> Entry:
    line: Optional[Line] = understood(words) if words and len(words) <= 200 else None
    if line is None or line.vague or not all(map(str.isprintable, words)):
        typed = quoted(" ".join(words), 80)
        told = f" ({line.vague})" if line is not None and line.vague else ""
        wanted = f"expected python and a script, or a notebook ({' or '.join(CODE_SUFFIXES)})"
        raise _WrongValueError(f"command is {typed}{told}; {wanted}.")
    path = find(line.file, folder, {same(path): path for path in sorted(files)})
    if not path:
        raise _WrongValueError(
            f"command names {quoted(line.file)}; expected a file of the package."
        )
    return entry(replace(line, folder=folder), path, "")


def _folder(value: Any, above: str, files: Sequence[str]) -> str:
    if not isinstance(value, str):
        raise _WrongValueError("folder is no text; expected a folder's path in quotes.")
    joined = posixpath.normpath(posixpath.join(above, value.replace("\\", "/")))
    folder = "" if joined == "." else joined
    start = same(f"{folder}/")
    inside = next((path for path in sorted(files) if same(path).startswith(start)), None)
    if folder and inside is None:
        raise _WrongValueError(f"folder is {quoted(value)}; expected a folder of the package.")
    return "/".join((inside or "").split("/")[: folder.count("/") + 1]) if folder else ""


def _outputs(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or len(names) > 20:
        raise _WrongValueError("outputs is no list of at most 20 names; expected names of CSVs.")
    for name in names:
        if not isinstance(name, str) or not name.isprintable() or not _inside(name):
            raise _WrongValueError(
                f"outputs holds {_told(name)}; expected paths inside of the folder."
            )
    return tuple(dict.fromkeys(posixpath.normpath(name.replace("\\", "/")) for name in names))


def _told(value: Any) -> str:
    """The value as a message shows it; a number of thousands of digits isn't written out."""
    if isinstance(value, int) and not -(10**30) < value < 10**30:
        return "a number of more than 30 digits"
    return quoted(value) if isinstance(value, str) else quoted(str(value))


def _inside(name: str) -> bool:
    plain = name.replace("\\", "/")
    return bool(name) and len(name) <= 200 and ".." not in plain.split("/") and plain[0] != "/"


def _settings(table: Any) -> Settings:
    if not isinstance(table, dict):
        raise _WrongValueError("generation is no table; expected [generation] and its keys below.")
    if "max_length" in table and "max_new_tokens" in table:
        raise _WrongValueError("max_length and max_new_tokens are both given; expected one.")
    found: dict[str, Any] = {}
    for key, (field, least, most) in _NUMBERS.items():
        if key in table:
            value = _number(key, table[key], least, most)
            # The start token counts as one of max_length, and not of max_new_tokens.
            found[field] = value + 1 if key == "max_new_tokens" else value
    if "early_stopping" in table:
        if not isinstance(table["early_stopping"], bool):
            raise _WrongValueError("early_stopping is not true or false; expected one of them.")
        found["early_stopping"] = table["early_stopping"]
    if "prefix" in table:
        if not isinstance(table["prefix"], str) or len(table["prefix"]) > 200:
            raise _WrongValueError("prefix is no text of at most 200 characters; expected one.")
        found["prefix"] = table["prefix"]
    return replace(_DEFAULT, **found)


def _number(key: str, value: Any, least: _Number, most: _Number) -> _Number:
    whole = isinstance(least, int)
    right = isinstance(value, int) or (not whole and isinstance(value, float))
    if isinstance(value, bool) or not right or not least <= value <= most or math.isnan(value):
        kind = "a whole number" if whole else "a number"
        raise _WrongValueError(
            f"{key} is {_told(value)}; expected {kind} from {least:g} to {most:g}."
        )
    return value if whole else float(value)


def _unknown(values: dict[str, Any], path: str) -> list[Finding]:
    """A finding for each key that means nothing to us, the first few of them."""
    generation = values.get("generation")
    inner = generation if isinstance(generation, dict) else {}
    found = []
    for keys, known in ((values, _KEYS), (inner, _GENERATION)):
        for key in sorted(set(keys) - set(known))[:5]:
            near = difflib.get_close_matches(key[:50], known, 1)
            told = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}."
            message = f"there is no key {quoted(key)}; {told} The rest is used."
            found.append(CONTRACT.at(Place(path), message))
    return found
