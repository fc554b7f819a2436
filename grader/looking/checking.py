"""The very checks of `check-submission`, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader.looking.placing import Placed
from grader.outcomes import Checked, Counted
from validators.checks import Options, sections
from validators.display import clean
from validators.findings import Finding, Place
from validators.report import Fault, Section
from validators.rules import Rules

# What a fault says to a student who checks their own file is no advice to the teaching side.
_FOR_STUDENTS = Fault("", "", "").remedy
_FOR_TEACHERS = (
    "Not the student's fault. Run check-submission on the file by itself; if it says the same, "
    "send this line to whoever keeps the toolkit."
)


def checked(place: Placed, rules: Rules) -> Checked:
    """All findings but those on the team name, the gravest first, and the counts of the model."""
    options = Options(rules, rules.competition.parts, beside=place.beside)
    found = tuple(sections(place.opened, options))
    findings = (_storable(finding) for section in found for finding in section.findings)
    faults = (for_teachers(section.fault) for section in found if section.fault is not None)
    return Checked(
        tuple(sorted(findings, key=Finding.sort_key)), _counted(found, rules), tuple(faults)
    )


def for_teachers(fault: Fault) -> Fault:
    """The fault with a remedy for the teaching side, where it has only the students' one."""
    return replace(fault, remedy=_FOR_TEACHERS) if fault.remedy == _FOR_STUDENTS else fault


def _counted(found: Iterable[Section], rules: Rules) -> tuple[Counted, ...]:
    totals = [each.model.total for each in found if each.model is not None]
    if rules.model is None or not totals or totals[0] is None:
        return ()
    total, deciding = totals[0], rules.model.counting
    ways = (
        Counted("handout", total.handout, total.parameters),
        Counted("strict", total.strict, total.parameters),
    )
    return tuple(sorted(ways, key=lambda way: (way.counting != deciding, way.counting)))


def _storable(finding: Finding) -> Finding:
    """The finding with a place that any file can hold: names may have bytes that are no text."""
    place = finding.place
    tensor = None if place.tensor is None else clean(place.tensor)
    return replace(finding, place=Place(clean(place.file), place.line, tensor))
