"""Moodle's grading worksheet, filled in place, with every row named that Moodle would skip."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Optional

from leaderboard.audience import Row, View
from leaderboard.board import folded, participant_number
from leaderboard.display import clean
from leaderboard.exporting import Exported, Given, count
from leaderboard.feedback import feedback_line
from leaderboard.raw_csv import Cell, Sheet, SheetError, number_of, parsed

# The headers in the languages that we know them in; an option names any other.
_GRADE = ("grade", "成績", "成绩", "評点", "bewertung", "calificación")
_FEEDBACK = ("feedback comments", "feedback als kommentar", "comentarios de retroalimentación")
_NO = ("no", "否", "いいえ", "nein", "non")


@dataclass(frozen=True)
class _Columns:
    """Where the grade stands, and the feedback if it is to be filled."""

    grade: int
    feedback: Optional[int]


@dataclass(frozen=True)
class _Filled:
    """A row as it goes back, and what to say about it."""

    row: tuple[Cell, ...]
    graded: bool = False
    told: bool = False
    said: tuple[str, ...] = ()


def worksheet(view: View, given: Given) -> Exported:
    """The worksheet with the marks: rows are found by participant number, ID number or e-mail."""
    assert given.worksheet is not None
    sheet = parsed(given.worksheet.name, given.worksheet.data)
    columns = _Columns(_grade_column(sheet, given.grade_column), _feedback_column(sheet, given))
    found = _found(sheet, view, columns.grade)
    claims: dict[str, list[int]] = defaultdict(list)
    for line, rows in found.items():
        if len(rows) == 1:
            claims[_entrant(rows[0])].append(line)
    filled = [_Filled(sheet.rows[0])]
    for line, rows in found.items():
        others = [n for row in rows for n in claims[_entrant(row)] if n != line]
        filled.append(_row(sheet, line, columns, rows, view.max_mark, tuple(others)))
    there = {_entrant(row) for rows in found.values() for row in rows}
    said = [text for each in filled for text in each.said]
    said += [
        f"{_entrant(row)}: has a mark, but no row on the worksheet"
        for row in view.rows
        if row.mark is not None and row.entry is not None and _entrant(row) not in there
    ]
    done = [f"{count(sum(each.graded for each in filled), 'grade')} changed"]
    if columns.feedback is not None:
        done.append(f"{count(sum(each.told for each in filled), 'feedback comment')} written")
    data = sheet.with_rows(tuple(each.row for each in filled)).data
    return Exported((("", data),), (*done, *map(clean, said)))


def _grade_column(sheet: Sheet, column: Optional[str]) -> int:
    places = _places(sheet, (column,) if column else _GRADE)
    if len(places) != 1 or places[0] + 2 >= len(sheet.rows[0]):
        raise SheetError(
            f"{sheet.name}: no one column is the grade's, with the maximum grade and whether it "
            "can be changed behind it. Name it with --grade-column, or download the file again."
        )
    return places[0]


def _feedback_column(sheet: Sheet, given: Given) -> Optional[int]:
    if not given.feedback and given.feedback_column is None:
        return None
    places = _places(sheet, (given.feedback_column,) if given.feedback_column else _FEEDBACK)
    if len(places) != 1:
        raise SheetError(
            f"{sheet.name}: no one column is the feedback comments'; name it with "
            "--feedback-column. Moodle has it where the assignment has feedback comments on."
        )
    return places[0]


def _places(sheet: Sheet, wanted: tuple[str, ...]) -> list[int]:
    header = [folded(cell.text.strip()) for cell in sheet.rows[0]] if sheet.rows else []
    return [place for place, text in enumerate(header) if text in tuple(map(folded, wanted))]


def _found(sheet: Sheet, view: View, at: int) -> dict[int, tuple[Row, ...]]:
    """The entrants that each line could be."""
    known: dict[str, list[Row]] = defaultdict(list)
    numbered: dict[str, list[Row]] = defaultdict(list)
    for row in view.rows:
        if row.entry is None:
            continue
        for key in filter(None, (row.entry.entrant, row.entry.email)):
            known[folded(key)].append(row)
        number = participant_number(row.entry.participant or "")
        if number is not None:
            numbered[number].append(row)
    found = {}
    for line, cells in enumerate(sheet.rows[1:], 2):
        rows = [row for cell in cells[:at] for row in known.get(folded(cell.text.strip()), ())]
        # Moodle writes a word in the reader's language first, then the number in digits.
        if not cells[0].text.strip()[:1].isdigit():
            rows += numbered.get(participant_number(cells[0].text) or "", [])
        found[line] = tuple({_entrant(row): row for row in rows}.values())
    return found


def _entrant(row: Row) -> str:
    return row.entry.entrant if row.entry is not None else ""


def _row(
    sheet: Sheet,
    line: int,
    columns: _Columns,
    found: tuple[Row, ...],
    max_mark: str,
    others: tuple[int, ...],
) -> _Filled:
    cells, header = sheet.rows[line - 1], sheet.rows[0]
    if len(cells) != len(header):
        if not any(cell.raw for cell in cells):
            return _Filled(cells)
        return _Filled(
            cells, said=(f"line {line}: has {len(cells)} cells; expected {len(header)}",)
        )
    reason, mark = _outcome(found, others, cells[columns.grade : columns.grade + 3])
    said = (f"line {line}, {cells[0].text}: {reason}",) if reason else ()
    filled = _Filled(_put(cells, columns.grade, mark) if mark else cells, bool(mark), False, said)
    # Moodle takes the feedback of a row whose grade is unchanged, too.
    if columns.feedback is None or not (mark or reason.startswith("unchanged")):
        return filled
    own = found[0].own
    text = feedback_line(own, max_mark) if own is not None else ""
    place = f"line {line}, {cells[0].text}: feedback:"
    if cells[columns.feedback].text.strip():
        return _told(filled, f"{place} left as it is, because somebody wrote one")
    if not sheet.holds(text):
        return _told(filled, f"{place} has letters that the file's {sheet.encoding} lacks")
    return _Filled(_put(filled.row, columns.feedback, text), bool(mark), True, said)


def _told(filled: _Filled, text: str) -> _Filled:
    return _Filled(filled.row, filled.graded, filled.told, (*filled.said, text))


def _put(cells: tuple[Cell, ...], at: int, text: str) -> tuple[Cell, ...]:
    return (*cells[:at], cells[at].saying(text), *cells[at + 1 :])


def _outcome(
    found: tuple[Row, ...], others: tuple[int, ...], cells: tuple[Cell, ...]
) -> tuple[str, str]:
    """Why Moodle would skip the row, or the text of its new grade."""
    grade, most, changeable = (cell.text.strip() for cell in cells)
    if len(found) != 1:
        return ("is two entrants of the board" if found else "is no entrant of the board"), ""
    if others:
        return f"is the same entrant as line {', '.join(map(str, sorted(set(others))))}", ""
    mark = found[0].mark
    if mark is None:
        return "has no mark yet", ""
    largest = number_of(most)
    if largest is None:
        return f'its maximum grade is "{most}", which is no number', ""
    if not 0 <= Decimal(mark) <= largest:
        return f"{mark} is out of range; at most {most}", ""
    if folded(changeable) in _NO:
        return "is locked", ""
    if number_of(grade) == Decimal(mark):
        return f"unchanged at {mark}", ""
    return "", mark.replace(".", ",") if "," in most else mark
