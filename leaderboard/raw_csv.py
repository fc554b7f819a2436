"""A CSV whose cells can be replaced one by one, while every other byte stays as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A quoted cell or a plain one, then what ends it.
_CELL = re.compile(r'("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|\n|\r|\Z)')


class SheetError(ValueError):
    """A file that can't be filled in; the text says why."""


@dataclass(frozen=True)
class Cell:
    """One cell as written, and the comma or line end behind it."""

    raw: str
    end: str

    @property
    def text(self) -> str:
        """What the cell says, without its quotes."""
        return self.raw[1:-1].replace('""', '"') if self.raw.startswith('"') else self.raw

    def saying(self, text: str) -> Cell:
        """The cell with another text, quoted if it was or has to be."""
        quotes = self.raw.startswith('"') or any(c in text for c in ',"\r\n')
        return Cell('"' + text.replace('"', '""') + '"' if quotes else text, self.end)


Rows = tuple[tuple[Cell, ...], ...]


def parsed(name: str, data: bytes) -> Rows:
    """The rows of a comma-separated file in UTF-8; a BOM stays part of the first cell."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SheetError(f"{name}: not UTF-8.") from error
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    position = 0
    while position < len(text) or row:
        found = _CELL.match(text, position)
        if found is None:
            raise SheetError(f"{name}:{len(rows) + 1}: a quote stands where none may.")
        row.append(Cell(found[1], found[2]))
        position = found.end()
        if found[2] != ",":
            rows.append(tuple(row))
            row = []
    return tuple(rows)


def written(rows: Rows) -> bytes:
    """The bytes of the file."""
    return "".join(cell.raw + cell.end for row in rows for cell in row).encode()
