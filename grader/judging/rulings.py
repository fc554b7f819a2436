"""Rulings: what each code of an entrant comes to, by itself or by the TA's decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.judging.evidence import evidence_of
from grader.judging.journal import MARK_PARTS, OFFENCE, PART, Journal, offence_kinds
from grader.outcomes import Case, Ruling, Standing
from validators.findings import Code
from validators.rules import Rules

_SETTLED: Mapping[str, Standing] = {"confirm": "confirmed", "dismiss": "dismissed"}


def rule(case: Case, journal: Journal, codes: Mapping[str, Code], rules: Rules) -> Iterator[Ruling]:
    """The rulings on the case's findings, and on breaches that the TA found."""
    blocking = {each.code for each in case.findings if each.blocks}
    for name in sorted({each.code for each in case.findings}):
        code, decision = codes[name], journal.in_force(name)
        # What merely warns or notes has no effect, so there is nothing to say unless the TA did.
        if decision is not None or code.accuses or code.offence or name in blocking:
            yield _on_finding(code, evidence_of(case, name), journal)
    yield from _on_what_has_gone(case, journal, codes)
    yield from _on_breaches(journal, rules)
    for name in journal.codes:
        decision = journal.in_force(name)
        if decision is not None and _is_unknown_part(name):
            yield Ruling(name, "stale", "", decision.number)


def counts(ruling: Ruling, code: Code) -> bool:
    """Whether a finding so ruled has its effect; what accuses has none unless it is confirmed.

    What is appealed goes on as it was confirmed until the TA has answered. A finding that has gone
    has no effect: what was confirmed about an earlier package counts by the journal.
    """
    if not ruling.evidence:
        return False
    if code.accuses:
        return is_confirmed(ruling)
    return ruling.standing != "dismissed"


def is_confirmed(ruling: Ruling) -> bool:
    """Whether the TA has confirmed it, appealed or not."""
    return ruling.standing in ("confirmed", "appealed")


def _on_finding(code: Code, evidence: str, journal: Journal) -> Ruling:
    decision = journal.in_force(code.name)
    if decision is None:
        return Ruling(code.name, "waits" if code.accuses else "stands", evidence)
    standing: Standing = "stale"
    if decision.evidence == evidence:
        standing = _SETTLED.get(decision.word, "stale")
    if standing == "confirmed":
        standing = _confirmed(journal, code.name)
    return Ruling(code.name, standing, evidence, decision.number)


def _on_what_has_gone(case: Case, journal: Journal, codes: Mapping[str, Code]) -> Iterator[Ruling]:
    """Appeals against offences about an earlier package, which go on costing something.

    Their finding has gone, and the appeal must not go with it.
    """
    present = {each.code for each in case.findings}
    for name in journal.codes:
        if name not in codes or name in present or not journal.appealed(name):
            continue
        past = [
            each for each in journal.confirmed(name) if each.submission != case.submission_digest
        ]
        if past and codes[name].offence:
            yield Ruling(name, "appealed", "", past[-1].number)


def _confirmed(journal: Journal, code: str) -> Standing:
    return "appealed" if journal.appealed(code) else "confirmed"


def _on_breaches(journal: Journal, rules: Rules) -> Iterator[Ruling]:
    """A decision that can't be carried out is shown as stale, never dropped in silence."""
    known = [OFFENCE + kind for kind in offence_kinds(rules)]
    for name in journal.codes:
        if not name.startswith(OFFENCE):
            continue
        newest, standing = journal.newest(name), journal.breaches(name)
        if newest is not None and (newest.word == "set" or (standing and name not in known)):
            yield Ruling(name, "stale", "", newest.number)
        elif standing:
            yield Ruling(name, _confirmed(journal, name), "", standing[-1].number)


def _is_unknown_part(name: str) -> bool:
    return name.startswith(PART) and name[len(PART) :] not in MARK_PARTS
