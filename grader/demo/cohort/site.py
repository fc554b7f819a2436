"""What the course site gives: Moodle's bulk zip, its grading worksheet, and the roster."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from grader.demo.cohort.packages import Package
from grader.demo.cohort.records import Member

BULK = "DS2026-HW4-4711.zip"
"""Moodle's name for it: course, assignment, number of the activity."""

_FIRST_PARTICIPANT = 70_301
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_WORKSHEET = (
    "Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade",
    "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
    "Feedback comments",
)  # fmt: skip
_MOMENT = (2026, 5, 15, 9, 0, 0)


def write_bulk(path: Path, packages: Sequence[Package]) -> None:
    """The zip of "download all submissions": a folder for each participant."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, package in enumerate(packages):
            participant = _FIRST_PARTICIPANT + number
            folder = f"{package.member.name}_{participant}_assignsubmission_file"
            for name, data in _files_of(package):
                entry = zipfile.ZipInfo(f"{folder}/{name}", _MOMENT)
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, data)


def write_worksheet(path: Path, members: Iterable[Member]) -> None:
    """The grading worksheet, with nothing graded yet."""
    rows = [
        (f"Participant {_FIRST_PARTICIPANT + number}", each.name, each.id, _mail(each),
         "Submitted for grading", "", "100.00", "Yes", _long(each.handed.at), "-", "")
        for number, each in enumerate(members)
    ]  # fmt: skip
    path.write_text(table((_WORKSHEET, *rows)), encoding="utf-8-sig")


def write_roster(path: Path, members: Iterable[Member]) -> None:
    """Everybody in the course."""
    rows = [(each.id, each.name, _mail(each)) for each in members]
    path.write_text(table((("ID number", "Full name", "Email"), *rows)), encoding="utf-8")


def table(rows: Iterable[Sequence[object]]) -> str:
    """The rows as a CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _files_of(package: Package) -> tuple[tuple[str, bytes], ...]:
    # Moodle writes a space for each "_" in the names of folders, not in those of files.
    return (package.report_name, package.report), (package.zip_name, package.zip)


def _mail(member: Member) -> str:
    return f"s{member.id}@example.edu"


def _long(moment: str) -> str:
    """The time as Moodle writes it in English, whatever this machine's language is."""
    time = datetime.fromisoformat(moment)
    half = "AM" if time.hour < 12 else "PM"
    day = f"{_DAYS[time.weekday()]}, {time.day} {_MONTHS[time.month - 1]} {time.year}"
    return f"{day}, {time.hour % 12 or 12}:{time.minute:02} {half}"
