"""Marks: the points in parts that add up exactly, each with its reason and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Optional

from grader.judging.evidence import evidence_of_parts
from grader.judging.journal import MARK_PARTS, PART, Journal
from grader.judging.ledger import decision_cited, nth, offence_told
from grader.judging.ranking import Rank, rank_points, rank_told
from grader.judging.verdicts import Considered
from grader.outcomes import Decision, MarkPart, Offence, Ruling
from validators.display import clean
from validators.rules import Rules
from validators.rules.marking import Penalty

BASELINE, RANK, PENALTIES = MARK_PARTS
PENALTY = "penalty: "
"""What the name of a part begins with that an offence takes away."""
_NOTHING = Fraction(0)


def make_mark(
    considered: Considered, rank: Optional[Rank], journal: Journal, rules: Rules
) -> tuple[tuple[MarkPart, ...], tuple[Ruling, ...]]:
    """The parts of the mark, and the rulings on those that the TA has set."""
    baseline, baseline_rulings = _settled(BASELINE, [_baseline(considered, rules)], journal)
    ranked, rank_rulings = _settled(RANK, [_rank(considered, rank, rules)], journal)
    earned = [*baseline, *ranked, *_rejected(considered, rules)]
    taken = list(_penalties(considered.offences, total(earned)))
    penalties, penalty_rulings = _settled(PENALTIES, taken, journal)
    parts = [*earned, *penalties]
    limit = _limit(total(parts), rules)
    return (*parts, *limit), (*baseline_rulings, *rank_rulings, *penalty_rulings)


def total(parts: Iterable[MarkPart]) -> Fraction:
    """The exact sum of the parts."""
    return sum((part.points for part in parts), _NOTHING)


def points_told(points: Fraction) -> str:
    """Points as people read them: `92.5` where decimals can say it, else a fraction."""
    for decimals in range(7):
        scaled = points * 10**decimals
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{decimals + 1}d}"
            whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
            return ("−" if points < 0 else "") + (f"{whole}.{rest}" if rest else whole)
    return str(points).replace("-", "−")


def _baseline(considered: Considered, rules: Rules) -> MarkPart:
    if considered.verdict == "rejected":
        return MarkPart(BASELINE, _NOTHING, *_is_rejected(considered))
    score, figure, least = considered.score, considered.case.figure, rules.metric.baseline
    if score is None or figure is None:
        return MarkPart(BASELINE, _NOTHING, "there is no score")
    shown = clean(figure.value)
    if score < least:
        return MarkPart(BASELINE, _NOTHING, f"{shown} is below the baseline {least}", ("score",))
    points = Fraction(rules.marks.baseline_points)
    return MarkPart(BASELINE, points, f"{shown} reaches the baseline {least}", ("score",))


def _rank(considered: Considered, rank: Optional[Rank], rules: Rules) -> MarkPart:
    if rank is not None:
        points = rank_points(rank, rules.marks)
        return MarkPart(RANK, points, rank_told(rank, rules.marks), ("score",))
    if considered.verdict == "rejected":
        return MarkPart(RANK, _NOTHING, *_is_rejected(considered))
    if considered.score is None:
        return MarkPart(RANK, _NOTHING, "not ranked: there is no score")
    return MarkPart(RANK, _NOTHING, "not ranked: below the baseline", ("score",))


def _is_rejected(considered: Considered) -> tuple[str, tuple[str, ...]]:
    return f"rejected: {', '.join(considered.because)}", considered.because


def _rejected(considered: Considered, rules: Rules) -> Iterator[MarkPart]:
    points = Fraction(rules.marks.rejected_points)
    if considered.verdict == "rejected" and points:
        why = "what a rejected submission gets"
        yield MarkPart("rejected", points, why, considered.because)


def _penalties(offences: Sequence[Offence], earned: Fraction) -> Iterator[MarkPart]:
    """A part for each offence that costs; each takes its share of what the ones before left."""
    left = earned
    for offence in offences:
        if offence.penalty == Penalty.NONE.value:
            continue
        # What is taken out has lost its points by the verdict already.
        share = {
            Penalty.HALVE.value: Fraction(1, 2),
            Penalty.ZERO.value: Fraction(1),
            Penalty.REMOVE.value: _NOTHING,
        }[offence.penalty]
        name = f"{PENALTY}{offence.kind} ({nth(offence.number)})"
        yield MarkPart(name, -left * share, offence_told(offence), offence.cites)
        left -= left * share


def _settled(
    name: str, computed: Sequence[MarkPart], journal: Journal
) -> tuple[Sequence[MarkPart], tuple[Ruling, ...]]:
    """The parts as computed, or the one that the TA has set instead, and the ruling on it."""
    decision = journal.in_force(PART + name)
    if decision is None:
        return computed, ()
    evidence = evidence_of_parts(computed)
    points = _points(decision, name)
    if points is None or decision.evidence != evidence:
        return computed, (Ruling(PART + name, "stale", evidence, decision.number),)
    by = f"set by {clean(decision.who)}: {clean(decision.why)}"
    why = f"{by}; computed: {points_told(total(computed))}"
    part = MarkPart(name, points, why, (decision_cited(decision.number),))
    return (part,), (Ruling(PART + name, "confirmed", evidence, decision.number),)


def _points(decision: Decision, name: str) -> Optional[Fraction]:
    """The points that the decision sets; None when it sets none that make sense there."""
    if decision.word != "set" or decision.points is None:
        return None
    # A penalty of +10 would be a gift: most likely the minus was forgotten.
    return None if name == PENALTIES and decision.points > 0 else decision.points


def _limit(exact: Fraction, rules: Rules) -> Iterator[MarkPart]:
    """What brings the mark back between 0 and the highest mark there is."""
    most = max(Fraction(rules.marks.baseline_points) + Fraction(rules.marks.rank_points), _NOTHING)
    within = min(max(exact, _NOTHING), most)
    if within != exact:
        why = f"a mark is at least 0 and at most {points_told(most)}"
        yield MarkPart("limit", within - exact, why)
