"""Putting a state in force, unless that is a regrade which the TA must look at first."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from grader.grading.moves import Moves, bereft, moves_between
from grader.grading.publish import publish_board
from grader.grading.request import Word
from grader.outcomes import State
from grader.runs import Plan, Run
from grader.settings import BoardSettings
from grader.store import Store
from validators.rules import rules_from_json


def publish_in_force(store: Store, work: Path) -> Run:
    """Write the board of the run that is in force; the same run gives the same bytes."""
    run = store.in_force()
    assert run is not None
    assert run.state is not None
    rules = rules_from_json(run.plan.rules)
    settings = BoardSettings.model_validate_json(run.plan.board)
    publish_board(run.state, run.publications[-1], rules, settings, work, store.decisions())
    return run


def settle(store: Store, plan: Plan, state: State, word: Word) -> tuple[Run, Optional[Run], Moves]:
    """Keep the state as a run, and put it in force if that needs no word of the TA."""
    before = store.in_force()
    newest = max((each.number for each in store.runs()), default=0)
    same = before is not None and (before.plan, before.state) == (plan, state)
    # Beside a newer preview or unfinished run the same state is a run again: else that waited on.
    if before is not None and same and newest == before.number:
        return before, before, Moves()
    latest = store.latest()
    moves = moves_between(None if before is None else before.state, state)
    if latest is None or latest.plan != plan or latest.state not in (None, state):
        number, done = store.begin(plan, word.command, word.at), False
    else:
        number, done = latest.number, latest.state is not None
    if not done:
        store.finish(number, state)
    if not _is_regrade(before, plan, state, moves) or word.why is not None:
        store.publish(number, word.at, word.who, word.why or _reason(before, plan, state))
    run = store.run(number)
    assert run is not None
    return run, before, moves


def _is_regrade(before: Optional[Run], plan: Plan, state: State, moves: Moves) -> bool:
    """Whether the state is to be looked at before it takes force."""
    if before is None:
        return False
    another_basis = before.plan.basis != plan.basis and moves.any
    return another_basis or bool(bereft(before.state, state))


def _reason(before: Optional[Run], plan: Plan, state: State) -> str:
    if before is None:
        return "the first state of the class"
    if (before.plan, before.state) == (plan, state):
        return f"the same as run {before.number}"
    if before.plan.basis != plan.basis:
        return "another basis, by which no verdict, rank or mark moves"
    return "what was handed in, matched or decided has changed"
