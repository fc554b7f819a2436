"""What keeps a folder from being packed, told as `check-submission` tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from validators.display import size as shown_size
from validators.findings import Finding, Place, Severity
from validators.package import codes
from validators.package.asked import contents_asked
from validators.package.troubles import UnreadableError, findings_of
from validators.packing.naming import naming_findings
from validators.packing.records import Selection
from validators.packing.student import Student
from validators.report import CheckResult, Section
from validators.rules.records import Rules
from validators.running import run_checks


@dataclass(frozen=True)
class Draft:
    """What is about to be packed, for whom, and how the folder is called."""

    name: str
    student: Student
    selection: Selection


def check_name(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """The id and the name give the zip a name that the course accepts."""
    yield from naming_findings(draft.student, rules)


def check_packable(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Every file that belongs in the zip can be packed."""
    if not draft.selection.packed and not draft.selection.missing:
        message = f"nothing in it that the course asks for; expected {contents_asked(rules)}."
        yield codes.EMPTY.at(Place(draft.name), message)
    yield from selection_findings(draft.selection, draft.name)


def selection_findings(selection: Selection, name: str) -> Iterator[Finding]:
    """What can't be packed although it belongs in, or may."""
    yield from findings_of(selection.missing, name)
    # A folder that could not be looked into may hold nothing that is missed.
    for finding in findings_of(selection.unsure, name):
        yield replace(finding, severity=Severity.WARNS)


def check_total(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """The files are together no larger than the course accepts."""
    total, most = draft.selection.bytes, rules.package.max_unpacked_bytes
    if total > most:
        message = f"what goes in has {shown_size(total)}; at most {shown_size(most)} allowed."
        yield codes.TOO_LARGE.at(Place(draft.name), message, bytes=total, limit=most)


def draft_section(draft: Draft, rules: Rules) -> Section:
    """The findings about what is about to be packed."""
    checks = (check_name, check_packable, check_total)
    results, unchecked = run_checks((checks,), draft, rules)
    return Section("package", draft.name, results, unchecked=unchecked)


def unread_section(name: str, reason: UnreadableError) -> Section:
    """The section about a folder that could not be walked through."""
    promise = "The folder can be walked through."
    return Section("package", name, (CheckResult("walk", promise, (reason.finding(name),)),))
