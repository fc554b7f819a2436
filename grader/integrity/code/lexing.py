"""The tokens of Python text that need not be Python: never raises, and takes linear time.

The interpreter's own tokenizer stops at the first thing it doesn't know. A blank to fill in, a
`print` of Python 2 or a quote that is never closed must not lose a file here.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import NamedTuple

KEYWORDS = frozenset(keyword.kwlist) - {"True", "False", "None"}
"""Words that no name can be; the three that are values are literals here."""

_ENDS = {
    '"""': re.compile(r'\\.|"""', re.DOTALL),
    "'''": re.compile(r"\\.|'''", re.DOTALL),
}
_TOKEN = re.compile(
    r"""
      (?P<space> [ \t\f\v]+ | \\\n )
    | (?P<comment> \#[^\n]* )
    | (?P<newline> \n )
    | (?P<triple> (?:[rRbBuUfFtT]{1,2})? (?: \"\"\" | ''' ) )
    | (?P<string> (?:[rRbBuUfFtT]{1,2})?
          (?: "(?:[^"\\\n]+|\\.)*"? | '(?:[^'\\\n]+|\\.)*'? ) )
    | (?P<number> \.?\d (?: [eE][+-]?\d | [\w.] )* )
    | (?P<name> [^\W\d]\w* )
    | (?P<op> -> | := | \*\*=? | //=? | <<=? | >>=? | [-+*/%@&|^<>=!]= | <> | \.\.\. | . )
    """,
    re.VERBOSE | re.DOTALL,
)
# These begin a statement wherever they begin a line: a bracket before them was never closed.
_FRESH = frozenset({"def", "class", "import", "return", "while", "try", "with", "elif", "raise"})


class Token(NamedTuple):
    """One token: what it is (name, keyword, literal, string, op), its text, and its line."""

    kind: str
    text: str
    line: int


Statement = tuple[Token, ...]


def statements(text: str) -> Iterator[Statement]:
    """The logical lines of a text whose lines end in "\\n", without comments and docstrings."""
    held: list[Token] = []
    depth = 0
    fresh_line = True
    for token in _tokens(text):
        if token.kind == "newline":
            fresh_line = True
            if not depth:
                yield from _ended(held)
            continue
        if depth and fresh_line and token.kind == "keyword" and token.text in _FRESH:
            depth = 0
            yield from _ended(held)
        fresh_line = False
        if token.kind == "op":
            if token.text in "([{":
                depth += 1
            elif token.text in ")]}":
                depth = max(0, depth - 1)
            elif token.text == ";" and not depth:
                yield from _ended(held)
                continue
        held.append(token)
    yield from _ended(held)


def _ended(held: list[Token]) -> Iterator[Statement]:
    """The statement that was gathered, unless it is a mere string; `held` is emptied."""
    statement = tuple(held)
    held.clear()
    if statement and any(token.kind != "string" for token in statement):
        yield statement


def _tokens(text: str) -> Iterator[Token]:
    line, at = 1, 0
    never_closed: set[str] = set()
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found is not None  # the last alternative takes any character
        kind, start, at = found.lastgroup or "op", at, found.end()
        if kind == "triple":
            at = _closed(text, at, found.group()[-3:], never_closed)
        if kind == "newline":
            yield Token("newline", "\n", line)
        elif kind not in ("space", "comment"):
            yield _token(kind, found.group(), line)
        line += text.count("\n", start, at)


def _closed(text: str, at: int, quotes: str, never_closed: set[str]) -> int:
    """Where a string that begins at `at` ends; `at` itself where it never does."""
    if quotes in never_closed:
        return at
    for found in _ENDS[quotes].finditer(text, at):
        if found.group() == quotes:
            return found.end()
    # Looking for the end of each of many such would take the square of the time.
    never_closed.add(quotes)
    return at


def _token(kind: str, text: str, line: int) -> Token:
    if kind in ("triple", "string"):
        return Token("string", "", line)
    if kind == "number" or text in ("True", "False", "None"):
        return Token("literal", text, line)
    if kind == "name" and text in KEYWORDS:
        return Token("keyword", text, line)
    return Token(kind, text, line)
