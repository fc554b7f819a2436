"""Runs and decisions with pseudonyms in place of everything that tells who somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from grader.grading.veil import Veil
from grader.outcomes import Decision
from grader.runs import Run

_ASKED = "what it asks, and of whom, stands in matches.csv"


def veiled(run: Run) -> Run:
    """The run, veiled; it must have a state."""
    assert run.state is not None
    # Questions name files and teams of whoever is not in the class, whom no pseudonym stands for.
    judged = tuple(
        replace(each, case=replace(each.case, questions=_kinds(each.case.questions)))
        for each in run.state.judged
    )
    asked = tuple((key, _ASKED) for key in _kinds(key for key, _ in run.plan.asked))
    told = replace(
        run, state=replace(run.state, judged=judged), plan=replace(run.plan, asked=asked)
    )
    return _veil(run).over(told, Run)


def veiled_decisions(decisions: Sequence[Decision], run: Run) -> tuple[Decision, ...]:
    """The decisions as the run's class is called in it."""
    veil = _veil(run)
    return tuple(veil.over(each, Decision) for each in decisions)


def _kinds(questions: Iterable[str]) -> tuple[str, ...]:
    return tuple(key.partition(" ")[0] for key in questions)


def _veil(run: Run) -> Veil:
    assert run.state is not None
    return Veil.of(judged.case.entrant for judged in run.state.judged)
