"""The judge: cases, decisions and rules in, a class with verdicts, ranks and marks out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Optional

from grader.judging.journal import Journal, journals
from grader.judging.marks import make_mark, total
from grader.judging.ranking import Rank, rank_all
from grader.judging.rounding import rounded
from grader.judging.verdicts import Considered, consider
from grader.outcomes import Case, Decision, EarlierOffence, Judged, ScoreSource, State
from validators.catalogue import all_codes
from validators.findings import Code
from validators.rules import Rules


def judge_class(
    cases: Sequence[Case],
    decisions: Sequence[Decision],
    rules: Rules,
    source: ScoreSource,
    earlier: Sequence[EarlierOffence] = (),
    codes: Optional[Mapping[str, Code]] = None,
) -> State:
    """The whole class judged: the ranked by rank, then the others; equal ones by student id.

    The order of what is given makes no difference; decisions count in the order of their numbers.
    """
    _refuse_twins(cases)
    known = {code.name: code for code in all_codes()} if codes is None else codes
    journal_of = journals(decisions)
    considered = {
        name: consider(case, journal_of.get(name, Journal()), earlier, known, rules, source)
        for name, case in zip(map(_id, cases), cases)
    }
    ranks = _ranks(considered, rules)
    judged = [
        _judged(each, ranks.get(name), journal_of.get(name, Journal()), rules)
        for name, each in considered.items()
    ]
    return State(source, len(ranks), tuple(sorted(judged, key=_place)))


def _ranks(considered: Mapping[str, Considered], rules: Rules) -> dict[str, Rank]:
    """The rank of each who is accepted, has a score, and reaches what the rules ask for it."""
    scores = {
        name: each.score
        for name, each in considered.items()
        if each.verdict == "accepted" and each.score is not None
    }
    if rules.marks.ranked == "baseline":
        scores = {name: each for name, each in scores.items() if each >= rules.metric.baseline}
    return rank_all(scores)


def _judged(considered: Considered, rank: Optional[Rank], journal: Journal, rules: Rules) -> Judged:
    case, verdict, reasons = considered.case, considered.verdict, considered.reasons
    if verdict == "withheld":
        return Judged(case, verdict, reasons, rulings=considered.rulings)
    parts, rulings = make_mark(considered, rank, journal, rules)
    mark = format(rounded(total(parts), rules.marks), "f")
    best = None if rank is None else rank.best
    settled = (*considered.rulings, *rulings)
    return Judged(case, verdict, reasons, best, settled, considered.offences, parts, mark)


def _refuse_twins(cases: Sequence[Case]) -> None:
    twins = sorted(name for name, count in Counter(map(_id, cases)).items() if count > 1)
    if twins:
        raise ValueError(f"more than one case of one entrant: {', '.join(twins)}")


def _id(case: Case) -> str:
    return case.entrant.student.id


def _place(judged: Judged) -> tuple[bool, int, str]:
    return judged.rank is None, judged.rank or 0, _id(judged.case)
