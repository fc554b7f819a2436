"""Canvas's own exported gradebook, cut down to the one assignment whose marks are filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from leaderboard.audience import Row, View
from leaderboard.board import folded
from leaderboard.canvas_match import Student, matched
from leaderboard.display import clean
from leaderboard.exporting import Exported, Given, count
from leaderboard.raw_csv import Cell, Sheet, SheetError, number_of, parsed

_NAMES = ("Student", "LastName", "FirstName")
_IDENTITY = (*_NAMES, "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account")
_LAST = "Section"
_ASSIGNMENT = re.compile(r"(.*)\s\((\d+)\)", re.DOTALL)
# Canvas takes a column with one of these in its header for a total of its own and drops it.
_TOTAL = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class _Place:
    """Where things stand in the gradebook."""

    names: tuple[str, ...]
    assignment: int
    points_row: int


def canvas(view: View, given: Given) -> Exported:
    """The import file: who each row is, one assignment, and the rows that get a mark."""
    assert given.gradebook is not None
    assert given.assignment is not None
    sheet = parsed(given.gradebook.name, given.gradebook.data)
    names = _identity(sheet)
    at = _column(sheet, len(names), given.assignment)
    place = _Place(names, at, _points_row(sheet, at))
    most = _most(sheet, place)
    students = _students(sheet, place)
    found = matched(students, view)
    rows, said = [_kept(sheet, place, 0), _kept(sheet, place, place.points_row)], []
    for student in students:
        cells, match = sheet.rows[student.line - 1], found.of.get(student.line)
        reason = found.refused.get(student.line, "is no entrant of the board")
        if match is not None:
            reason = _left_out(match.row, cells[at].text.strip(), most)
        if match is None or reason:
            said.append(f"line {student.line}, {student.name}: left out: {reason}")
            continue
        rows.append(_kept(sheet, place, student.line - 1, match.row.mark or ""))
        if match.key == "name":
            said.append(f"line {student.line}, {student.name}: found by name only: check it")
    said += found.missing
    by = ", ".join(f"{number} by {key}" for key, number in found.counts if number)
    done = f"{count(len(rows) - 2, 'grade')} to import; found {by or 'nobody'}"
    data = sheet.with_rows(tuple(rows)).data
    return Exported((("", data),), (done, *map(clean, said)))


def _identity(sheet: Sheet) -> tuple[str, ...]:
    header = [cell.text.strip() for cell in sheet.rows[0]] if sheet.rows else []
    names = tuple(header[: header.index(_LAST) + 1]) if _LAST in header else ()
    known = all(name in _IDENTITY for name in names[:-1]) and len(set(names)) == len(names)
    if not known or "ID" not in names or names[0] not in _NAMES:
        raise SheetError(
            f'{sheet.name}: the first row has no "Student", "ID" and "Section". Give the CSV that '
            "Canvas exports: Grades, Export, Export Entire Gradebook."
        )
    return names


def _column(sheet: Sheet, start: int, wanted: str) -> int:
    """The one column of the assignment, by its title, its number or both as in the header."""
    headers = [cell.text.strip() for cell in sheet.rows[0]]
    titled = {n: found for n, text in enumerate(headers) if (found := _ASSIGNMENT.fullmatch(text))}
    titled = {n: found for n, found in titled.items() if n >= start}
    key = folded(wanted.strip())
    for group in (0, 2, 1):
        places = [n for n, found in titled.items() if folded(found[group].strip()) == key]
        if len(places) == 1:
            if _TOTAL.search(headers[places[0]]):
                raise SheetError(
                    f'{sheet.name}: Canvas takes "{clean(headers[places[0]])}" for a total of its '
                    "own and would drop it. Rename the assignment and export again."
                )
            return places[0]
        if places:
            listed = ", ".join(clean(headers[n]) for n in places)
            raise SheetError(
                f'{sheet.name}: {len(places)} assignments are "{clean(wanted)}": {listed}. Give '
                "the number in brackets to --assignment."
            )
    listed = ", ".join(clean(headers[n]) for n in titled) or "none"
    raise SheetError(
        f'{sheet.name}: no assignment is "{clean(wanted)}". Give one of these to --assignment: '
        f"{listed}."
    )


def _points_row(sheet: Sheet, at: int) -> int:
    for number, row in enumerate(sheet.rows[:10]):
        if number and row[0].text.strip() == "Points Possible" and len(row) > at:
            return number
    raise SheetError(f'{sheet.name}: no row "Points Possible". Export the gradebook again.')


def _most(sheet: Sheet, place: _Place) -> Decimal:
    text = sheet.rows[place.points_row][place.assignment].text.strip()
    most = number_of(text)
    if most is None:
        raise SheetError(
            f'{sheet.name}: the points possible of the assignment are "{clean(text)}", which is no '
            "number: Canvas takes no grades for it. Set its points in Canvas and export again."
        )
    return most


def _students(sheet: Sheet, place: _Place) -> tuple[Student, ...]:
    """The rows behind the points possible; the notes on posting stand before them."""
    found = []
    for line, row in enumerate(sheet.rows[place.points_row + 1 :], place.points_row + 2):
        if not any(cell.text.strip() for cell in row):
            continue
        if len(row) <= place.assignment:
            raise SheetError(f"{sheet.name}:{line}: {len(row)} cells, fewer than the header.")
        found.append(Student.of(line, dict(zip(place.names, (cell.text for cell in row)))))
    return tuple(found)


def _kept(sheet: Sheet, place: _Place, number: int, mark: str = "") -> tuple[Cell, ...]:
    """Who the row is and the assignment's cell, every byte as it came but for a mark."""
    row = sheet.rows[number]
    cell = row[place.assignment].saying(mark) if mark else row[place.assignment]
    return (*row[: len(place.names)], Cell(cell.raw, sheet.rows[0][-1].end))


def _left_out(row: Row, grade: str, most: Decimal) -> str:
    """Why the row is not in the file, or nothing: a blank cell would delete a grade in Canvas."""
    if row.mark is None:
        return "has no mark yet"
    mark, old = Decimal(row.mark), number_of(grade)
    if folded(grade) == "ex":
        return "is excused in Canvas"
    if folded(grade) == "n/a":
        return "the assignment is not assigned to them"
    if mark > most:
        return f"{row.mark} is over the {most:f} points possible"
    # Canvas compares at two decimals, which is all that its export shows.
    if old is not None and old.quantize(_CENT, ROUND_HALF_UP) == mark.quantize(
        _CENT, ROUND_HALF_UP
    ):
        return f"unchanged at {grade}"
    return ""
