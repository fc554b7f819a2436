"""Who hands in: the `[student]` table of `settings.toml`, read and filled in."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from validators.display import quoted
from validators.predictions.source import UnreadableError, read_start

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SETTINGS = "settings.toml"
"""The file of the student template that says who hands in."""

_MAX_BYTES = 1 << 20
_TABLE = re.compile(r"^\s*\[\s*student\s*\]\s*(#.*)?$")
_HEADER = re.compile(r"^\s*\[")
_STRING = r"""("(?:[^"\\]|\\.)*"|'[^']*')"""


class StudentError(ValueError):
    """Settings that don't say who hands in; the text says what to write."""


@dataclass(frozen=True)
class Student:
    """Who hands in, as the name of the zip says it."""

    id: str = ""
    name: str = ""

    @classmethod
    def of(cls, student_id: str, name: str) -> Student:
        """The student with the id in plain digits and the name in its composed form."""
        plain_id = unicodedata.normalize("NFKC", student_id).strip()
        return cls(plain_id, unicodedata.normalize("NFC", name).strip())


def is_work_folder(folder: Path) -> bool:
    """Whether somebody works in the folder: its settings have a [student], as the template's."""
    try:
        data, total = read_start(folder / SETTINGS, _MAX_BYTES)
        return total <= _MAX_BYTES and "student" in _values(data.decode("utf-8-sig"))
    except (UnreadableError, OSError, ValueError, RecursionError):  # no settings of the template
        return False


def student_in(folder: Path) -> Student:
    """The student that the folder's settings name; empty where they say nothing."""
    path = folder / SETTINGS
    if not path.exists() and not path.is_symlink():
        return Student()
    try:
        data, total = read_start(path, _MAX_BYTES)
        values = _values(data.decode("utf-8-sig"))
    except UnreadableError as reason:
        raise StudentError(f"{SETTINGS}: {reason}.") from None
    except (ValueError, RecursionError) as trouble:  # not UTF-8, or no TOML
        raise StudentError(f"{SETTINGS}: can't be read as TOML: {trouble}.") from None
    if total > _MAX_BYTES:
        raise StudentError(f"{SETTINGS}: has {total:,} bytes; expected a page of settings.")
    table = values.get("student", {})
    if not isinstance(table, dict):
        raise StudentError(f"{SETTINGS}: student is {quoted(str(table))}; expected a table.")
    return Student.of(*(_text(table.get(each.name, ""), each.name) for each in fields(Student)))


def filled_in(text: str, student: Student) -> str:
    """The settings with the student's id and name in place of the empty ones; the rest as it is."""
    given = {key: value for key, value in vars(student).items() if value}
    if not given:
        return text
    lines, inside = [], False
    for line in text.split("\n"):  # as TOML does; a text may hold other ends of line
        if _HEADER.match(line):
            inside = bool(_TABLE.match(line))
        for key, value in given.items() if inside else ():
            line = _with_value(line, key, value)
        lines.append(line)
    result = "\n".join(lines)
    wanted = _values(text)
    wanted["student"] = {**wanted.get("student", {}), **given}
    if _values(result) != wanted:
        raise StudentError(f"{SETTINGS}: there is no place for id and name in [student].")
    return result


def _with_value(line: str, key: str, value: str) -> str:
    """The line with the value, its comment where it was if there is room."""
    found = re.match(rf"^(\s*{key}\s*=\s*){_STRING}(\s*)(#[^\r]*)?(\r?)$", line)
    if not found:
        return line
    start, old, gap, comment, end = found.groups(default="")
    new = json.dumps(value, ensure_ascii=False)  # which TOML reads in the same way
    room = max(2, len(old) + len(gap) - _columns(new)) if comment else 0
    return f"{start}{new}{' ' * room}{comment}{end}"


def _columns(text: str) -> int:
    """How many columns of an editor the text takes."""
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)


def _values(text: str) -> dict[str, Any]:
    return tomllib.loads(text.replace("\r\n", "\n"))


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str):
        found = quoted(str(value))
        raise StudentError(f"{SETTINGS}: student.{key} is {found}; expected a text in quotes.")
    return value
