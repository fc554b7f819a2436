"""What may be decided on, and what a decision is bound to."""

from __future__ import annotations

from collections.abc import Container, Iterable

from grader.judging.evidence import evidence_of, evidence_of_parts
from grader.judging.journal import MARK_PARTS, OFFENCE, PART, Journal, journals, offence_kinds
from grader.judging.marks import PENALTIES, PENALTY
from grader.outcomes import Decision, Judged
from validators.rules import Rules


def decidable(
    judged: Judged, codes: Container[str], rules: Rules, decisions: Iterable[Decision] = ()
) -> tuple[str, ...]:
    """The codes that may be decided on for this entrant.

    They are those of its findings, `offence.<kind>`, and the parts of the mark once there is one.
    With the journal's `decisions` whatever it has a word on may be taken back, too.
    """
    journal = journals(decisions).get(judged.case.entrant.student.id, Journal())
    names = {each.code for each in judged.case.findings} | set(journal.codes)
    known = (
        *sorted(name for name in names if name in codes),
        *(OFFENCE + kind for kind in offence_kinds(rules)),
        *(PART + name for name in MARK_PARTS if judged.total is not None),
    )
    own = (name for name in journal.codes if name.startswith((OFFENCE, PART)))
    return (*known, *(name for name in own if name not in known))


def appealable(judged: Judged, code: str, decisions: Iterable[Decision]) -> bool:
    """Whether something about this code stands confirmed, so that the student may appeal.

    That is a finding, now or about an earlier package, or a breach that the TA found.
    """
    journal = journals(decisions).get(judged.case.entrant.student.id, Journal())
    if code.startswith(PART):
        return False
    standing = journal.breaches(code) if code.startswith(OFFENCE) else journal.confirmed(code)
    return bool(standing)


def binding(judged: Judged, code: str) -> str:
    """The digest that a decision on this code of this entrant is bound to.

    For a part of the mark it is that of the part as computed, also where the TA has set it.
    """
    if not code.startswith(PART):
        return evidence_of(judged.case, code)
    for ruling in judged.rulings:
        if ruling.code == code:
            return ruling.evidence
    name = code[len(PART) :]
    return evidence_of_parts(each for each in judged.parts if _is_of(name, each.name))


def _is_of(name: str, part: str) -> bool:
    return part.startswith(PENALTY) if name == PENALTIES else part == name
