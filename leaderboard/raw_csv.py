"""A table in text whose cells can be replaced one by one, every other byte staying as it was."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Optional

from leaderboard.exporting import ExportError

DELIMITERS = (",", ";", "\t")
"""What stands between cells in the files of course sites and of the spreadsheets that save them."""
BOM = "\ufeff"
"""What some programs put first into a file; it stays part of the first cell's raw text."""


class SheetError(ExportError):
    """A file that can't be filled in; the text says why."""


@dataclass(frozen=True)
class Cell:
    """One cell as written, and the delimiter or line end behind it."""

    raw: str
    end: str

    @property
    def text(self) -> str:
        """What the cell says, without its quotes."""
        raw = self.raw[1:] if self.raw.startswith(BOM) else self.raw
        return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw

    def saying(self, text: str) -> Cell:
        """The cell with another text, quoted if it was or has to be."""
        quotes = self.raw.startswith('"') or any(c in text for c in ',;\t"\r\n')
        return Cell('"' + text.replace('"', '""') + '"' if quotes else text, self.end)


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """The rows of a file, and how the file is written."""

    name: str
    rows: tuple[Row, ...]
    delimiter: str
    encoding: str

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        text = "".join(cell.raw + cell.end for row in self.rows for cell in row)
        return text.encode(self.encoding)

    def with_rows(self, rows: tuple[Row, ...]) -> Sheet:
        """The same kind of file with other rows."""
        return replace(self, rows=rows)

    def holds(self, text: str) -> bool:
        """Whether the file's encoding has every letter of the text."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


def parsed(name: str, data: bytes) -> Sheet:
    """The sheet in UTF-8, UTF-16 with its mark, or Big5, with commas, semicolons or tabs."""
    text, encoding = _decoded(name, data)
    widths = {mark: len(_row(text, 0, _pattern(mark))[0]) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: widths[mark])
    pattern = _pattern(delimiter)
    rows: list[Row] = []
    position = 0
    while position < len(text):
        row, position = _row(text, position, pattern)
        if not row:
            raise SheetError(f"{name}:{len(rows) + 1}: a quote stands where none may.")
        rows.append(row)
    return Sheet(name, tuple(rows), delimiter, encoding)


def number_of(text: str) -> Optional[Decimal]:
    """The number that a course site wrote, with a decimal point or comma; nothing if it is none."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _decoded(name: str, data: bytes) -> tuple[str, str]:
    marks = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    marked = tuple(encoding for mark, encoding in marks if data.startswith(mark))
    for encoding in marked or ("utf-8", "cp950"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Big5 has letters twice: what would not come back as the same bytes is not touched.
        if "\0" not in text and text.encode(encoding) == data:
            return text, encoding
    raise SheetError(
        f"{name}: neither UTF-8, nor UTF-16 with its mark, nor Big5. Save it as CSV in UTF-8."
    )


def _pattern(delimiter: str) -> re.Pattern[str]:
    """A quoted cell or a plain one, then what ends it; the mark of the file may stand first."""
    mark = re.escape(delimiter)
    return re.compile(rf'({BOM}?"(?:[^"]|"")*"|[^"{mark}\r\n]*)({mark}|\r\n|\n|\r|\Z)')


def _row(text: str, position: int, pattern: re.Pattern[str]) -> tuple[Row, int]:
    """The row at the position and where the next begins; no row where a quote stands wrong."""
    cells: list[Cell] = []
    while True:
        found = pattern.match(text, position)
        if found is None:
            return (), position
        cells.append(Cell(found[1], found[2]))
        position = found.end()
        if found[2] not in DELIMITERS:
            return tuple(cells), position
