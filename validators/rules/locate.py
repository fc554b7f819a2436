"""On which line of a TOML text each key stands, which the parser itself does not tell."""

from __future__ import annotations

import re

_BARE_OR_QUOTED = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_BARE_OR_QUOTED}(?:\s*\.\s*{_BARE_OR_QUOTED})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_INLINE_KEY = re.compile(rf"(?:[{{,])\s*({_DOTTED})\s*=")
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|'
    + r"'''.*?'''"
    + r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[\[\]{}]""",
    re.DOTALL,
)

KeyPath = tuple[str, ...]


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line of every key and table header of a valid TOML text."""
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    number = 1
    for statement in _statements(text):
        header = _HEADER.match(statement)
        assignment = _ASSIGNMENT.match(statement)
        if header:
            table = _parts(header.group(2))
            lines.setdefault(table, number)
        elif assignment:
            key = table + _parts(assignment.group(1))
            lines.setdefault(key, number)
            for inner in _INLINE_KEY.finditer(statement, assignment.end()):
                line = number + statement.count("\n", 0, inner.start(1))
                lines.setdefault(key + _parts(inner.group(1)), line)
        number += statement.count("\n")
    return lines


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """The line of the key, or of the nearest table around it; 1 when nothing is named."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _statements(text: str) -> list[str]:
    """The text cut at the line ends that stand outside strings, brackets and comments."""
    statements, start, position, depth = [], 0, 0, 0
    for match in [*_TOKEN.finditer(text), None]:
        end = len(text) if match is None else match.start()
        while depth == 0 and (cut := text.find("\n", position, end)) >= 0:
            statements.append(text[start : cut + 1])
            start = position = cut + 1
        if match is not None:
            mark = match.group()
            depth += (mark in "[{") - (mark in "]}") if len(mark) == 1 else 0
            position = match.end()
    statements.append(text[start:])
    return statements


def _parts(dotted: str) -> KeyPath:
    found = re.findall(_BARE_OR_QUOTED, dotted)
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in found)
