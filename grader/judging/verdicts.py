"""Verdicts: what one entrant's case comes to before it is set beside the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Optional

from grader.judging.journal import Journal
from grader.judging.ledger import ledger, offence_told, rejects
from grader.judging.rulings import counts, rule
from grader.outcomes import Case, EarlierOffence, Offence, Ruling, ScoreSource, Verdict
from validators.display import quoted
from validators.findings import Code, Finding
from validators.report import Fault
from validators.rules import Rules

_FAULT = "fault.judge"


@dataclass(frozen=True)
class Considered:
    """A case with its verdict; `because` are the codes that reject it.

    A withheld one has no offences: what isn't known yet costs nothing.
    """

    case: Case
    verdict: Verdict
    reasons: tuple[str, ...]
    rulings: tuple[Ruling, ...] = ()
    offences: tuple[Offence, ...] = ()
    because: tuple[str, ...] = ()

    @property
    def score(self) -> Optional[Decimal]:
        """The score as a number; None where there is none."""
        return None if self.case.figure is None else Decimal(self.case.figure.value)


def consider(
    case: Case, journal: Journal, earlier: Sequence[EarlierOffence], codes: Mapping[str, Code],
    rules: Rules, source: ScoreSource,
) -> Considered:  # fmt: skip
    """The case with its rulings, offences and verdict."""
    case = replace(case, faults=tuple(_faults(case, codes, source)))
    known = replace(case, findings=tuple(each for each in case.findings if each.code in codes))
    rulings = tuple(rule(known, journal, codes, rules))
    open_reasons = tuple(dict.fromkeys(_keeps_open(case)))
    if open_reasons:
        return Considered(case, "withheld", open_reasons, rulings)
    offences = tuple(ledger(case, rulings, journal, earlier, codes, rules))
    blocking = _blocking(case, rulings, codes)
    because = (
        *(each.cites[0] for each in offences if rejects(each)),
        *(each.code for each in blocking),
    )
    reasons = (
        *(f"{each.cites[0]}: {offence_told(each)}" for each in offences if _costs(each)),
        *(_blocked(each, codes) for each in blocking),
    )
    verdict: Verdict = "rejected" if because else "accepted"
    return Considered(case, verdict, reasons, rulings, offences, tuple(dict.fromkeys(because)))


def _keeps_open(case: Case) -> Iterator[str]:
    """Why there is no verdict yet; faults come first."""
    yield from (f"{fault.code}: {fault.message}" for fault in case.faults)
    yield from (f"unfinished: {stage}" for stage in case.unfinished)
    # Students read reasons. A question's key may name the folder of another, its first word can't.
    for key in case.questions:
        yield f"question: {key.partition(' ')[0]}"


def _faults(case: Case, codes: Mapping[str, Code], source: ScoreSource) -> Iterator[Fault]:
    """The faults of the case, and ours about it; those of an earlier judgement are forgotten."""
    yield from (each for each in case.faults if each.code != _FAULT)
    yield from _trouble(case, codes, source)


def _trouble(case: Case, codes: Mapping[str, Code], source: ScoreSource) -> Iterator[Fault]:
    """What nobody may be judged on: a code that we don't know, or a score that is none."""

    def fault(message: str) -> Fault:
        return Fault(_FAULT, case.entrant.student.id, message)

    for name in sorted({each.code for each in case.findings} - set(codes)):
        yield fault(f"the finding {quoted(name)} is of no kind that this version knows.")
    figure = case.figure
    if figure is None:
        return
    if not _is_number(figure.value):
        yield fault(f"the score {quoted(figure.value)} is no number.")
    if figure.source != source:
        yield fault(f"the score is {figure.source}, the class is ranked by the {source} one.")


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _blocking(
    case: Case, rulings: Sequence[Ruling], codes: Mapping[str, Code]
) -> tuple[Finding, ...]:
    """The first finding of each code that rejects by its severity alone.

    Where a code is an offence, its ladder decides instead: a price of none is the course's word.
    """
    effective = {
        each.code
        for each in rulings
        if each.code in codes
        and not codes[each.code].offence
        and counts(each, codes[each.code])
    }  # fmt: skip
    first: dict[str, Finding] = {}
    for finding in sorted(case.findings, key=Finding.sort_key):
        if finding.blocks and finding.code in effective:
            first.setdefault(finding.code, finding)
    return tuple(first[code] for code in sorted(first))


def _blocked(finding: Finding, codes: Mapping[str, Code]) -> str:
    # What accuses may name another student; students read reasons.
    return finding.code if codes[finding.code].accuses else f"{finding.code}: {finding.message}"


def _costs(offence: Offence) -> bool:
    return offence.penalty != "none"
