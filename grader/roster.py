"""The roster: the course's students, from whatever table the course has of them."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Optional

from grader.csv_files import CsvFileError, Row, columns_of, read_rows
from grader.records import Student
from validators.display import quoted
from validators.name_patterns import match_name
from validators.rules import Rules

# The surest first: a bare "ID" may be the course site's own number.
ID_HEADINGS = (
    "id number", "student id", "student number", "student no", "sis user id",
    "matriculation number", "ID-Nummer", "Matrikelnummer", "學號", "学号", "學生學號", "學生證號",
    "学籍番号", "學籍號碼", "id",
)  # fmt: skip
NAME_HEADINGS = (
    "name", "full name", "student name", "student", "display name", "vollständiger name",
    "姓名", "全名", "完整姓名", "學生姓名", "学生姓名", "中文姓名", "氏名", "名前",
)  # fmt: skip
EMAIL_HEADINGS = (
    "email", "email address", "mail", "E-Mail-Adresse", "電子郵件", "電子郵件信箱", "電子信箱",
    "信箱", "电子邮件", "邮箱", "电子邮箱", "Email信箱", "メールアドレス",
)  # fmt: skip
_HEADINGS = {
    "id": ID_HEADINGS,
    "name": NAME_HEADINGS,
    "email": EMAIL_HEADINGS,
    "given": ("first name", "given name", "vorname", "名字", "名"),
    "family": ("last name", "surname", "family name", "nachname", "姓氏", "姓"),
    "other": ("english name", "英文姓名", "英文名", "nickname", "preferred name"),
}


def read_roster(path: Path, rules: Rules) -> tuple[Student, ...]:
    """The students by id. Raises CsvFileError, which names every bad line."""
    header, *rows = read_rows(path, rules.package.legacy_name_encoding)
    columns = columns_of(header, _HEADINGS)
    if columns["id"] is None:
        found = ", ".join(quoted(cell) for cell in header.cells[:8])
        raise CsvFileError(
            f"{path.name}:{header.line}: no column of student ids; found {found}. "
            'Call it "ID number" or "學號".'
        )
    students: dict[str, Student] = {}
    lines: dict[str, int] = {}
    problems = []
    for row in rows:
        number = tidy_id(row.cell(columns["id"]), rules)
        if number is None:
            problems.append(f"{path.name}:{row.line}: {_no_id(row.cell(columns['id']), rules)}")
        elif number in students:
            problems.append(
                f'{path.name}:{row.line}: the id "{number}" repeats line {lines[number]}. '
                "Keep one row per student."
            )
        else:
            students[number], lines[number] = _student(number, row, columns), row.line
    if problems:
        raise CsvFileError("\n".join(problems))
    if not students:
        raise CsvFileError(f"{path.name}: there are no students below the header.")
    return tuple(students[number] for number in sorted(students))


def tidy_id(text: str, rules: Rules) -> Optional[str]:
    """The id in plain digits, or None where the text has not the shape of one."""
    match = match_name(text.strip(), ("{id}",), rules.team.id)
    return None if match is None else match.student_id


def _no_id(text: str, rules: Rules) -> str:
    if not text:
        return "there is no student id. Fill it in, or remove the row."
    hint = ""
    if text.isdecimal() and tidy_id("0" + text, rules):
        hint = " A spreadsheet may have dropped a leading zero."
    return f'{quoted(text)} is no student id; expected the form "{rules.team.id}".{hint}'


def _student(number: str, row: Row, columns: dict[str, Optional[int]]) -> Student:
    given, family = row.cell(columns["given"]), row.cell(columns["family"])
    joined = [] if not (given and family) else [f"{given} {family}", f"{family} {given}"]
    names = [row.cell(columns["name"]), *joined, row.cell(columns["other"])]
    names = [unicodedata.normalize("NFC", name) for name in dict.fromkeys(names) if name]
    first = names[0] if names else ""
    return Student(number, first, row.cell(columns["email"]), tuple(names[1:]))
