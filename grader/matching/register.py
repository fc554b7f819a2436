"""The register: everyone who may have handed in, and every key by which they are known."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

from grader.collect.layout import id_in
from grader.collect.site_names import read_site_name
from grader.matching.worksheet import WorksheetRow
from grader.records import Student, Submission
from validators.package import student_id
from validators.rules import Rules

Ids = tuple[str, ...]


def name_key(text: str) -> str:
    """What two spellings of one name share: its letters, marks and digits in one form and case.

    Composed or not, full width or not, with spaces, commas and underscores or without.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LMN")


@dataclass(frozen=True)
class Register:
    """The students by id, by name and by e-mail, and the course site's participants."""

    students: dict[str, Student]
    by_name: dict[str, Ids]
    by_email: dict[str, Ids]
    participants: dict[str, WorksheetRow]
    by_login: dict[str, Ids] = field(default_factory=dict)
    """By what stands before the `@` of the e-mail address."""

    def named(self, text: str) -> Ids:
        """The ids of the students of this name; a folder or an account may be named by the id.

        An account may also be called as its e-mail address begins, which counts where no
        student's name is like that.
        """
        if text in self.students:
            return (text,)
        return self.by_name.get(name_key(text), ()) or self.by_login.get(text.casefold(), ())

    def student(self, text: str) -> Optional[Student]:
        """The student whose id a TA wrote; leading zeros don't matter: spreadsheets drop them."""
        if text in self.students:
            return self.students[text]
        short = text.lstrip("0")
        found = [each for number, each in self.students.items() if number.lstrip("0") == short]
        return found[0] if len(found) == 1 and text.isdecimal() else None

    def participant(self, submission: Submission) -> Optional[WorksheetRow]:
        """The worksheet's row for a submission; a group's number is no participant's."""
        owner = submission.owner
        if owner.group or not owner.participant:
            return None
        return self.participants.get(str(int(owner.participant)))

    def participant_of(self, student: Student) -> str:
        """The student's number on the course site, if the worksheet has exactly one of theirs."""
        rows = [row for row in self.participants.values()
                if self.of_participant(row) == (student.id,)]  # fmt: skip
        return rows[0].participant if len(rows) == 1 else ""

    def of_participant(self, row: WorksheetRow) -> Ids:
        """The student that a row of the worksheet stands for: by id number, else by e-mail."""
        if row.student_id in self.students:
            return (row.student_id,)
        return self.by_email.get(row.email.casefold(), ()) if row.email else ()


def make_register(
    roster: Optional[Sequence[Student]],
    worksheet: Sequence[WorksheetRow],
    submissions: Sequence[Submission],
    rules: Rules,
) -> Register:
    """The register of a course; without a roster those who the exports themselves name by id."""
    if roster is None:
        roster = _self_named(worksheet, submissions, rules)
    names: dict[str, set[str]] = {}
    emails: dict[str, set[str]] = {}
    logins: dict[str, set[str]] = {}
    for student in roster:
        for name in filter(None, map(name_key, (student.name, *student.other_names))):
            names.setdefault(name, set()).add(student.id)
        if student.email:
            emails.setdefault(student.email.casefold(), set()).add(student.id)
            login = student.email.casefold().partition("@")[0]
            logins.setdefault(login, set()).add(student.id)
    return Register(
        {student.id: student for student in sorted(roster, key=lambda each: each.id)},
        _frozen(names),
        _frozen(emails),
        {row.participant: row for row in worksheet},
        _frozen(logins),
    )


def claimed_ids(submission: Submission, register: Register, rules: Rules) -> Ids:
    """The student ids that the package's own name carries.

    By the course's patterns, else a number of an id's shape if the register knows it: any other
    may be a date.
    """
    name = own_name(submission)
    exact = student_id(name, rules)
    if exact is not None:
        return (exact,)
    loose = id_in(name, rules)
    return (loose,) if loose is not None and loose in register.students else ()


def own_name(submission: Submission) -> str:
    """The package's name as the student gave it: the course site's numbers are nobody's ids."""
    # A slot of loose files is written with a "*" at its end, which is no part of a name.
    name = submission.name.rstrip("*")
    site = read_site_name(name)
    return name if site is None else site.file


def _self_named(
    worksheet: Sequence[WorksheetRow], submissions: Sequence[Submission], rules: Rules
) -> list[Student]:
    found = {
        row.student_id: Student(row.student_id, row.name, row.email)
        for row in worksheet
        if row.student_id
    }
    for submission in submissions:
        # The same patterns that the checks use; a mere number in a name makes no student.
        number = student_id(own_name(submission), rules)
        for each in (number,) if number else submission.ids_inside:
            name = "" if submission.owner.group else submission.owner.name
            found.setdefault(each, Student(each, name))
    return list(found.values())


def _frozen(found: dict[str, set[str]]) -> dict[str, Ids]:
    return {key: tuple(sorted(found[key])) for key in sorted(found)}
