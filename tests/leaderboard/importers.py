"""What course sites do with a file: their documented rules, written without our writers.

Each takes the bytes as a course site would and gives what its database would hold afterwards.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Optional


class ImportFailedError(Exception):
    """The site refuses the whole file."""


def rows_of(data: bytes, encoding: str, delimiter: str) -> list[list[str]]:
    """As sites read: in the encoding chosen on the form, the mark dropped, blank lines passed."""
    text = data.decode(encoding)
    text = text[1:] if text.startswith("\ufeff") else text
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]


@dataclass
class Worksheet:
    """Moodle's import of a grading worksheet into an assignment, in one language."""

    maximum: Decimal
    grades: dict[str, Optional[Decimal]]
    """By participant number."""
    locked: frozenset[str] = frozenset()
    feedback: dict[str, str] = field(default_factory=dict)
    words: tuple[str, str, str, str] = ("Participant ", "Identifier", "Grade", "Feedback comments")
    decimal_mark: str = "."

    def take(self, data: bytes, encoding: str = "utf-8", delimiter: str = ",") -> tuple[int, int]:
        """How many grades and how many comments changed."""
        prefix, identifier, grade, comments = self.words
        header, *rows = rows_of(data, encoding, delimiter)
        if identifier not in header or grade not in header:
            raise ImportFailedError("no identifier or grade column")
        changed = told = 0
        for row in rows:
            if len(row) != len(header):
                raise ImportFailedError("another number of columns")
            participant = row[header.index(identifier)][len(prefix) :]
            if participant not in self.grades:
                continue
            text = row[header.index(grade)].replace(self.decimal_mark, ".").strip()
            new = Decimal(text) if text else None
            skipped = new is None or new < 0 or new > self.maximum
            skipped = skipped or new == self.grades[participant] or participant in self.locked
            if not skipped:
                self.grades[participant] = new
                changed += 1
            if comments in header:
                comment = row[header.index(comments)]
                told += comment != self.feedback.get(participant, "")
                self.feedback[participant] = comment
        return changed, told


@dataclass
class Gradebook:
    """Moodle's gradebook import: everything or nothing."""

    users: tuple[str, ...]
    """The values of the field that identifies somebody, as the site has them."""
    maximum: Decimal = Decimal(100)

    def take(self, data: bytes, key: str, mark: str) -> dict[str, Decimal]:
        """The grades by user; one that the site can't place fails the whole import."""
        header, *rows = rows_of(data, "utf-8", ",")
        header = [name.strip() for name in header]
        grades: dict[str, Decimal] = {}
        who = ""
        for row in rows:
            if len(row) != len(header):
                raise ImportFailedError("another number of columns")
            cell = row[header.index(key)].strip()
            if cell not in ("", "0"):  # PHP takes "0" for empty: the row above keeps its turn
                found = [user for user in self.users if user.casefold() == cell.casefold()]
                if len(found) != 1:
                    raise ImportFailedError(f"no user {cell}")
                who = found[0]
            if not who:
                raise ImportFailedError("no user at all")
            value = Decimal(row[header.index(mark)].strip())
            if value > self.maximum:
                raise ImportFailedError(f"{value} is too much")
            grades[who] = value
        return grades


@dataclass
class Canvas:
    """Canvas's gradebook import of one course."""

    students: dict[str, tuple[str, str]]
    """SIS login and sortable name by Canvas's ID."""
    assignments: dict[str, str]
    """Titles by ID."""
    scores: dict[tuple[str, str], str] = field(default_factory=dict)
    """By student and assignment ID."""

    def take(self, data: bytes, delimiter: str = ",") -> list[tuple[str, str, str]]:
        """Each score that changes, as student, assignment and its new text."""
        header, *rows = rows_of(data, "utf-8", delimiter)
        if len(header) < 4 or "Student" not in header[0] or "ID" not in header[1]:
            raise ImportFailedError("Invalid header row")
        start = header.index("Section") + 1
        changes = []
        for place, title in enumerate(header[start:], start):
            if any(word in title for word in ("Current Score", "Final Score", "Override Score")):
                continue
            number = title.rpartition("(")[2].rstrip(")")
            if number not in self.assignments:
                raise ImportFailedError(f"would make a new assignment {title}")
            for row in rows:
                if "Points Possible" in row[0] or not any(cell.strip() for cell in row):
                    continue
                student = self._student(dict(zip(header, row)))
                new, old = row[place].strip(), self.scores.get((student, number), "")
                if new != old:
                    changes.append((student, number, new))
                    self.scores[student, number] = new
        return changes

    def _student(self, row: dict[str, str]) -> str:
        if row["ID"] in self.students:
            return row["ID"]
        for number, (login, name) in self.students.items():
            if row.get("SIS Login ID") == login or row["Student"] == name:
                return number
        raise ImportFailedError(f"would ask who {row['Student']} is")


VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
FORMATS = ("text", "html", "simple_format", "md", "ansi")
_NUMBER = (int, float)
_TOP: dict[str, Any] = {
    "score": _NUMBER, "execution_time": _NUMBER, "output": str, "output_format": FORMATS,
    "test_output_format": FORMATS, "test_name_format": FORMATS, "visibility": VISIBILITIES,
    "stdout_visibility": VISIBILITIES, "extra_data": dict, "tests": list, "leaderboard": list,
}  # fmt: skip
_TEST: dict[str, Any] = {
    "score": _NUMBER, "max_score": _NUMBER, "status": ("passed", "failed"), "name": str,
    "name_format": FORMATS, "number": str, "output": str, "output_format": FORMATS, "tags": list,
    "visibility": VISIBILITIES, "extra_data": dict,
}  # fmt: skip
_LEADER: dict[str, Any] = {"name": str, "value": (int, float, str), "order": ("asc", "desc")}


def gradescope_score(found: dict[str, Any]) -> float:
    """The score that Gradescope gives the results; anything that it does not document fails."""
    _checked(found, _TOP)
    tests = found.get("tests", [])
    for test in tests:
        _checked(test, _TEST)
    for leader in found.get("leaderboard", []):
        _checked(leader, _LEADER)
        assert {"name", "value"} <= set(leader)
    assert "score" in found or all("score" in test for test in tests)
    # The score at the top stands over the sum of the tests.
    return float(found["score"] if "score" in found else sum(test["score"] for test in tests))


def _checked(found: dict[str, Any], shape: dict[str, Any]) -> None:
    for key, value in found.items():
        allowed = shape[key]
        if isinstance(allowed, tuple) and isinstance(allowed[0], str):
            assert value in allowed, (key, value)
        else:
            assert isinstance(value, allowed), (key, value)
