"""The header of a predictions CSV: which columns it names, and what is wrong with it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from validators.display import listed, quoted
from validators.findings import Finding, Place
from validators.predictions import codes
from validators.predictions.scanning import Record
from validators.rules.records import IdRange, PredictionRules

_DELIMITERS = {
    ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "，": "full-width commas",
    "；": "full-width semicolons", ":": "colons", " ": "spaces",
}  # fmt: skip
_UNSEEN = re.compile("[\ufeff\u200b-\u200f\u2060\xad\"'_\\-\\s]+")
_INDEX_NAMES = re.compile(r"|index|unnamed: ?\d+|level_\d+", re.IGNORECASE)
_FIRST_LINES = 5
_FIRST_CHARACTERS = 20_000


@dataclass(frozen=True)
class Header:
    """Which of the wanted columns stands where, exactly or nearly; -1 where it is not there."""

    fields: tuple[str, ...]
    wanted: tuple[str, str]
    at: tuple[int, int]

    @property
    def complete(self) -> bool:
        """Whether both columns are there, perhaps under other names."""
        return -1 not in self.at

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """The pairs of found and wanted name that are near but not equal."""
        pairs = ((self.fields[at], name) for at, name in zip(self.at, self.wanted) if at >= 0)
        return tuple((found, name) for found, name in pairs if found != name)

    @property
    def surplus(self) -> tuple[str, ...]:
        """The columns that nobody asked for."""
        return tuple(name for at, name in enumerate(self.fields) if at not in self.at)


def read_header(fields: tuple[str, ...], rules: PredictionRules) -> Header:
    """The wanted columns among the fields: by their exact name, or else by the nearest."""
    wanted = (rules.id_column, rules.text_column)
    at = [fields.index(name) if name in fields else -1 for name in wanted]
    for number, name in enumerate(wanted):
        if at[number] < 0:
            free = [index for index in range(min(len(fields), 100)) if index not in at]
            ranked = sorted((-_likeness(fields[index], name), index) for index in free)
            if ranked and ranked[0][0] <= -0.5:
                at[number] = ranked[0][1]
    return Header(fields, wanted, (at[0], at[1]))


def other_delimiter(line: str, rules: PredictionRules) -> Optional[str]:
    """The character that separates both columns in the line, when it is not the right one."""
    for delimiter in _DELIMITERS:
        if delimiter != rules.delimiter:
            header = read_header(tuple(_stripped(line.split(delimiter))), rules)
            if header.complete:
                return delimiter
    return None


def separating(found: str, rules: PredictionRules) -> str:
    """How to get the right separator in place of the one that was found."""
    right = _DELIMITERS[rules.delimiter]
    remedy = f"Write the file with {right} between the columns: sep={rules.delimiter!r}."
    # Excel takes its separator from the system, whatever kind of CSV is saved.
    if (found, rules.delimiter) == (";", ","):
        remedy += (
            " In Excel: set the system's list separator to a comma (Windows: Region, Additional "
            'settings), start Excel again and save as "CSV UTF-8".'
        )
    elif (found, rules.delimiter) == ("\t", ","):
        remedy += ' In Excel: save as "CSV UTF-8", not as text.'
    return remedy


def separated_by(start: str, rules: PredictionRules) -> tuple[str, str]:
    """The wrong separator of the first row and its name; empty where there is none to be seen."""
    lines = start.lstrip().splitlines()
    found = other_delimiter(lines[0], rules) if lines else None
    return ("", "") if found is None else (found, _DELIMITERS[found])


def header_findings(
    header: Header, first: Record, text: str, place: str, rules: PredictionRules
) -> Iterator[Finding]:
    """Everything about the header row: separator, names, order and number of the columns."""
    here = Place(place, first.line)
    expected = ", ".join(quoted(name) for name in header.wanted)
    if not header.complete:
        yield _incomplete(header, here, text, expected, rules)
        return
    if header.renamed:
        yield _renamed(header, here)
    if header.surplus:
        yield _surplus(header, here, expected)
    elif header.at[0] > header.at[1]:
        message = f"the columns are {listed(header.fields, 2)}; the usual order is {expected}."
        yield codes.COLUMN_ORDER.at(here, message)


def _incomplete(
    header: Header, here: Place, text: str, expected: str, rules: PredictionRules
) -> Finding:
    start = text.lstrip(" \t\r\n")[:_FIRST_CHARACTERS]
    lines = [line for line in re.split(r"\r\n|\n|\r", start) if line.strip()] or [""]
    delimiter = other_delimiter(lines[0], rules)
    if delimiter is not None:
        found, right = _DELIMITERS[delimiter], _DELIMITERS[rules.delimiter]
        message = f"the columns are separated by {found}; expected {right}."
        remedy = separating(delimiter, rules)
        return codes.DELIMITER.at(here, message, remedy, found=delimiter)
    for later, line in enumerate(lines[1:_FIRST_LINES], 2):
        # Excel writes "sep=;" above the header, and then separates by that.
        rows = (line.split(delimiter) for delimiter in _DELIMITERS)
        if any(sorted(_stripped(row)) == sorted(header.wanted) for row in rows):
            message = (
                f"the columns are named in row {later}, below {quoted(lines[0])}; expected "
                f"in the first row."
            )
            return codes.NO_HEADER.at(here, message, "Remove what stands above the header.")
    if any(_is_id(value, rules) for value in header.fields):
        shown = listed(header.fields, len(header.fields), 2)
        message = f"the first row is data ({shown}); expected the column names {expected}."
        remedy = f"Put the line {rules.delimiter.join(header.wanted)} at the top of the file."
        return codes.NO_HEADER.at(here, message, remedy)
    lost = tuple(name for at, name in zip(header.at, header.wanted) if at < 0)
    shown = listed(header.fields, len(header.fields))
    names = f"column {quoted(lost[0])} is" if len(lost) == 1 else f"columns {expected} are"
    message = f"{names} missing; the first row names {shown}."
    return codes.MISSING_COLUMN.at(here, message, missing=lost, columns=header.fields[:20])


def _renamed(header: Header, here: Place) -> Finding:
    told = [
        f"column {quoted(found)} {_difference(found, name)}expected {quoted(name)}"
        for found, name in header.renamed
    ]
    names = " and ".join(quoted(name) for _, name in header.renamed)
    remedy = f"Name the column exactly {names}."
    found = tuple(name for name, _ in header.renamed)
    return codes.COLUMN_NAME.at(here, "; ".join(told) + ".", remedy, found=found)


def _surplus(header: Header, here: Place, expected: str) -> Finding:
    surplus, remedy = header.surplus, ""
    found = f"{len(header.fields)} columns"
    if len(surplus) == 1 and _INDEX_NAMES.fullmatch(surplus[0].strip()):
        index = "a column without a name" if not surplus[0].strip() else quoted(surplus[0])
        if header.fields[0] == surplus[0]:
            message = (
                f"{found}, the first is {index}, the row index of pandas; expected {expected}."
            )
            remedy = "Write the file with to_csv(..., index=False)."
        else:
            message = f"{found}, one of them {index}; expected {expected}."
            if not header.fields[-1]:
                remedy = "Remove the separator at the end of each row."
    else:
        message = f"{found}, among them {listed(surplus, len(surplus))}; expected {expected}."
    return codes.EXTRA_COLUMN.at(here, message, remedy, extra=surplus[:20])


def _difference(found: str, name: str) -> str:
    if found.strip() == name:
        return "has white space around it; "
    if _UNSEEN.sub("", found) == name:
        return "has quotes or invisible characters in it; "
    if found.casefold() == name.casefold():
        return "differs in case; "
    if unicodedata.normalize("NFKC", found) == name:
        return "is written in full-width letters; "
    return "is not the name; "


def _is_id(value: str, rules: PredictionRules) -> bool:
    if isinstance(rules.ids, IdRange):
        return re.fullmatch(r"[0-9]{1,18}(\.0)?", value.strip()) is not None
    return value.strip() in rules.ids.values


def _stripped(values: list[str]) -> Iterator[str]:
    return (value.strip().strip('"') for value in values)


def _likeness(found: str, name: str) -> float:
    """1 for names that differ only in case, width or unseen characters, less for others."""
    if len(found) > 100:
        return 0.0
    left, right = (
        _UNSEEN.sub("", unicodedata.normalize("NFKC", value)).casefold() for value in (found, name)
    )
    if left and left == right:
        return 1.0
    short, long = sorted((left, right), key=len)
    if len(short) >= 2 and long.startswith(short) and len(short) >= 0.5 * len(long):
        return 0.9
    ratio = difflib.SequenceMatcher(None, left, right).ratio()
    return ratio if ratio >= 0.75 else 0.0
