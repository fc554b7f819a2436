"""Runs and decisions with pseudonyms in place of everything that tells who somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from grader.grading.veil import Veil
from grader.outcomes import Decision, EarlierOffence, Judged
from grader.records import Entrant
from grader.runs import Run
from grader.store import RunSummary

OffenceRow = tuple[str, str, str, str]
# Somebody of an earlier competition, for whom there is no pseudonym here.
_STRANGER, _LEFT_OUT = "(not in the class)", "(left out: it may name them)"
_ASKED = "what it asks, and of whom, stands in matches.csv"


def veiled(run: Run) -> Run:
    """The run, veiled; of one that isn't finished, what it asks is left out."""
    judged: tuple[Judged, ...] = () if run.state is None else run.state.judged
    # Questions name files and teams of whoever is not in the class, whom no pseudonym stands for.
    judged = tuple(
        replace(each, case=replace(each.case, questions=_kinds(each.case.questions)))
        for each in judged
    )
    asked = tuple((key, _ASKED) for key in _kinds(key for key, _ in run.plan.asked))
    known = {each.case.entrant.student.id for each in judged}
    earlier = tuple(each if each.entrant in known else _stranger(each) for each in run.plan.earlier)
    told = replace(
        run,
        state=None if run.state is None else replace(run.state, judged=judged),
        plan=replace(run.plan, asked=asked, earlier=earlier),
    )
    return _veil((run,)).over(told)


def veiled_decisions(decisions: Sequence[Decision], *runs: Run) -> tuple[Decision, ...]:
    """The decisions with everybody called as in these runs."""
    veil = _veil(runs)
    return tuple(veil.over(each) for each in decisions)


def veiled_summaries(summaries: Sequence[RunSummary], *runs: Run) -> tuple[RunSummary, ...]:
    """The list of runs with everybody called as in these runs."""
    veil = _veil(runs)
    return tuple(veil.over(each) for each in summaries)


def veiled_offences(rows: Iterable[OffenceRow], run: Run) -> Iterator[OffenceRow]:
    """The rows of the ledger with everybody called as in the run."""
    veil = _veil((run,))
    known = {each.student.id for each in _entrants(run)}
    for entrant, kind, competition, why in rows:
        if entrant in known:
            yield veil.text(entrant), kind, competition, veil.text(why)
        else:
            yield _STRANGER, kind, competition, _LEFT_OUT


def _stranger(offence: EarlierOffence) -> EarlierOffence:
    return replace(offence, entrant=_STRANGER, why=_LEFT_OUT)


def _kinds(questions: Iterable[str]) -> tuple[str, ...]:
    return tuple(key.partition(" ")[0] for key in questions)


def _veil(runs: Iterable[Run]) -> Veil:
    return Veil.of(entrant for run in runs for entrant in _entrants(run))


def _entrants(run: Run) -> Iterator[Entrant]:
    yield from () if run.state is None else (each.case.entrant for each in run.state.judged)
