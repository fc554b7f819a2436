"""CSV files that a TA exports or edits: any usual encoding and separator, and exact lines."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

MAX_BYTES = 64 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
# What a spreadsheet would take for a formula when a cell begins with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvFileError(ValueError):
    """A CSV file that can't be used; the text names file, line and what is wrong."""


@dataclass(frozen=True)
class Row:
    """One row with the line that it begins on; a missing cell is empty."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: Optional[int]) -> str:
        """The cell, without the spaces around it; empty where there is no such column."""
        if column is None or column >= len(self.cells):
            return ""
        return self.cells[column].strip()


def read_rows(path: Path, legacy_encoding: str) -> tuple[Row, ...]:
    """Every row that holds something, the header first. Raises CsvFileError."""
    text = _decoded(path, legacy_encoding)
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=lambda mark: (head.count(mark), mark == ","))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, before = [], 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(before + 1, tuple(cells)))
            before = reader.line_num
    except csv.Error as error:
        raise CsvFileError(f"{path.name}:{before + 1}: not a CSV row ({error}).") from error
    if not rows:
        raise CsvFileError(f"{path.name}: the file is empty; expected a header and rows.")
    return tuple(rows)


def column_of(header: Row, names: Sequence[str]) -> Optional[int]:
    """The column of the first of the names that is there, whatever its case and punctuation."""
    found = [heading(cell) for cell in header.cells]
    for name in map(heading, names):
        if name in found:
            return found.index(name)
    return None


def columns_of(header: Row, names: Mapping[str, Sequence[str]]) -> dict[str, Optional[int]]:
    """Where each field stands by the headings it may have."""
    return {field: column_of(header, spellings) for field, spellings in names.items()}


def heading(text: str) -> str:
    """A heading as it is compared: its letters and digits only, in one case and width."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def safe_cell(text: str) -> str:
    """The text as a cell that no spreadsheet executes; `plain_cell` gives it back."""
    # A text that begins with the mark itself gets a second one, so that both ways agree.
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def plain_cell(text: str) -> str:
    """The text that `safe_cell` made the cell of; a cell typed by hand stays as it is."""
    return text[1:] if re.match(r"'[=+\-@\t\r']", text) else text


def written(header: Sequence[str], rows: Iterator[Sequence[str]]) -> bytes:
    """The rows as a CSV that spreadsheets open rightly: a byte order mark, safe cells."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(header)
    table.writerows([safe_cell(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + out.getvalue().encode("utf-8", "backslashreplace")


def _decoded(path: Path, legacy_encoding: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CsvFileError(f"{path.name}: can't be read ({error.strerror or error}).") from error
    if len(data) > MAX_BYTES:
        raise CsvFileError(f"{path.name}: over {MAX_BYTES:,} bytes; expected a list of a class.")
    known = next((codec for mark, codec in _BOMS if data.startswith(mark)), "")
    for encoding in (known,) if known else ("utf-8", legacy_encoding):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            bad = data.count(b"\n", 0, error.start) + 1
        else:
            if "\0" in text:
                raise CsvFileError(f"{path.name}: holds NUL bytes, so it is no CSV text.")
            return text
    tried = known or f"UTF-8 nor {legacy_encoding}"
    raise CsvFileError(f"{path.name}:{bad}: not {tried} text. Save the file as CSV in UTF-8.")


def write_changed(path: Path, data: bytes) -> bool:
    """Write the file unless it holds these bytes already; whether it was changed.

    Written beside and renamed, so that a stopped run leaves the old file whole.
    """
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return True
