"""CSV text as records, read as pandas' own tokenizer reads it, with everything odd on the way.

The rules are those of `pandas.read_csv` with its default arguments: a field is quoted when its
very first character is a double quote; quotes elsewhere are text; `\\n`, `\\r\\n` and a lone `\\r`
end a record outside of quotes; lines of nothing but spaces and tabs are skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Optional

# Repetitions are bounded because the regex engine keeps a note of each: a hostile file of nothing
# but quotes must not fill the memory. The loops around the patterns go on where they stopped.
_QUOTED_PART = re.compile(r'[^"]*(?:""[^"]*){0,1000}')
_LINE_END = re.compile(r"\r\n|\n|\r")
MAX_FIELDS_OF_A_ROW = 10_000


@dataclass(frozen=True)
class Record:
    """One record: its fields, and the physical line that it starts on."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Torn:
    """A field that goes on after its closing quote: where that opened and closed, and the rest."""

    opened: int
    closed: int
    rest: str


@dataclass
class Scan:
    """What a scan gives: records, and the physical lines of everything that is odd.

    The only mutable record of ours: it is filled here and read once, right after.
    """

    header: Record = Record(1, ())
    records: list[Record] = field(default_factory=list)
    blank: int = 0
    first_blank: Optional[int] = None
    led_by_space: list[int] = field(default_factory=list)
    led_after_return: list[int] = field(default_factory=list)
    quoted: list[int] = field(default_factory=list)
    unquoted: list[int] = field(default_factory=list)
    bare_quotes: list[int] = field(default_factory=list)
    several_lines: list[int] = field(default_factory=list)
    torn: list[Torn] = field(default_factory=list)
    unclosed: Optional[int] = None
    stopped: Optional[int] = None


@dataclass(frozen=True)
class _Patterns:
    """The patterns that depend on the delimiter."""

    blank: re.Pattern[str]
    spaces: str
    unquoted: re.Pattern[str]


@lru_cache(maxsize=8)
def _patterns(delimiter: str) -> _Patterns:
    spaces = " \t".replace(delimiter, "")
    # The lookahead around the group keeps the engine from giving spaces back one by one.
    line = rf"(?=([{spaces}]+))\1(?=[\r\n]|\Z)"
    blank = re.compile(rf"(?:[\r\n]+|{line}){{0,1000}}")
    return _Patterns(blank, spaces, re.compile(rf"[^{re.escape(delimiter)}\r\n]*"))


def scan(text: str, delimiter: str, max_steps: int) -> Scan:
    """All records of the text; reading stops where it took more than `max_steps` fields."""
    scanner = _Scanner(text, delimiter, max_steps)
    found = scanner.found
    if scanner.goes_on():
        found.header = scanner.record()
    while scanner.goes_on():
        found.records.append(scanner.record())
    return found


def line_ends(text: str) -> int:
    """How many physical lines end in the text."""
    if "\r" not in text:
        return text.count("\n")
    return text.count("\n") + text.count("\r") - text.count("\r\n")


class _Scanner:
    """A position in the text that moves forward, record by record."""

    def __init__(self, text: str, delimiter: str, max_steps: int) -> None:
        self.text, self.delimiter, self.max_steps = text, delimiter, max_steps
        self.patterns = _patterns(delimiter)
        self.found = Scan()
        self.position, self.line, self.steps = 0, 1, 0

    def goes_on(self) -> bool:
        """Past blank lines; whether a record follows and may be read."""
        if self.found.stopped is not None:
            return False
        self._skip_blank()
        if self.position >= len(self.text):
            return False
        if self.steps + self.found.blank > self.max_steps:
            self.found.stopped = self.line
            return False
        return True

    def _skip_blank(self) -> None:
        start = end = self.position
        # Each full match is over 400 lines, so that what is left after these is too much anyhow.
        for _ in range(self.max_steps // 400 + 2):
            match = self.patterns.blank.match(self.text, end)
            assert match is not None  # it matches the empty text
            if match.end() == end:
                break
            end = match.end()
        if end > start:
            skipped = self.text[start:end]
            # What stands before the first line end of `skipped` is the first blank line itself.
            count = line_ends(skipped) + (not skipped.endswith(("\r", "\n")))
            self.found.blank += count
            if self.found.first_blank is None:
                self.found.first_blank = self.line
            self.line += line_ends(skipped)
            self.position = end

    def record(self) -> Record:
        """The record that begins here."""
        text, delimiter, found = self.text, self.delimiter, self.found
        line, fields, quoted = self.line, [], 0
        if text[self.position] in self.patterns.spaces:
            found.led_by_space.append(line)
            if self.position and text[self.position - 1] == "\r":
                found.led_after_return.append(line)
        while True:
            self.steps += 1
            if text.startswith('"', self.position):
                quoted += 1
                fields.append(self._quoted())
            else:
                fields.append(self._unquoted())
            if not text.startswith(delimiter, self.position):
                break
            self.position += 1
            if len(fields) > MAX_FIELDS_OF_A_ROW:
                found.stopped, self.position = self.line, len(text)
                break
        if quoted:
            found.quoted.append(line)
        if quoted < len(fields):
            found.unquoted.append(line)
        self._end_line()
        return Record(line, tuple(fields))

    def _unquoted(self) -> str:
        match = self.patterns.unquoted.match(self.text, self.position)
        assert match is not None  # it matches the empty text
        self.position = match.end()
        value = match.group()
        if '"' in value:
            self.found.bare_quotes.append(self.line)
        return value

    def _quoted(self) -> str:
        """The value of the field whose opening quote is here; pandas glues on what follows it."""
        text, opened, start = self.text, self.line, self.position + 1
        end = start
        while True:
            match = _QUOTED_PART.match(text, end)
            assert match is not None  # it matches the empty text
            end = match.end()
            if not text.startswith('""', end):
                break
        value = text[start:end].replace('""', '"')
        breaks = line_ends(text[start:end])
        self.line += breaks
        if end == len(text):
            self.found.unclosed, self.position = opened, end
            return value
        if breaks:
            self.found.several_lines.append(opened)
        self.position = end + 1
        rest = self.patterns.unquoted.match(text, self.position)
        assert rest is not None  # it matches the empty text
        if rest.end() > self.position:
            self.found.torn.append(Torn(opened, self.line, rest.group()))
            self.position = rest.end()
        return value + rest.group()

    def _end_line(self) -> None:
        match = _LINE_END.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
            self.line += 1
