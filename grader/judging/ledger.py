"""The ledger: each offence of an entrant, the how-manieth of its kind it is, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from grader.judging.evidence import evidence_of
from grader.judging.journal import OFFENCE, Journal, offence_kinds
from grader.judging.rulings import counts, is_confirmed
from grader.outcomes import Case, Decision, EarlierOffence, Offence, Ruling
from validators.display import clean
from validators.findings import Code
from validators.rules import Rules
from validators.rules.marking import Penalty

_COSTS = {
    Penalty.REMOVE.value: "the result is taken out",
    Penalty.HALVE.value: "half of the mark",
    Penalty.ZERO.value: "the mark is 0",
}
_REJECTS = (Penalty.REMOVE.value, Penalty.ZERO.value)


def ledger(
    case: Case, rulings: Sequence[Ruling], journal: Journal, earlier: Sequence[EarlierOffence],
    codes: Mapping[str, Code], rules: Rules,
) -> Iterator[Offence]:  # fmt: skip
    """The offences of the case, kind by kind in the order of the rules.

    Within a kind those about an earlier submission come first, by number; then those of findings,
    by code, and those that the TA found, by number. A removal is of the submission that it was
    about; every other penalty is of the person, and a new submission doesn't lift it.
    """
    for kind in offence_kinds(rules):
        elsewhere = tuple(_elsewhere(kind, case, earlier))
        past = tuple(_past(kind, case, journal, codes))
        present = [*_of_findings(kind, rulings, codes), *_of_the_ta(kind, case, journal)]
        ladder = getattr(rules.penalties, kind)
        before = (*elsewhere, *(f"earlier: {decision_cited(each.number)}" for each in past))
        for place, number in enumerate(range(len(elsewhere) + 1, len(before) + 1)):
            penalty = ladder[min(number, len(ladder)) - 1]
            cost = Penalty.NONE if penalty is Penalty.REMOVE else penalty
            own = (past[place].code, decision_cited(past[place].number))
            yield Offence(kind, number, cost.value, (*own, *before[: number - 1]))
        for number, cites in zip(count(len(before) + 1), present):
            penalty = ladder[min(number, len(ladder)) - 1]
            yield Offence(kind, number, penalty.value, (*cites, *before))


def rejects(offence: Offence) -> bool:
    """Whether the offence leaves no result: it is taken out, or its mark is 0."""
    return offence.penalty in _REJECTS


def offence_told(offence: Offence) -> str:
    """The offence and its cost as a sentence; of one that costs nothing only the first half."""
    named = f"{offence.kind}, {nth(offence.number)} offence"
    return f"{named}: {_COSTS[offence.penalty]}" if offence.penalty in _COSTS else named


def nth(number: int) -> str:
    """The number as an English ordinal: `1st`, `2nd`, `11th`."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def decision_cited(number: int) -> str:
    """How a decision is cited."""
    return f"decision {number}"


def _of_findings(
    kind: str, rulings: Sequence[Ruling], codes: Mapping[str, Code]
) -> Iterator[tuple[str, ...]]:
    for ruling in rulings:
        code = codes.get(ruling.code)
        if code is not None and code.offence == kind and counts(ruling, code):
            settled = [decision_cited(ruling.decision)] if is_confirmed(ruling) else []
            yield (code.name, *settled)


def _of_the_ta(kind: str, case: Case, journal: Journal) -> Iterator[tuple[str, ...]]:
    for decision in journal.breaches(OFFENCE + kind):
        if decision.submission == case.submission_digest:
            yield (decision.code, decision_cited(decision.number))


def _elsewhere(kind: str, case: Case, earlier: Sequence[EarlierOffence]) -> Iterator[str]:
    """What is cited for each offence of the kind in an earlier competition."""
    who = case.entrant.student.id
    own = [each.competition for each in earlier if (each.entrant, each.kind) == (who, kind)]
    yield from (f"earlier: {clean(each)}" for each in sorted(own))


def _past(kind: str, case: Case, journal: Journal, codes: Mapping[str, Code]) -> Iterator[Decision]:
    """The confirmed offences of the kind that were about an earlier submission, by number."""
    confirmed = list(journal.breaches(OFFENCE + kind))
    for name in journal.codes:
        if name in codes and codes[name].offence == kind:
            confirmed += journal.confirmed(name)
    past = (each for each in confirmed if not _is_present(each, case))
    yield from sorted(past, key=lambda each: each.number)


def _is_present(decision: Decision, case: Case) -> bool:
    """Whether the decision is about what the case is about: its submission, or the same facts."""
    if decision.submission == case.submission_digest:
        return True
    return bool(decision.evidence) and decision.evidence == evidence_of(case, decision.code)
