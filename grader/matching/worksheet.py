"""Moodle's grading worksheet: whose the participant ids are, and when each handed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Optional

from grader.csv_files import CsvFileError, Row, columns_of, heading, read_rows
from grader.matching.times import read_time
from grader.roster import EMAIL_HEADINGS, ID_HEADINGS, NAME_HEADINGS, tidy_id
from validators.rules import Rules

_HEADINGS = {"student": ID_HEADINGS, "name": NAME_HEADINGS, "email": EMAIL_HEADINGS}
_CHANGED = re.compile(r"modifi|geändert|änder|修改|更新|変更|更改")
_HANDED_IN = re.compile(r"submission|abgabe|remise|entrega|consegna|提交|繳交|缴交|提出")
_PARTICIPANT = re.compile(r"[^\d]*?([0-9]{1,19})")
_NOTHING = frozenset({"", "-", "–", "—"})


@dataclass(frozen=True)
class WorksheetRow:
    """One participant; `received` is None where `modified` is empty or can't be read."""

    participant: str
    name: str
    student_id: str
    email: str
    modified: str
    received: Optional[datetime]

    @property
    def unreadable(self) -> bool:
        """Whether there is a time that could not be read."""
        return self.received is None and self.modified not in _NOTHING


def read_worksheet(path: Path, rules: Rules) -> tuple[WorksheetRow, ...]:
    """The rows of a grading worksheet in any language. Raises CsvFileError."""
    header, *rows = read_rows(path, rules.package.legacy_name_encoding)
    columns = columns_of(header, _HEADINGS)
    columns["modified"] = _modified(header)
    first = _identifier(header, rows)
    if first is None:
        raise CsvFileError(
            f"{path.name}:{header.line}: no column of participants (Participant 123, …). "
            "Give the grading worksheet that the course site exports for this assignment."
        )
    found: dict[str, WorksheetRow] = {}
    for row in rows:
        worksheet_row = _row(row, first, columns, rules)
        number = worksheet_row.participant
        if not number:
            raise CsvFileError(f"{path.name}:{row.line}: there is no participant id.")
        if number in found:
            raise CsvFileError(f'{path.name}:{row.line}: the participant "{number}" is repeated.')
        found[number] = worksheet_row
    return tuple(found[number] for number in sorted(found, key=int))


def _row(row: Row, first: int, columns: dict[str, Optional[int]], rules: Rules) -> WorksheetRow:
    modified = row.cell(columns["modified"])
    return WorksheetRow(
        participant=_number(row.cell(first)),
        name=unicodedata.normalize("NFC", row.cell(columns["name"])),
        student_id=tidy_id(row.cell(columns["student"]), rules) or "",
        email=row.cell(columns["email"]),
        modified=modified,
        received=read_time(modified),
    )


def _modified(header: Row) -> Optional[int]:
    for position, cell in enumerate(header.cells):
        name = heading(cell)
        if _CHANGED.search(name) and _HANDED_IN.search(name):
            return position
    return None


def _identifier(header: Row, rows: Sequence[Row]) -> Optional[int]:
    """The column of `Participant 123`: its heading and its word are in the site's language."""
    for position in range(len(header.cells)):
        cells = [row.cell(position) for row in rows]
        if any(cells) and all(_number(cell) and not cell.isdecimal() for cell in cells if cell):
            return position
        if heading(header.cells[position]) == "identifier":
            return position
    return None


def _number(text: str) -> str:
    match = _PARTICIPANT.fullmatch(text)
    return str(int(match.group(1))) if match else ""
