"""How the zip is called: the course's first pattern, with the student's id and name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Optional

from validators.display import quoted
from validators.findings import Code, Finding, Place, Severity
from validators.name_patterns import example, match_name, own_case
from validators.package import codes, names
from validators.package.filenames import name_findings
from validators.packing.student import SETTINGS, Student
from validators.rules.records import Rules

REMEDY = f"Write your own into {SETTINGS} under [student], or give --id and --name."
"""What to do about a wrong id or name."""


def asked_for(rules: Rules) -> tuple[str, ...]:
    """What of the student the name of the zip is made of."""
    holes = (("id", "{id}"), ("name", "{name}"))
    return tuple(key for key, hole in holes if hole in rules.package.zip[0])


def zip_name(student: Student, rules: Rules) -> str:
    """The name of the student's zip, with its suffix."""
    values = {"{id}": own_case(student.id, rules.team.id), "{name}": student.name}
    pieces = re.split(r"(\{id\}|\{name\})", rules.package.zip[0])
    return "".join(values.get(piece, piece) for piece in pieces) + ".zip"


def naming_findings(student: Student, rules: Rules) -> Iterator[Finding]:
    """What is wrong with the name that the zip would get."""
    filename = zip_name(student, rules)
    unsafe = unsafe_name(filename)
    if unsafe is not None:
        code, found = unsafe
        expected = "expected a name that every system can store"
        yield code.at(Place(filename), f"{found}; {expected}.", REMEDY)
        if code.severity is Severity.BLOCKS:
            return
    patterns, stem = rules.package.zip, filename[: -len(".zip")]
    told = name_findings(
        filename, stem, ".zip", patterns, rules, codes.ZIP_NAME, codes.ZIP_SPELLING
    )
    grave = [finding for finding in told if finding.code == codes.ZIP_NAME.name]
    yield from (codes.ZIP_NAME.at(each.place, each.message, REMEDY) for each in grave)
    match = match_name(stem, patterns, rules.team.id)
    own = own_case(student.id, rules.team.id)
    if match and (match.pattern, match.student_id) != (patterns[0], own):
        found = (
            f"{quoted(stem)} is read as {quoted(match.canonical)}, id {quoted(match.student_id)}"
        )
        yield codes.ZIP_NAME.at(Place(filename), f"{found}; expected the id {quoted(own)}.", REMEDY)


def can_be_written(student: Student, rules: Rules) -> bool:
    """Whether a file of the zip's name can be written at all, wherever that is."""
    unsafe = unsafe_name(zip_name(student, rules))
    return unsafe is None or unsafe[0].severity is not Severity.BLOCKS


def given_findings(student: Student, rules: Rules) -> Iterator[Finding]:
    """What is wrong with an id or a name, where only one of them may be known yet."""
    known = student.id and all(getattr(student, key) for key in asked_for(rules))
    if known:
        yield from naming_findings(student, rules)
    elif student.id and not re.fullmatch(rules.team.id, own_case(student.id, rules.team.id), re.A):
        message = (
            f"the id is {quoted(student.id)}; expected one in {example(rules.package.zip[0])}."
        )
        yield codes.ZIP_NAME.at(Place("--id"), message, "Give your student id.")
    elif student.name and (unsafe := unsafe_name(student.name)) is not None:
        yield unsafe[0].at(Place("--name"), f"{unsafe[1]}; expected a plain name.", "Give another.")


def receipt_name(zip_filename: str) -> str:
    """The name of the receipt that is kept beside the zip."""
    return zip_filename[: -len(".zip")] + ".receipt.json"


def unsafe_name(name: str) -> Optional[tuple[Code, str]]:
    """Why no file, or no receipt of one, can be called so; None when both can."""
    if "/" in name or "\\" in name:
        return codes.BAD_NAME, f"{quoted(name)} holds a slash, which separates folders"
    stored = names.unstorable(name, 0) or names.unstorable(receipt_name(name), 0)
    trouble = stored or names.windows_trouble(name)
    return None if trouble is None else (trouble.code, trouble.found)
